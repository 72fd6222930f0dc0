"""Conditions that metrics share are named once, by page and API, and read by those cleared in their domain."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Denied, Invalid
from metrics import actions
from metrics.models import BusinessLimit
from people.models import User
from tests.cast import make_person
from tests.metrics.call import client_of

GIVEN = {"code": "app_only", "name": "Client is the app", "predicate": "client = 'app'"}


def test_a_page_names_one_and_lists_it(cast: dict[str, User], growth: Domain) -> None:
    priya = client_of(cast["priya"])
    assert "No condition has a name yet" in priya.get("/metrics/limits/").content.decode()
    answer = priya.post("/metrics/limits/", {**GIVEN, "domain": "growth"})
    assert (answer.status_code, answer["Location"]) == (303, "/metrics/limits/")
    assert "client = &#x27;app&#x27;" in priya.get("/metrics/limits/").content.decode()
    assert "/metrics/limits/" in priya.get("/metrics/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"code": "On App"}, "code"), ({"name": " "}, "name"), ({"predicate": "1; DROP"}, "predicate"),
     ({"predicate": "1 = 1"}, "predicate")],
)  # fmt: skip
def test_what_cannot_be_named_is_refused(
    cast: dict[str, User], growth: Domain, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as invalid:
        actions.name_limit(by=cast["priya"], domain=growth, **{**GIVEN, **change})
    assert set(invalid.value.errors) == {field}
    answer = client_of(cast["priya"]).post("/metrics/limits/", {**GIVEN, **change, "domain": "growth"})
    assert answer.status_code == 422 and not BusinessLimit.objects.exists()


def test_a_code_is_taken_once(cast: dict[str, User], growth: Domain) -> None:
    actions.name_limit(by=cast["priya"], domain=growth, **GIVEN)
    with pytest.raises(Invalid):
        actions.name_limit(by=cast["omar"], domain=growth, **GIVEN)


def test_who_has_no_role_or_no_clearance_names_and_reads_none(cast: dict[str, User], growth: Domain) -> None:
    actions.name_limit(by=cast["priya"], domain=growth, **GIVEN)
    elsewhere = Domain.objects.create(slug="elsewhere", name="Elsewhere")
    stranger = make_person("stranger", elsewhere, ("data_pm",), 3)
    for person in (cast["sam"], cast["otto"], stranger):
        with pytest.raises(Denied):
            actions.name_limit(by=person, domain=growth, **{**GIVEN, "code": "other"})
    for person in (cast["otto"], stranger):
        assert "app_only" not in client_of(person).get("/metrics/limits/").content.decode()
        assert client_of(person).get("/api/v1/limits/").json()["results"] == []
    seen = client_of(cast["sam"]).get("/metrics/limits/").content.decode()
    assert "app_only" in seen and 'name="predicate"' not in seen


def test_by_api(cast: dict[str, User], growth: Domain) -> None:
    omar = client_of(cast["omar"])
    made = omar.post("/api/v1/limits/", {**GIVEN, "domain": "growth"}, content_type="application/json")
    assert (made.status_code, made.json()) == (201, {**GIVEN, "domain": "growth"})
    assert omar.get("/api/v1/limits/").json()["results"] == [{**GIVEN, "domain": "growth"}]
    assert (
        omar.post("/api/v1/limits/", {**GIVEN, "domain": "growth"}, content_type="application/json").status_code == 422
    )
    sam = client_of(cast["sam"]).post("/api/v1/limits/", {**GIVEN, "domain": "growth"}, content_type="application/json")
    assert sam.status_code == 403
