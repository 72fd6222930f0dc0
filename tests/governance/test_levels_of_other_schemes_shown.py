"""Levels of other schemes at every door of the review: page, API, batch; and where they are shown afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.actions import label_column
from catalog.labels import current_of
from catalog.models import Dataset
from exchange.exporting import contract_of
from governance import actions
from governance.evidence import rows
from guard import clock
from guard.models import Domain
from people.models import User
from tests.governance import make
from tests.whole import whole

pytestmark = pytest.mark.django_db

JSON = "application/json"
WHY = "By the register of the firm."


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(person: User, path: str, body: dict[str, Any] | None = None) -> Any:
    return signed_in(person).post(f"/api/v1/{path}", body or {}, content_type=JSON)


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User, mei: User) -> Dataset:
    return make.orders(omar, growth, grace, {"mail": 1, "amount": 1}, owner=tom, steward=mei)


@pytest.fixture
def approved(orders: Dataset, ravi: User, mei: User) -> str:
    """Key of the review by which Mei agreed to level 3 of JR/T 0197."""
    body = {"dataset": orders.key, "other_levels": {"mail": {"jrt-0197": "3"}}, "reason": WHY}
    key: str = post(ravi, "reviews/", body).json()["key"]
    assert post(mei, f"reviews/{key}/approve/").json()["state"] == "approved"
    return key


def test_it_is_proposed_shown_and_approved_over_the_api(orders: Dataset, ravi: User, mei: User, approved: str) -> None:
    told = signed_in(mei).get(f"/api/v1/reviews/{approved}/").json()
    assert told["other_levels"] == [
        {"column_name": "mail", "scheme": "jrt-0197", "version": "2020", "level": "3", "change": "add"}
    ]
    column = signed_in(mei).get(f"/api/v1/columns/?dataset={orders.key}&name=mail").json()["results"][0]
    (label,) = [one for one in column["labels"] if one["scheme"] == "jrt-0197"]
    assert {name: label[name] for name in ("version", "code", "state", "approved_by", "review")} == {
        "version": "2020", "code": "3", "state": "approved", "approved_by": "mei", "review": approved,
    }  # fmt: skip
    assert (column["level"], column["floor"], column["rank"]) == (1, 3, 3)


def test_nobody_approves_their_own_over_the_api(orders: Dataset, ravi: User) -> None:
    body = {"dataset": orders.key, "other_levels": {"mail": {"jrt-0197": "3"}}, "reason": WHY}
    key = post(ravi, "reviews/", body).json()["key"]
    assert post(ravi, f"reviews/{key}/approve/").status_code in (403, 409)


def test_the_page_proposes_what_stands_and_what_was_chosen(
    orders: Dataset, ravi: User, tom: User, mei: User, grace: User
) -> None:  # fmt: skip
    """What somebody said by itself comes along, as a house level that was proposed does."""
    column = make.column(orders, "mail")
    label_column(by=tom, column=column, scheme="jrt-0197", level="4")
    url = reverse("governance:review-propose", args=[orders.key])
    form = signed_in(ravi).get(url).content.decode()
    assert '<option value="jrt-0197@2020:4" selected>' in form and 'value="gbt-43697@2024:core"' in form
    sent = signed_in(ravi).post(
        url, {f"others-{column.pk}": ["jrt-0197@2020:4", "gbt-43697@2024:general"], "reason": WHY}
    )
    assert sent.status_code == 303
    shown = whole(signed_in(mei), sent["Location"])
    assert "JR/T 0197-2020" in shown and "GB/T 43697-2024" in shown
    assert signed_in(grace).post(sent["Location"] + "approve/").status_code == 303
    said = [(one.scheme.code, one.what.code, one.approved_by) for one in current_of([column])[column.pk]]
    assert said == [("house", "L1", "omar"), ("jrt-0197", "4", "grace"), ("gbt-43697", "general", "grace")]


def test_two_levels_of_one_scheme_are_refused_at_the_form(orders: Dataset, ravi: User) -> None:
    column = make.column(orders, "mail")
    url = reverse("governance:review-propose", args=[orders.key])
    answer = signed_in(ravi).post(url, {f"others-{column.pk}": ["jrt-0197@2020:4", "jrt-0197@2020:3"], "reason": WHY})
    assert answer.status_code in (200, 422) and "Choose one level of jrt-0197@2020." in answer.content.decode()


def test_what_is_left_unchosen_is_proposed_to_be_taken_away(orders: Dataset, ravi: User, approved: str) -> None:
    column = make.column(orders, "mail")
    url = reverse("governance:review-propose", args=[orders.key])
    sent = signed_in(ravi).post(url, {f"others-{column.pk}": [], "reason": WHY})
    assert sent.status_code == 303 and make.level(orders) == 3
    assert "milder" in signed_in(ravi).get(sent["Location"]).content.decode()


def test_the_form_of_a_change_has_what_is_proposed(orders: Dataset, ravi: User, approved: str) -> None:
    review = actions.propose_levels(
        by=ravi, dataset=make.dataset(orders), other_levels={"mail": {"jrt-0197": "2"}}, reason=WHY
    )
    form = signed_in(ravi).get(reverse("governance:review-amend", args=[review.key])).content.decode()
    assert '<option value="jrt-0197@2020:2" selected>' in form
    assert '<option value="jrt-0197@2020:3" selected>' not in form


def test_a_batch_shows_and_approves_it(orders: Dataset, ravi: User, mei: User) -> None:
    review = actions.propose_levels(
        by=ravi, dataset=orders, other_levels={"mail": {"jrt-0197": "2"}}, reason=WHY
    )  # fmt: skip
    (row,) = signed_in(mei).get("/api/v1/review-batches/").json()["results"]
    assert row["labels"] == [
        {"column_name": "mail", "scheme": "jrt-0197", "version": "2020", "level": "2", "change": "add"}
    ]
    assert "jrt-0197 2020: 2" in signed_in(mei).get(reverse("governance:inbox-show")).content.decode()
    done = post(mei, "review-batches/", {"reviews": {review.key: row["content_hash"]}})
    assert done.json() == {"reviews": {review.key: "approved"}}


def test_a_batch_refuses_one_that_takes_a_level_away(
    orders: Dataset, ravi: User, mei: User, approved: str
) -> None:  # fmt: skip
    """Case 43: a lowering hides in no batch, also one in another scheme."""
    review = actions.propose_levels(
        by=ravi, dataset=make.dataset(orders), other_levels={"mail": {"jrt-0197": ""}}, reason=WHY
    )
    done = post(mei, "review-batches/", {"reviews": {review.key: review.content_hash}})
    assert done.status_code == 409 and make.level(orders) == 3


def test_the_page_of_the_dataset_says_which_and_who_agreed(orders: Dataset, mei: User, approved: str) -> None:
    shown = " ".join(signed_in(mei).get(f"/catalog/datasets/{orders.key}/").content.decode().split())
    assert f'jrt-0197 2020: 3</span> <span class="small muted">approved by {mei.name} in {approved}' in shown


def test_a_contract_carries_scheme_version_state_and_who_agreed(
    orders: Dataset, ravi: User, mei: User, approved: str
) -> None:  # fmt: skip
    label_column(by=ravi, column=make.column(orders, "mail"), scheme="gbt-43697", level="important")
    (table,) = contract_of(make.dataset(orders), mei).datasets
    (column,) = [one for one in table.columns if one.name == "mail"]
    (kept,) = [one["value"] for one in column.custom if one["property"] == "otherLevels"]
    assert kept == [
        {"scheme": "jrt-0197", "version": "2020", "level": "3", "state": "approved", "approvedBy": "mei"},
        {"scheme": "gbt-43697", "version": "2024", "level": "important", "state": "proposed", "approvedBy": None},
    ]


def test_the_evidence_names_scheme_and_version(orders: Dataset, mei: User, approved: str) -> None:
    span = rows.Span(datetime(2000, 1, 1, tzinfo=UTC), clock.now().replace(year=2999, day=1), mei)
    (label,) = [one for one in rows.labels(span) if one["scheme"] == "jrt-0197" and one["state"] == "approved"]
    assert (label["version"], label["what"], label["review"]) == ("2020", "3", approved)
    (review,) = [one for one in rows.reviews(span) if one["key"] == approved]
    assert review["categories"] == [
        {"column": "mail", "scheme": "jrt-0197", "version": "2020", "level": "3", "change": "add"}
    ]
