"""A dataset's own floor is lowered as a column is: reason, effect, two others; and never below its columns."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from catalog import actions as catalog_actions
from catalog.models import Dataset
from governance import actions
from governance.models import LevelReview
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import User
from tests.catalog import make as catalog_make
from tests.governance import make
from tests.past_the_wall import past_the_wall
from tests.whole import whole

LOOK = "a test looks at what is there"
WHY = "The strict columns went to another table."


@pytest.fixture
def orders(growth: Domain, omar: User, ravi: User, grace: User, tom: User, gus: User) -> Dataset:
    """Tom's dataset: columns L1 and L2, declared L4 above them, in a product."""
    made = make.orders(omar, growth, grace, {"order_id": 1, "amount": 2}, owner=tom)
    catalog_actions.declare_level(by=omar, dataset=made, rank=4)
    return make.dataset(made)


def ids(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [finding.id for finding in refused.value.findings]


def agree(review: LevelReview, *people: User) -> None:
    for person in people:
        actions.approve_review(by=person, review=review, preview=make.seen(review, person))


def test_two_others_who_saw_the_effect_lower_it(orders: Dataset, ravi: User, tom: User, gus: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY)
    assert (review.is_lowering, review.rank, make.level(orders)) == (True, 4, 4)  # pending down never counts
    agree(review, tom)
    assert (make.level(orders), make.review(review).state) == (4, "open")
    agree(review, gus)
    assert (make.level(orders), make.dataset(orders).declared_level, make.review(review).state) == (2, 2, "approved")
    line = Entry.objects.unrestricted(LOOK).filter(verb="review.approved").order_by("-id").first()
    assert line is not None and '"declared_level":[4,2]' in line.payload.replace(" ", "")


def test_what_contains_it_falls_with_it_and_the_preview_said_so(
    orders: Dataset, ravi: User, tom: User, gus: User, grace: User
) -> None:
    product = catalog_make.product(grace, orders.domain)
    catalog_actions.contain(by=grace, product=product, dataset=orders)
    review = actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY)
    from governance.reviewing import impact_of_review

    changes = {c.thing.key: (c.before, c.after) for c in impact_of_review(make.review(review), grace).changes}
    assert changes == {orders.key: (4, 2), product.key: (4, 2)}
    agree(review, tom, gus)
    assert make.level(product) == 2


def test_the_order_of_the_two_does_not_matter_and_the_proposer_is_none_of_them(
    orders: Dataset, grace: User, tom: User, gus: User
) -> None:
    review = actions.propose_levels(by=grace, dataset=orders, floor=3, reason=WHY)
    with pytest.raises(Blocked) as blocked:
        agree(review, grace)
    assert ids(blocked) == ["LVL-1"]
    agree(review, gus, tom)
    assert make.level(orders) == 3


def test_without_a_reason_or_without_the_effect_it_is_refused(orders: Dataset, ravi: User, tom: User) -> None:
    with pytest.raises(Invalid) as invalid:
        actions.propose_levels(by=ravi, dataset=orders, floor=2)
    assert set(invalid.value.errors) == {"reason"}
    review = actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY)
    with pytest.raises(Blocked) as blocked:
        actions.approve_review(by=tom, review=review)
    assert ids(blocked) == ["LVL-3"]


@pytest.mark.parametrize(("floor", "words"), [(1, "need L2"), (4, "declared L4"), (5, "declared L4"), (0, "L1 to L5")])
def test_it_refuses_what_is_no_lower_floor(orders: Dataset, ravi: User, floor: int, words: str) -> None:
    with pytest.raises(Invalid) as invalid:
        actions.propose_levels(by=ravi, dataset=orders, floor=floor, reason=WHY)
    assert words in invalid.value.errors["floor"][0]


def test_a_dataset_without_a_floor_has_none_to_lower(growth: Domain, omar: User, ravi: User) -> None:
    with pytest.raises(Invalid) as invalid:
        actions.propose_levels(by=ravi, dataset=catalog_make.dataset(omar, growth), floor=1, reason=WHY)
    assert set(invalid.value.errors) == {"floor"}


def test_unclassified_columns_count_as_l4_and_hold_it(growth: Domain, omar: User, grace: User) -> None:
    made = catalog_make.dataset(omar, growth, levels={"order_id": 1, "note": None})
    catalog_actions.declare_level(by=omar, dataset=made, rank=5)
    with pytest.raises(Invalid) as invalid:
        actions.propose_levels(by=grace, dataset=make.dataset(made), floor=3, reason=WHY)
    assert "need L4" in invalid.value.errors["floor"][0]


def test_columns_and_floor_go_down_together(orders: Dataset, ravi: User, tom: User, gus: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"amount": 1}, floor=1, reason=WHY)
    agree(review, tom, gus)
    assert (make.level(orders), make.column(orders, "amount").level) == (1, 1)


