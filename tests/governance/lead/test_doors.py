"""The inbox and the sheet by page, API and command line: the same verbs, and nothing for who may not see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test import Client

from catalog.models import Dataset
from governance import actions
from governance.models import LevelReview
from guard.models import Domain
from people.models import User
from tests.governance import make

LOOK = "a test looks at what is there"
HEAD = "dataset,column,level,reason\n"


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return make.orders(omar, growth, grace, {"order_id": None, "city": 2}, owner=tom)


@pytest.fixture
def client_of() -> Any:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def count() -> int:
    return LevelReview.objects.unrestricted(LOOK).count()


def test_a_sheet_is_looked_at_first_and_then_proposed(orders: Dataset, ravi: User, client_of: Any) -> None:
    client = client_of(ravi)
    text = f"{HEAD}{orders.key},order_id,L2,from the dictionary\n"
    shown = client.post("/governance/levels/", {"sheet": text})
    assert shown.status_code == 200 and b"order_id" in shown.content
    assert count() == 0
    digest = shown.context["plan"].digest
    assert client.post("/governance/levels/propose/", {"sheet": text, "plan": "0" * 64}).status_code == 412
    assert count() == 0
    assert client.post("/governance/levels/propose/", {"sheet": text, "plan": digest}).status_code == 303
    assert count() == 1


def test_faults_come_back_with_the_sheet_as_it_was_typed(orders: Dataset, ravi: User, client_of: Any) -> None:
    answer = client_of(ravi).post("/governance/levels/", {"sheet": f"{HEAD}{orders.key},nothing,L2,\n"})
    assert answer.status_code == 422
    assert b"Line 2" in answer.content and f"{orders.key},nothing,L2".encode() in answer.content


def test_the_sheet_that_is_downloaded_holds_what_one_may_see(orders: Dataset, ravi: User, otto: User,
                                                            client_of: Any) -> None:  # fmt: skip
    mine = client_of(ravi).get("/governance/levels/sheet.csv")
    assert (mine["Content-Type"], b"city" in mine.content) == ("text/csv; charset=utf-8", True)
    assert client_of(otto).get("/governance/levels/sheet.csv").content.splitlines() == [
        b"dataset,column,level,categories,reason"
    ]
    named = client_of(otto).post("/governance/levels/", {"sheet": f"{HEAD}{orders.key},city,L2,\n"})
    nothing = client_of(otto).post("/governance/levels/", {"sheet": f"{HEAD}DS-9999,city,L2,\n"})
    faults = [str(answer.context["plan"].faults[0]) for answer in (named, nothing)]
    assert faults[0].replace(orders.key, "") == faults[1].replace("DS-9999", "")


def test_reviews_are_chosen_on_the_page_as_they_were_shown(
    orders: Dataset, ravi: User, grace: User, otto: User, client_of: Any
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 2})
    client = client_of(grace)
    pick = client.get("/governance/inbox/").context["together"][0].pick
    assert client_of(otto).post("/governance/inbox/approve/", {"pick": pick}).status_code == 404
    assert client.post("/governance/inbox/approve/", {"pick": f"{review.key}:old"}).status_code == 412
    assert client.post("/governance/inbox/approve/", {"pick": pick}).status_code == 303
    assert make.review(review).state == "approved"


def test_the_api_does_both(orders: Dataset, ravi: User, grace: User, otto: User, client_of: Any) -> None:
    sheet = f"{HEAD}{orders.key},order_id,L2,\n"

    def post(who: User, path: str, body: dict[str, Any]) -> Any:
        return client_of(who).post(f"/api/v1/{path}/", body, content_type="application/json")

    looked = post(ravi, "level-sheets", {"sheet": sheet}).json()
    assert (looked["counts"], looked["reviews"], count()) == ({"first": 1}, [], 0)
    made = post(ravi, "level-sheets", {"sheet": sheet, "dry_run": False, "plan": looked["plan"]}).json()
    [waiting] = client_of(grace).get("/api/v1/review-batches/").json()["results"]
    assert [waiting["review"]] == made["reviews"]
    assert client_of(otto).get("/api/v1/review-batches/").json()["results"] == []
    assert post(otto, "review-batches", {"reviews": {waiting["review"]: waiting["content_hash"]}}).status_code == 404
    done = post(grace, "review-batches", {"reviews": {waiting["review"]: waiting["content_hash"]}})
    assert done.json() == {"reviews": {waiting["review"]: "approved"}}


def test_the_command_says_first_and_proposes_when_told(
    orders: Dataset, ravi: User, manage: Any, tmp_path: Path
) -> None:
    file = tmp_path / "levels.csv"
    file.write_text(f"{HEAD}{orders.key},order_id,L2,\n", encoding="utf-8")
    assert orders.key in manage("govern", "levels", str(file), "--by", ravi.username)
    assert count() == 0
    assert "REV-" in manage("govern", "levels", str(file), "--by", ravi.username, "--propose")
    assert count() == 1
    assert f"{orders.key},city,L2" in manage("govern", "levels", "--export", "--by", ravi.username)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"dataset,column,level\nDS-1,x,L9\n"])
def test_the_command_exits_with_what_is_wrong(ravi: User, manage: Any, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "levels.csv"
    file.write_bytes(content)
    with pytest.raises((CommandError, SystemExit)):
        manage("govern", "levels", str(file), "--by", ravi.username)


def test_who_proposed_a_level_at_its_column_is_not_asked(
    orders: Dataset, ravi: User, omar: User, grace: User, client_of: Any
) -> None:
    from catalog.actions import propose_column_level

    propose_column_level(by=grace, column=make.column(orders, "city"), rank=3)
    actions.propose_levels(by=ravi, dataset=orders, levels={"city": 3})
    assert client_of(grace).get("/api/v1/review-batches/").json()["results"] == []
