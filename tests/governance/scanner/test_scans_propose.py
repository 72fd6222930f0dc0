"""A scan proposes where nobody has spoken; it never lowers, never overwrites, and calls no empty column clean."""

from __future__ import annotations

from typing import Any

from catalog.models import Dataset, Label
from governance import actions
from governance.models import Scan
from governance.scanner import ORIGIN, verdict, work
from guard.models import Domain
from people.models import User
from tests.governance import make
from tests.governance.rules.made import agree
from tests.governance.scanner import tables


def scan(by: User, dataset: Dataset) -> Scan:
    return work.carry_out(work.scan_named(actions.start_scan(by=by, dataset=tables.fresh(dataset), in_worker=False).pk))


def test_it_proposes_the_levels_of_what_it_finds_as_one_review(people: Dataset, scanned: Scan) -> None:
    found = tables.findings(scanned)
    assert {name: (row.kind, row.stance) for name, row in found.items() if row.kind} == {
        "id_no": ("cn_resident_id", "proposed"), "mobile": ("phone", "proposed"),
    }  # fmt: skip
    assert scanned.review is not None and ORIGIN in make.review(scanned.review).reason
    assert make.column(people, "id_no").proposed_level == 4
    assert make.column(people, "mobile").proposed_level == 3
    assert {row.result for name, row in found.items() if name in ("note", "amount")} == {"clean"}


def test_its_labels_carry_its_name_its_score_and_counts(people: Dataset, scanned: Scan) -> None:
    rows = Label.objects.unrestricted(tables.LOOK).filter(column__name="id_no", category__isnull=False)
    label = rows.get(superseded_at=None)
    assert (label.origin, f"scanner@{label.origin_version}") == ("scanner", ORIGIN)
    assert str(label.category) == "house:id-number"
    assert label.evidence == {"passed": 100, "distinct": 100, "name": "told"} and float(label.confidence) > 0.9


def test_the_evidence_is_counts_and_shapes(scanned: Scan) -> None:
    row = tables.findings(scanned)["id_no"]
    assert (row.rows, row.junk, row.passed, row.distinct) == (100, 0, 100, 100)
    assert all(set(shape) <= set("dA*") for shape, _count in row.shapes)


def test_it_never_lowers_what_counts(people: Dataset, ravi: User, scanned: Scan) -> None:
    assert make.level(people) == 4  # unclassified counts as L4, and an L3 proposal does not change that


def test_it_leaves_alone_what_people_approved(people: Dataset, ravi: User, grace: User, omar: User) -> None:
    make.reviewed(people, ravi, omar, {"id_no": 2, "mobile": 4})
    found = tables.findings(scan(ravi, people))
    assert (found["id_no"].stance, found["mobile"].stance) == ("dissent", "agrees")
    columns = [make.column(people, name) for name in ("id_no", "mobile")]
    assert [(column.level, column.proposed_level) for column in columns] == [(2, None), (4, None)]


def test_it_leaves_alone_what_a_person_proposed(people: Dataset, ravi: User, omar: User) -> None:
    actions.propose_levels(by=ravi, dataset=people, levels={"id_no": 2})
    found = tables.findings(scan(ravi, people))
    assert found["id_no"].stance == "dissent"
    assert make.column(people, "id_no").proposed_level == 2


def test_a_table_without_rows_is_unknown_not_clean(
    as_owner: Any, growth: Domain, ravi: User, grace: User, omar: User
) -> None:
    with tables.table(as_owner, "public.hollow", {"id_no": [], "name": []}):
        made = tables.dataset(ravi, growth, grace, ["id_no", "name"], name="public.hollow", owner=omar)
        found = tables.findings(scan(ravi, made))
    assert {(row.result, row.why, row.stance) for row in found.values()} == {("unknown", "no-rows", "")}


def test_nothing_but_placeholders_is_unknown_too(
    as_owner: Any, growth: Domain, ravi: User, grace: User, omar: User
) -> None:
    facts = {"id_no": ["N/A", None, "-", "000000000000000000"] * 9, "gone": [None] * 36}
    with tables.table(as_owner, "public.junk", facts):
        made = tables.dataset(ravi, growth, grace, ["id_no", "missing_column"], name="public.junk", owner=omar)
        found = tables.findings(scan(ravi, made))
    assert {name: (row.result, row.why) for name, row in found.items()} == {
        "id_no": ("unknown", "only-junk"), "missing_column": ("unknown", "absent"),
    }  # fmt: skip


def test_a_second_scan_takes_its_own_proposals_further(people: Dataset, ravi: User, scanned: Scan) -> None:
    again = scan(ravi, people)
    first, second = tables.findings(scanned), tables.findings(again)
    assert (first["id_no"].decision, second["id_no"].decision) == ("superseded", "open")
    assert second["id_no"].review == first["id_no"].review and again.review is None


def test_a_newer_version_that_finds_something_stricter_amends_its_own_review(
    people: Dataset, ravi: User, scanned: Scan, monkeypatch: Any
) -> None:
    real = work.judge

    def newer(name: str, values: Any, *, year: int) -> verdict.Verdict:
        said = real(name, values, year=year)
        if name != "mobile" or said.evidence is None:
            return said
        return verdict.Verdict(said.state, said.why, _as(said.evidence, "payment_card"), said.rows)

    monkeypatch.setattr(work, "judge", newer)
    again = tables.findings(scan(ravi, people))
    assert make.column(people, "mobile").proposed_level == 4
    assert again["mobile"].review == scanned.review


def test_a_newer_version_that_finds_nothing_says_so_and_lowers_nothing(
    people: Dataset, ravi: User, scanned: Scan, monkeypatch: Any
) -> None:
    monkeypatch.setattr(work, "judge", lambda name, values, *, year: verdict.Verdict("clean", "no-kind"))
    found = tables.findings(scan(ravi, people))
    assert (found["id_no"].result, found["id_no"].stance) == ("clean", "dissent")
    assert make.column(people, "id_no").proposed_level == 4
    assert make.review(scanned.review).state == "open"


def test_the_level_of_a_kind_is_its_categorys_floor(
    people: Dataset, ravi: User, grace: User, gus: User, sol: User
) -> None:
    change = actions.propose_policy(
        by=grace, what="category", target="house:phone", after={"floor": 4, "is_prohibited": False}, domain="growth",
        reason="A telephone number leads to a person.",
    )  # fmt: skip
    agree(change, gus, sol)
    scan(ravi, people)
    assert make.column(people, "mobile").proposed_level == 4


def _as(evidence: verdict.Evidence, kind: str) -> verdict.Evidence:
    from dataclasses import replace

    return replace(evidence, kind=kind)