def test_lvl_5_a_column_that_became_stricter_meanwhile_stops_it(
    orders: Dataset, ravi: User, omar: User, tom: User, gus: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY)
    agree(review, tom)
    catalog_actions.propose_column_level(by=omar, column=make.column(orders, "amount"), rank=3)
    with pytest.raises(Blocked) as blocked:
        agree(review, gus)
    assert ids(blocked) == ["LVL-5"]
    assert make.level(orders) == 4


def test_lvl_4_a_floor_declared_anew_voids_it_and_an_edit_voids_the_votes(
    orders: Dataset, ravi: User, omar: User, tom: User, gus: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY)
    agree(review, tom)
    catalog_actions.declare_level(by=omar, dataset=make.dataset(orders), rank=5)
    with pytest.raises(Blocked) as blocked:
        agree(review, gus)
    assert ids(blocked) == ["LVL-4"]
    actions.amend_levels(by=ravi, review=make.review(review), floor=3)
    agree(review, gus)
    assert make.level(orders) == 5  # Tom agreed to something else
    agree(review, tom)
    assert make.review(review).state == "open"  # from L5 on, security must agree, too


def test_one_review_of_a_floor_at_a_time_and_it_can_be_withdrawn_or_rejected(
    orders: Dataset, ravi: User, tom: User, grace: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY)
    with pytest.raises(Blocked, match=review.key):
        actions.propose_levels(by=grace, dataset=orders, floor=3, reason=WHY)
    actions.withdraw_review(by=ravi, review=review)
    again = actions.propose_levels(by=ravi, dataset=orders, floor=3, reason=WHY)
    actions.reject_review(by=tom, review=again, reason="The table still has tokens.")
    assert (make.level(orders), make.dataset(orders).declared_level) == (4, 4)


def test_a_review_of_the_floor_alone_renews_no_review_of_columns(
    orders: Dataset, ravi: User, tom: User, gus: User
) -> None:
    agree(actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY), tom, gus)
    assert make.dataset(orders).reviewed_at is None


def test_outsiders_cannot(orders: Dataset, otto: User, sam: User) -> None:
    with pytest.raises(Absent):
        actions.propose_levels(by=otto, dataset=orders, floor=2, reason=WHY)
    with pytest.raises((Denied, Absent)):
        actions.propose_levels(by=sam, dataset=orders, floor=2, reason=WHY)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE guard_thing SET level = 1, declared = 1 WHERE kind = 'dataset'",
     "UPDATE catalog_dataset SET declared_level = 5"],
)  # fmt: skip
def test_after_a_lowering_the_database_still_holds_it(
    orders: Dataset, ravi: User, tom: User, gus: User, statement: str
) -> None:
    agree(actions.propose_levels(by=ravi, dataset=orders, floor=2, reason=WHY), tom, gus)
    with pytest.raises(IntegrityError, match="need"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert make.level(orders) == 2


def test_by_page_and_api(orders: Dataset, omar: User, tom: User, gus: User, client: Client) -> None:
    client.force_login(omar)
    assert "It is declared L4, stricter than its columns." in whole(client, f"/catalog/datasets/{orders.key}/")
    page = client.get(f"/governance/datasets/{orders.key}/propose/").content.decode()
    assert 'name="floor"' in page and 'value="4"' not in page.split('name="floor"')[1].split("</select>")[0]
    refused = client.post(f"/governance/datasets/{orders.key}/propose/", {"floor": "1", "reason": WHY})
    assert refused.status_code == 422 and "need L2" in refused.content.decode()
    made = client.post(f"/governance/datasets/{orders.key}/propose/", {"floor": "2", "reason": WHY})
    key = made["Location"].rstrip("/").rsplit("/", 1)[1]
    client.force_login(tom)
    assert "The dataset as a whole" in client.get(f"/governance/reviews/{key}/").content.decode()
    for person in (tom, gus):
        client.force_login(person)
        shown = client.get(f"/api/v1/reviews/{key}/").json()
        assert (shown["floor_before"], shown["floor"]) == (4, 2)
        effect = client.get(f"/api/v1/reviews/{key}/effect/").json()["effect"]
        body = {"preview": effect["digest"]}
        answer = client.post(f"/api/v1/reviews/{key}/approve/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
    assert make.level(orders) == 2


def test_the_api_proposes_a_floor_without_columns(orders: Dataset, omar: User, client: Client) -> None:
    client.force_login(omar)
    body = {"dataset": orders.key, "floor": "L3", "reason": WHY}
    made = client.post("/api/v1/reviews/", body, content_type="application/json")
    assert made.status_code == 201 and (made.json()["floor"], made.json()["is_lowering"]) == (3, True)
    changed = client.patch(
        f"/api/v1/reviews/{made.json()['key']}/", {"floor": 2}, content_type="application/json",
        headers={"if-match": made["ETag"]},
    )  # fmt: skip
    assert changed.status_code == 200 and changed.json()["floor"] == 2
