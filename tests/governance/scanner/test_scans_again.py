"""The scanner looks again by itself when an import changed columns of what it looked at before; it only proposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.loading import ColumnRow, DatasetRow
from catalog.models import Dataset, Label
from governance import rescanning
from governance.models import Scan, ScanFinding
from governance.reactions import columns_changed
from governance.tasks import scan_what_changed
from guard import things
from guard.doors import act
from guard.models import Domain, Outbox
from guard.policy import Who
from people.models import User
from tests.cast import make_person
from tests.catalog import make as catalog
from tests.governance import make
from tests.governance.scanner import tables


@pytest.fixture
def cli(growth: Domain) -> User:
    """The service account, as an installation has it."""
    made = make_person("cli", growth, ("data_engineer",), 4, "Command line")
    User.objects.filter(pk=made.pk).update(is_service=True)
    return User.objects.get(pk=made.pk)


def scans(dataset: Dataset) -> list[Scan]:
    rows = Scan.objects.unrestricted(tables.LOOK).filter(dataset=dataset).select_related("by").order_by("pk")
    return list(rows)


def bring(by: User, domain: Domain, *columns: str) -> Any:
    row = DatasetRow("public.people", [ColumnRow(name, "text") for name in columns])
    return catalog.load(by, domain, [row])


def test_new_columns_of_an_import_are_scanned_and_proposed_for_as_a_service(
    people: Dataset, scanned: Scan, ravi: User, growth: Domain, cli: User, as_owner: Any, run_outbox: Callable[[], int]
) -> None:
    as_owner("ALTER TABLE public.people ADD COLUMN phone2 text")
    as_owner("UPDATE public.people SET phone2 = mobile")
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "phone2")
    run_outbox()
    first, again = scans(people)
    assert (first.by, again.by, again.state) == (ravi, cli, "done")
    assert (tables.findings(again)["phone2"].kind, tables.findings(again)["phone2"].stance) == ("phone", "proposed")
    column = make.column(people, "phone2")
    assert (column.level, column.proposed_level, column.rank) == (None, 3, 4), "a proposal, and nothing is milder"
    label = Label.objects.unrestricted(tables.LOOK).get(column=column)
    assert (label.state, label.origin, label.by) == ("proposed", "scanner", cli)


def test_a_second_call_and_the_night_find_nothing_more_to_do(
    people: Dataset, scanned: Scan, ravi: User, growth: Domain, cli: User, run_outbox: Callable[[], int]
) -> None:
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    run_outbox()
    assert len(scans(people)) == 2
    columns_changed(0, people.pk)
    scan_what_changed()
    run_outbox()
    assert len(scans(people)) == 2 and rescanning.due() == []


def test_the_night_takes_what_no_reaction_took(
    people: Dataset, scanned: Scan, ravi: User, growth: Domain, cli: User, run_outbox: Callable[[], int]
) -> None:
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    Outbox.objects.all().delete()
    assert [dataset.pk for dataset in rescanning.due()] == [people.pk]
    scan_what_changed()
    run_outbox()
    assert [scan.state for scan in scans(people)] == ["done", "done"]


def test_it_lowers_nothing_and_overwrites_nobody(
    people: Dataset, ravi: User, omar: User, scanned: Scan, growth: Domain, cli: User, run_outbox: Callable[[], int]
) -> None:
    make.reviewed(people, ravi, omar, {"note": 4, "amount": 5})
    before = {name: make.column(people, name) for name in ("id_no", "mobile", "note", "amount")}
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    run_outbox()
    for name, was in before.items():
        now = make.column(people, name)
        assert (now.level, now.proposed_level, now.rank) == (was.level, was.proposed_level, was.rank), name
    kept = ScanFinding.objects.unrestricted(tables.LOOK).filter(stance="dissent")
    assert make.level(people) == 5 and not kept.filter(column_name="amount", decision="accepted").exists()


def test_what_nobody_had_scanned_is_not_scanned_by_itself(
    people: Dataset, ravi: User, growth: Domain, cli: User, run_outbox: Callable[[], int]
) -> None:
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    run_outbox()
    scan_what_changed()
    assert scans(people) == []


def test_what_the_service_account_may_not_see_or_reach_is_left_alone(
    people: Dataset, scanned: Scan, ravi: User, growth: Domain, cli: User, run_outbox: Callable[[], int],
    monkeypatch: Any,
) -> None:  # fmt: skip
    @act("test.raised", who=Who(anyone=True), subject="of")
    def raise_to_five(*, by: Any, of: Any) -> None:
        things.set_level(of, 5)

    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    with monkeypatch.context() as away:
        away.delenv("WAREHOUSE_SHOP_URL")
        run_outbox()
        assert rescanning.due() == []
    raise_to_five(by=ravi, of=people)
    scan_what_changed()
    assert len(scans(people)) == 1
