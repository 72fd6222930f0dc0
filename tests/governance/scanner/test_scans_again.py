"""The scanner looks again by itself when an import changed columns of what it looked at before; it only proposes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.actions import declare_level
from catalog.loading import ColumnRow, DatasetRow
from catalog.models import Dataset, Label
from governance import actions, rescanning
from governance.models import Scan, ScanFinding
from governance.reactions import columns_changed
from governance.scanner import work
from governance.tasks import scan_what_changed
from guard import clock, ledger
from guard.doors import grade_of
from guard.models import Domain, Entry, Outbox, Standing
from guard.refusals import Denied
from people.models import Clearance, RoleHeld, User
from tests.cast import make_person
from tests.catalog import make as catalog
from tests.governance import make
from tests.governance.scanner import tables
from tests.whole import whole


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


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
    assert (first.by, again.by.username, again.state) == (ravi, "scanner", "done")
    assert (tables.findings(again)["phone2"].kind, tables.findings(again)["phone2"].stance) == ("phone", "proposed")
    column = make.column(people, "phone2")
    assert (column.level, column.proposed_level, column.rank) == (None, 3, 4), "a proposal, and nothing is milder"
    label = Label.objects.unrestricted(tables.LOOK).get(column=column)
    assert (label.state, label.origin, label.by) == ("proposed", "scanner", again.by)


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


def raise_to_five(*, by: User, of: Dataset) -> None:
    declare_level(by=by, dataset=tables.fresh(of), rank=5, reason="Everything about the people of the town.")


def test_what_cannot_be_reached_is_left_alone(
    people: Dataset, scanned: Scan, ravi: User, growth: Domain, cli: User, run_outbox: Callable[[], int],
    monkeypatch: Any,
) -> None:  # fmt: skip
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    monkeypatch.delenv("WAREHOUSE_SHOP_URL")
    run_outbox()
    assert rescanning.due() == [] and len(scans(people)) == 1


def test_what_nobody_who_asked_may_see_any_more_waits_for_a_person(
    people: Dataset, scanned: Scan, ravi: User, grace: User, growth: Domain, cli: User,
    run_outbox: Callable[[], int],
) -> None:  # fmt: skip
    """Ravi is cleared to L4 and asked while the dataset was milder: his word does not open L5."""
    raise_to_five(by=grace, of=people)
    bring(ravi, growth, "id_no", "mobile", "note", "amount", "more")
    run_outbox()
    scan_what_changed()
    assert len(scans(people)) == 1
    (one,) = rescanning.behind(grace)
    assert (one.dataset, one.asker) == (people, None)
    assert one.people == ("Omar Haddad", "Grace Obi", "Gus Lindt", "Sol Reyes")
    for path in (f"/governance/datasets/{people.key}/scan/", reverse("governance:home-passing")):
        shown = signed_in(grace).get(path).content.decode()
        assert "waits for a person to scan it again" in shown, path
        assert "These can scan it: Omar Haddad, Grace Obi, Gus Lindt, Sol Reyes." in shown, path
    assert "waits for a person to scan it again" in whole(signed_in(grace), f"/catalog/datasets/{people.key}/")


@pytest.fixture
def strict(people: Dataset, grace: User) -> Dataset:
    """At L5, and Grace, who is cleared for it, had it scanned."""
    raise_to_five(by=grace, of=people)
    scan = actions.start_scan(by=grace, dataset=tables.fresh(people), in_worker=False)
    work.carry_out(work.scan_named(scan.pk))
    return tables.fresh(people)


def test_l5_is_scanned_again_by_an_account_of_its_own_that_is_lent_one_sight(
    strict: Dataset, grace: User, ravi: User, growth: Domain, cli: User, as_owner: Any, run_outbox: Callable[[], int]
) -> None:
    as_owner("ALTER TABLE public.people ADD COLUMN phone2 text")
    as_owner("UPDATE public.people SET phone2 = mobile")
    bring(grace, growth, "id_no", "mobile", "note", "amount", "phone2")
    run_outbox()
    _first, again = scans(strict)
    assert (again.by.username, again.by.is_service, again.state) == ("scanner", True, "done")
    assert tables.findings(again)["phone2"].kind == "phone"
    assert make.level(strict) == 5
    (lent,) = Entry.objects.unrestricted(tables.LOOK).filter(verb="scan.lent")
    said = json.loads(lent.payload)
    assert (lent.actor, said["on_behalf_of"], said["lent_to"], said["level"], said["keeps"]) == (
        cli, "grace", "scanner", 5, "counts and shapes",
    )  # fmt: skip
    reads = Entry.objects.unrestricted(tables.LOOK).filter(verb=ledger.READ, actor=again.by)
    assert [json.loads(line.payload)["door"] for line in reads] == ["value"]


def test_the_accounts_are_cleared_for_no_more_than_before_and_the_sight_ends_with_the_scan(
    strict: Dataset, grace: User, growth: Domain, cli: User, run_outbox: Callable[[], int]
) -> None:
    before = sorted(Clearance.objects.values_list("person__username", "domain_id", "rank"))
    bring(grace, growth, "id_no", "mobile", "note", "amount", "more")
    run_outbox()
    account = scans(strict)[-1].by
    assert sorted(Clearance.objects.values_list("person__username", "domain_id", "rank")) == before
    assert not RoleHeld.objects.filter(person=account).exists() and not account.has_usable_password()
    held = Standing.objects.unrestricted(tables.LOOK).filter(person=account)
    assert set(held.values_list("reason", "thing__kind")) <= {("proposer", "review")}
    assert grade_of(User.objects.get(pk=account.pk), strict.thing) == 0


def test_a_sight_that_was_lent_ends_by_itself_when_the_worker_does_not_come_back(
    strict: Dataset, grace: User, growth: Domain, cli: User
) -> None:
    bring(grace, growth, "id_no", "mobile", "note", "amount", "more")
    scan = actions.rescan_dataset(by=cli, dataset=tables.fresh(strict))
    (held,) = Standing.objects.unrestricted(tables.LOOK).filter(person=scan.by, reason="scanner")
    assert held.grade == 4 and held.until is not None and held.until <= clock.now() + timedelta(minutes=30)


def test_a_failed_scan_ends_it_too(
    strict: Dataset, grace: User, growth: Domain, cli: User, run_outbox: Callable[[], int], as_owner: Any
) -> None:
    bring(grace, growth, "id_no", "mobile", "note", "amount", "more")
    as_owner("ALTER TABLE public.people RENAME TO people_away")
    run_outbox()
    as_owner("ALTER TABLE public.people_away RENAME TO people")
    again = scans(strict)[-1]
    assert (again.by.username, again.state) == ("scanner", "failed")
    assert not Standing.objects.unrestricted(tables.LOOK).filter(person=again.by).exists()


def test_no_person_borrows_it_and_no_person_is_taken_for_the_scanner(
    strict: Dataset, grace: User, growth: Domain, cli: User, run_outbox: Callable[[], int]
) -> None:
    """An account of that name that somebody signs in with is lent nothing."""
    bring(grace, growth, "id_no", "mobile", "note", "amount", "more")
    with pytest.raises(Denied):
        actions.rescan_dataset(by=grace, dataset=tables.fresh(strict))
    make_person("scanner", growth, (), 0, "Scarlet Canner")
    run_outbox()
    assert len(scans(strict)) == 1
    (one,) = rescanning.behind(grace)
    assert one.asker is None


def test_an_earlier_finding_is_taken_further_in_a_review_that_the_scanner_does_not_see_otherwise(
    strict: Dataset, grace: User, growth: Domain, cli: User, as_owner: Any, run_outbox: Callable[[], int]
) -> None:
    as_owner("UPDATE public.people SET mobile = id_no")
    bring(grace, growth, "id_no", "mobile", "note", "amount", "more")
    run_outbox()
    again = scans(strict)[-1]
    assert (again.by.username, again.state, again.said) == ("scanner", "done", "")
    assert not Standing.objects.unrestricted(tables.LOOK).filter(person=again.by, reason="scanner").exists()
