"""Stops, transformations and removals on column lineage: agreed to by others, bound to the SQL, ending, never quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction

from catalog import actions as catalog_actions
from catalog.column_edges import EdgeRow
from catalog.models import ColumnEdge, Dataset
from governance import actions
from governance.attesting import Wish
from governance.models import Attestation, Vote
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import User
from tests.catalog import make
from tests.governance import lineage
from tests.governance.lineage import agree, arrives, hashed, level, propose, stop
from tests.governance.make import orders
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db
LOOK = "a test looks at what is there"


@pytest.fixture
def ods(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return orders(omar, growth, grace, {"id_card": 4, "city": 2, "secret": 4}, "shop.ods_cust", owner=tom)


@pytest.fixture
def dwd(growth: Domain, omar: User, grace: User, ravi: User) -> Dataset:
    return orders(omar, growth, grace, {"cust": 2, "city": 2}, "shop.dwd_cust", owner=ravi)


@pytest.fixture
def way(omar: User, ods: Dataset, dwd: Dataset) -> ColumnEdge:
    """ods.id_card -> dwd.cust: said by Omar; of L4, so Tom (owner of the source) and a governance lead decide."""
    return lineage.join(omar, ods, "id_card", dwd, "cust")


# -- who and when
def test_a_transformation_lowers_only_when_two_others_agreed(
    ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge
) -> None:
    found = propose(ravi, way, hashed())
    assert (arrives(dwd, "cust"), level(dwd)) == (4, 4)  # declared by oneself: nothing
    agree(found, tom)
    assert (arrives(dwd, "cust"), level(dwd)) == (4, 4)  # one agreement: nothing
    found = agree(found, gus)
    assert (found.state, arrives(dwd, "cust"), level(dwd)) == ("live", 2, 2)


def test_who_proposed_it_or_said_the_lineage_does_not_agree_to_it(
    omar: User, grace: User, tom: User, way: ColumnEdge
) -> None:
    found = propose(grace, way, hashed())
    for person in (grace, omar):
        with pytest.raises((Blocked, Denied)):
            agree(found, person)
    agree(found, tom)
    assert lineage.attestation(found).state == "open"  # Grace cannot fill the slot of governance for her own


def test_the_owner_of_where_it_goes_does_not_decide_on_what_comes_from_another(
    omar: User, ravi: User, dwd: Dataset, way: ColumnEdge, grace: User
) -> None:
    found = propose(grace, way, stop())
    with pytest.raises(Denied):
        agree(found, ravi)


def test_a_transformation_takes_two_where_the_level_asks_for_one(
    omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset
) -> None:
    mild = lineage.join(omar, ods, "city", dwd, "city")
    found = agree(propose(ravi, mild, hashed(method="drop", lowers_to=1)), tom)
    assert (found.state, arrives(dwd, "city")) == ("open", 2)
    assert (agree(found, gus).state, arrives(dwd, "city")) == ("live", 1)


def test_agreeing_twice_is_agreeing_once(ravi: User, tom: User, dwd: Dataset, way: ColumnEdge) -> None:
    found = agree(propose(ravi, way, hashed()), tom, tom)
    assert (found.state, Vote.objects.unrestricted(LOOK).filter(thing=found.pk).count()) == ("open", 1)


def test_a_rejected_or_withdrawn_one_changes_nothing(
    ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge
) -> None:
    found = propose(ravi, way, stop())
    actions.reject_attestation(by=tom, attestation=found, reason="The number is copied as it stands.")
    with pytest.raises(Blocked):
        agree(found, gus)
    again = propose(ravi, way, stop())
    with pytest.raises(Denied):
        actions.withdraw_attestation(by=gus, attestation=again)
    actions.withdraw_attestation(by=ravi, attestation=again)
    assert (level(dwd), lineage.attestation(again).state) == (4, "withdrawn")


# -- evidence, ends, conditions
@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (stop(evidence="trust me"), "evidence"),
        (stop(days=91), "ends_on"),
        (stop(days=-1), "ends_on"),
        (Wish("stop", lineage.EVIDENCE), "ends_on"),
        (hashed(days=366), "ends_on"),
        (hashed(lowers_to=4), "lowers_to"),
        (hashed(lowers_to=1), "lowers_to"),
        (hashed(method="rot13"), "method"),
        (hashed(method="aggregate_k", conditions={"k": 5}), "conditions"),
        (hashed(conditions={"moon": 1}), "conditions"),
        (Wish("removal", lineage.EVIDENCE), "what"),
        (Wish("wish", lineage.EVIDENCE), "what"),
    ],
)
def test_what_could_never_hold_is_refused(ravi: User, way: ColumnEdge, wish: Wish, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(ravi, way, wish)
    assert field in refused.value.errors


def test_a_transformation_needs_sql_to_be_bound_to(omar: User, ravi: User, ods: Dataset, dwd: Dataset) -> None:
    bare = lineage.join(omar, ods, "secret", dwd, "city", sql="")
    with pytest.raises(Invalid) as refused:
        propose(ravi, bare, hashed())
    assert "what" in refused.value.errors


def test_a_stop_holds_until_its_day_and_then_the_level_comes_back(
    ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge
) -> None:
    User.objects.create(username="cli", name="Command line", is_service=True)
    found = agree(propose(ravi, way, stop(days=10)), tom, gus)
    assert (found.state, level(dwd)) == ("live", 2)
    assert actions.look_after_attestations(by=gus) == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(days=12), tick=False):
        assert actions.look_after_attestations(by=gus) == 1
        assert actions.look_after_attestations(by=gus) == 0
    assert (lineage.attestation(found).state, arrives(dwd, "cust"), level(dwd)) == ("ended", 4, 4)
    assert Entry.objects.unrestricted(LOOK).filter(verb="attestation.expired").count() == 1


def test_ending_it_before_its_day_brings_the_level_back(
    ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge
) -> None:
    found = agree(propose(ravi, way, stop()), tom, gus)
    actions.end_attestation(by=tom, attestation=found, reason="The view was changed.")
    assert (lineage.attestation(found).state, level(dwd)) == ("ended", 4)


def test_k_persons_together_are_shown_by_the_dataset_or_nothing_is_lowered(
    omar: User, ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge
) -> None:
    found = propose(ravi, way, hashed(method="aggregate_k", lowers_to=1, conditions={"k": 10}))
    with pytest.raises(Blocked) as refused:
        agree(found, tom)
    assert [finding.id for finding in refused.value.findings] == ["LIN-4"]
    catalog_actions.describe_dataset(by=omar, dataset=make.fresh(dwd), min_group=12)
    agree(found, tom, gus)
    assert (arrives(dwd, "cust"), level(dwd)) == (1, 2)
    catalog_actions.describe_dataset(by=omar, dataset=make.fresh(dwd), min_group=3)
    make.approve_levels(by=omar, dataset=dwd, levels={"city": 2})  # whatever settles next
    assert (arrives(dwd, "cust"), level(dwd)) == (4, 4)


# -- bound to the SQL, and to how strict the source was
def test_editing_the_sql_snaps_the_level_back_and_layout_does_not(
    omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    agree(propose(ravi, way, hashed()), tom, gus)
    lineage.join(omar, ods, "id_card", dwd, "cust", sql=lineage.SQL.replace(" FROM", "\n-- by key\nFROM"))
    assert level(dwd) == 2
    lineage.join(omar, ods, "id_card", dwd, "cust", sql=lineage.SQL.replace("hmac(id_card, :key)", "id_card"))
    assert (arrives(dwd, "cust"), level(dwd)) == (4, 4)


def test_an_import_with_other_sql_snaps_the_level_back_at_once_and_is_told_once(
    growth: Domain, omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset
) -> None:
    User.objects.create(username="cli", name="Command line", is_service=True)

    def tell(digest: str) -> Any:
        rows = [EdgeRow("shop.ods_cust", "id_card", "shop.dwd_cust", "cust", sql_hash=digest * 64)]
        return catalog_actions.tell_column_edges(
            by=omar, warehouse=make.warehouse(omar, growth), origin="dbt", rows=rows, targets=["shop.dwd_cust"]
        )

    tell("a")
    said = ColumnEdge.objects.unrestricted(LOOK).get()
    found = agree(propose(ravi, said, hashed()), tom, gus)
    assert level(dwd) == 2
    assert tell("a").is_empty
    assert level(dwd) == 2
    tell("b")
    assert (arrives(dwd, "cust"), level(dwd)) == (4, 4)
    assert actions.look_after_attestations(by=gus) == 1
    assert actions.look_after_attestations(by=gus) == 0
    assert level(dwd) == 4
    tell("a")  # the very statement that two people looked at
    assert (lineage.attestation(found).state, level(dwd)) == ("live", 2)


def test_another_origin_of_the_same_way_is_covered_and_a_way_round_is_not(
    growth: Domain, omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    agree(propose(ravi, way, hashed()), tom, gus)
    rows = [EdgeRow("shop.ods_cust", "id_card", "shop.dwd_cust", "cust")]
    where = make.warehouse(omar, growth)
    catalog_actions.tell_column_edges(
        by=omar, warehouse=where, origin="openlineage", rows=rows, targets=["shop.dwd_cust"]
    )
    assert level(dwd) == 2
    lineage.join(omar, ods, "secret", dwd, "cust")
    assert (arrives(dwd, "cust"), level(dwd)) == (4, 4)


def test_a_source_that_becomes_stricter_is_not_held_back_by_what_was_agreed_for_less(
    omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    from catalog.supposing import would_be

    agree(propose(ravi, way, hashed()), tom, gus)
    assert would_be(make.fresh(ods), {"id_card": 5})[dwd.pk].after == 5
    catalog_actions.propose_column_level(by=omar, column=make.column(ods, "id_card"), rank=5)
    assert (arrives(dwd, "cust"), level(dwd)) == (5, 5)


# -- removal (case 34)
def test_what_is_taken_back_counts_until_others_agreed_that_it_is_no_more(
    omar: User, ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge
) -> None:
    assert catalog_actions.remove_column_edge(by=omar, edge=lineage.edge(way)) is False
    found = propose(ravi, way, Wish("removal", lineage.EVIDENCE))
    agree(found, tom)
    assert level(dwd) == 4
    agree(found, gus)
    assert (lineage.attestation(found).state, arrives(dwd, "cust"), level(dwd)) == ("done", 0, 2)
    assert not ColumnEdge.objects.unrestricted(LOOK).exists()


def test_a_removal_is_not_agreed_to_while_it_is_said_again(
    omar: User, ravi: User, tom: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    catalog_actions.remove_column_edge(by=omar, edge=lineage.edge(way))
    found = propose(ravi, way, Wish("removal", lineage.EVIDENCE))
    lineage.join(omar, ods, "id_card", dwd, "cust")
    with pytest.raises(Blocked) as refused:
        agree(found, tom)
    assert [finding.id for finding in refused.value.findings] == ["LIN-4"]
    assert level(dwd) == 4


def test_removing_and_saying_again_does_not_keep_what_was_agreed_to_for_the_old(
    omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    agree(propose(ravi, way, hashed()), tom, gus)
    lineage.join(omar, ods, "id_card", dwd, "cust", sql="SELECT id_card AS cust FROM shop.ods_cust")
    assert level(dwd) == 4


# -- by other hands
def test_the_database_itself_lets_nothing_less_through(ravi: User, tom: User, dwd: Dataset, way: ColumnEdge) -> None:
    found = agree(propose(ravi, way, hashed()), tom)
    forged = [
        "UPDATE catalog_columnedge SET cap = 0, upto = 5",
        f"UPDATE guard_thing SET state = 'live' WHERE id = {found.pk};"
        " SELECT governance_recap(ARRAY(SELECT source_id FROM catalog_columnedge),"
        " ARRAY(SELECT target_dataset_id FROM catalog_columnedge)); UPDATE catalog_columnedge SET cap = 2, upto = 4",
    ]
    for statement in forged:
        with pytest.raises(DatabaseError, match="only while an attestation holds"), transaction.atomic():
            with past_the_wall() as cursor:
                cursor.execute(statement)
    assert arrives(dwd, "cust") == 4


def test_who_does_not_see_both_ends_finds_nothing_to_decide_on(
    ravi: User, otto: User, mei: User, way: ColumnEdge
) -> None:
    found = propose(ravi, way, stop())
    for person in (otto, mei):
        assert not Attestation.objects.visible_to(person).exists()
        for verb in (actions.approve_attestation, actions.withdraw_attestation, actions.end_attestation):
            with pytest.raises((Absent, Denied)):
                verb(by=person, attestation=found)
        with pytest.raises((Absent, Denied)):
            propose(person, way, hashed())
    assert date.today() <= (found.ends_on or date.min)


def test_the_ledger_names_no_column(ravi: User, tom: User, gus: User, way: ColumnEdge) -> None:
    agree(propose(ravi, way, hashed()), tom, gus)
    verbs = ["attestation.proposed", "attestation.approved", "lineage.attested", "column_lineage.added"]
    said = [str(vars(entry)) for entry in Entry.objects.unrestricted(LOOK).filter(verb__in=verbs)]
    assert len(said) == 5
    assert not any("id_card" in line for line in said)


def test_the_same_is_proposed_once(ravi: User, grace: User, way: ColumnEdge) -> None:
    propose(ravi, way, stop())
    with pytest.raises(Blocked):
        propose(grace, way, stop())
