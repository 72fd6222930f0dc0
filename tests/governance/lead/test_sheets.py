"""A sheet of levels: read with every fault at its line, proposed as reviews, all of it or nothing."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset
from governance import actions
from governance.lead import planning, sheets
from governance.models import LevelReview
from guard.models import Domain, Entry
from guard.refusals import Denied, Invalid, Stale
from people.models import User
from tests.governance import make

LOOK = "a test looks at what is there"
HEAD = "dataset,column,level,categories,reason\n"


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return make.orders(omar, growth, grace, {"order_id": None, "buyer_phone": 3, "amount": 3}, owner=tom)


@pytest.fixture
def salaries(growth: Domain, omar: User, grace: User) -> Dataset:
    return make.orders(omar, growth, grace, {"pay": 5}, name="hr.salaries")


def sentences(plan: planning.Plan) -> list[str]:
    return [str(fault) for fault in plan.faults]


def reviews() -> list[LevelReview]:
    return list(LevelReview.objects.unrestricted(LOOK).select_related("thing"))


def test_it_proposes_one_review_a_dataset(orders: Dataset, ravi: User) -> None:
    made = actions.import_levels(by=ravi, sheet=f"{HEAD}{orders.key},order_id,L2,,from the dictionary\n")
    assert [review.dataset_id for review in made] == [orders.pk]
    assert [(i.column_name, i.before, i.rank) for i in made[0].items.unrestricted(LOOK)] == [("order_id", None, 2)]
    assert made[0].reason == "from the dictionary"
    assert Entry.objects.unrestricted(LOOK).filter(verb="levels.imported", outcome="done").count() == 1


def test_a_stricter_level_counts_at_once_and_a_milder_one_waits(orders: Dataset, ravi: User) -> None:
    text = f"{HEAD}{orders.key},order_id,L5,,\n{orders.key},amount,L2,,the amount is published\n"
    actions.import_levels(by=ravi, sheet=text)
    assert make.level(orders) == 5
    assert make.column(orders, "amount").level == 3


def test_the_same_sheet_twice_changes_nothing(orders: Dataset, ravi: User) -> None:
    text = f"{HEAD}{orders.key},order_id,L2,,\n{orders.key},buyer_phone,L3,,\n"
    actions.import_levels(by=ravi, sheet=text)
    plan = planning.plan(ravi, text)
    assert (plan.parts, plan.unchanged, plan.faults) == ([], 2, [])
    assert actions.import_levels(by=ravi, sheet=text) == []
    assert len(reviews()) == 1


def test_every_fault_is_told_with_its_line_and_nothing_is_proposed(
    orders: Dataset, salaries: Dataset, ravi: User
) -> None:
    text = (
        f"{HEAD}{orders.key},order_id,L2,,\n{orders.key},no_such,L2,,\n{orders.key},amount,secretish,,\n"
        f"{salaries.key},pay,L5,,\n,pay,L5,,\n{orders.key},order_id,L3,,\n"
    )
    plan = planning.plan(ravi, text)
    assert [fault.line for fault in plan.faults] == [4, 6, 7]  # what the file itself says, before any look outside
    mended = f"{HEAD}{orders.key},order_id,L2,,\n{orders.key},no_such,L2,,\n{salaries.key},pay,L5,,\n"
    with pytest.raises(Invalid) as refused:
        actions.import_levels(by=ravi, sheet=mended)
    assert [text.split(":")[0] for text in refused.value.errors["sheet"]] == ["Line 3", "Line 4"]
    assert reviews() == []


def test_a_hidden_dataset_and_one_that_is_not_there_are_told_alike(salaries: Dataset, ravi: User) -> None:
    hidden = sentences(planning.plan(ravi, f"{HEAD}{salaries.key},pay,L5,,\n"))
    absent = sentences(planning.plan(ravi, f"{HEAD}DS-9999,pay,L5,,\n"))
    assert [one.replace(salaries.key, "X") for one in hidden] == [one.replace("DS-9999", "X") for one in absent]
    named = sentences(planning.plan(ravi, f"{HEAD}hr.salaries,pay,L5,,\n"))
    assert [one.replace("hr.salaries", "X") for one in named] == [one.replace("DS-9999", "X") for one in absent]


def test_a_lowering_needs_a_reason(orders: Dataset, ravi: User) -> None:
    plan = planning.plan(ravi, f"{HEAD}{orders.key},amount,L1,,\n")
    assert [fault.line for fault in plan.faults] == [2]
    assert not planning.plan(ravi, f"{HEAD}{orders.key},amount,L1,,it is printed on the receipt\n").faults


def test_it_says_what_the_dataset_would_count_as(orders: Dataset, ravi: User) -> None:
    text = f"{HEAD}{orders.key},order_id,L1,,\n{orders.key},amount,L5,,\n"
    part = planning.plan(ravi, text).parts[0]
    assert (part.dataset.level, part.after) == (4, 5)
    assert planning.plan(ravi, f"{HEAD}{orders.key},order_id,L1,,\n").parts[0].after == 3


def test_categories_are_the_whole_set_and_an_empty_cell_leaves_them(orders: Dataset, ravi: User, tom: User) -> None:
    text = f"{HEAD}{orders.key},buyer_phone,,gdpr:personal,\n"
    [review] = actions.import_levels(by=ravi, sheet=text)
    actions.approve_review(by=tom, review=review)
    assert planning.plan(ravi, text).parts == []
    assert planning.plan(ravi, f"{HEAD}{orders.key},buyer_phone,L3,,\n").parts == []
    unknown = planning.plan(ravi, f"{HEAD}{orders.key},buyer_phone,,gdpr:nonsense,\n")
    assert [fault.line for fault in unknown.faults] == [2]


def test_what_was_looked_at_is_what_is_proposed(orders: Dataset, ravi: User, tom: User) -> None:
    text = f"{HEAD}{orders.key},order_id,L2,,\n"
    digest = planning.plan(ravi, text).digest
    make.reviewed(orders, ravi, tom, {"order_id": 1})
    with pytest.raises(Stale):
        actions.import_levels(by=ravi, sheet=text, plan=digest)
    actions.import_levels(by=ravi, sheet=text, plan=planning.plan(ravi, text).digest)


def test_a_column_under_another_review_is_told(orders: Dataset, ravi: User, grace: User) -> None:
    actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 2})
    plan = planning.plan(grace, f"{HEAD}{orders.key},order_id,L4,,\n")
    assert "REV-" in sentences(plan)[0]


def test_who_may_not_propose_is_refused_and_nothing_stays(
    growth: Domain, orders: Dataset, omar: User, grace: User, sam: User
) -> None:
    mild = make.orders(omar, growth, grace, {"city": 2}, name="shop.cities")
    with pytest.raises(Denied):
        actions.import_levels(by=sam, sheet=f"{HEAD}{mild.key},city,L3,,\n")
    assert reviews() == []


def test_what_one_may_see_goes_out_as_a_sheet_that_proposes_nothing(
    orders: Dataset, salaries: Dataset, ravi: User
) -> None:
    text = sheets.write(planning.sheet_of(ravi))
    assert orders.key in text and salaries.key not in text
    plan = planning.plan(ravi, text)
    assert (plan.parts, plan.faults) == ([], [])
    only = sheets.write(planning.sheet_of(ravi, is_unclassified=True))
    assert "order_id" in only and "amount" not in only


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 0), ("name,level\nx,L1\n", 1), (HEAD + 'DS-1,"open,L1\n', 2), ("x" * 1_000_001, 0),
        (HEAD + "DS-1,a\x00b,L1\n", 2), (HEAD + "".join(f"DS-1,c{n},L1\n" for n in range(5_001)), 5_002),
    ],
)  # fmt: skip
def test_a_broken_sheet_is_told_with_its_place(text: str, line: int) -> None:
    _rows, faults = sheets.read(text)
    assert line in [fault.line for fault in faults]


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).map(str.strip).filter(bool)


@given(st.lists(st.builds(sheets.Row, st.just(0), CELL, CELL, st.one_of(st.none(), st.integers(1, 5)), st.none(), CELL),
                max_size=8, unique_by=lambda row: (row.dataset.lower(), row.column)))  # fmt: skip
def test_case_46_a_sheet_reads_back_as_written_though_no_cell_runs_in_a_spreadsheet(rows: list[sheets.Row]) -> None:
    text = sheets.write(rows)
    back, faults = sheets.read(text)
    assert not faults
    keep = [(row.dataset, row.column, row.level, row.reason) for row in rows]
    assert [(row.dataset, row.column, row.level, row.reason) for row in back] == keep
    for line in list(csv.reader(text.splitlines()))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
