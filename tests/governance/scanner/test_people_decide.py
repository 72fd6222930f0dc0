"""Accepting and rejecting what the scanner found: another person's, each with its effect; a rejection is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset
from governance import actions
from governance.models import Scan
from governance.scanner import work
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import User
from tests.governance import make
from tests.governance.scanner import tables

WHY = "These are invoice numbers, not telephones."


def scan(by: User, dataset: Dataset) -> Scan:
    return work.carry_out(work.scan_named(actions.start_scan(by=by, dataset=tables.fresh(dataset), in_worker=False).pk))


def decide(verb: Any, by: User, scan: Scan, column: str, reason: str = "") -> None:
    verb(by=by, finding=tables.findings(scan)[column], reason=reason)


def test_the_last_acceptance_approves_the_levels(people: Dataset, scanned: Scan, omar: User) -> None:
    decide(actions.accept_finding, omar, scanned, "id_no")
    assert make.column(people, "id_no").level is None
    decide(actions.accept_finding, omar, scanned, "mobile")
    assert make.review(scanned.review).state == "approved"
    assert (make.column(people, "id_no").level, make.column(people, "mobile").level) == (4, 3)


def test_who_asked_for_the_scan_does_not_decide(scanned: Scan, ravi: User) -> None:
    with pytest.raises(Denied):
        decide(actions.accept_finding, ravi, scanned, "id_no")
    with pytest.raises(Denied):
        decide(actions.reject_finding, ravi, scanned, "id_no", WHY)


def test_the_lead_who_asked_for_it_does_not_decide_either(people: Dataset, grace: User, gus: User) -> None:
    done = scan(grace, people)
    with pytest.raises(Denied):
        decide(actions.accept_finding, grace, done, "id_no")
    decide(actions.accept_finding, gus, done, "id_no")


def test_who_may_not_see_it_finds_nothing(scanned: Scan, otto: User) -> None:
    with pytest.raises(Absent):
        decide(actions.accept_finding, otto, scanned, "id_no")


def test_a_rejection_needs_a_reason(scanned: Scan, omar: User) -> None:
    with pytest.raises(Invalid):
        decide(actions.reject_finding, omar, scanned, "mobile", "no")


def test_a_rejected_column_leaves_the_review_and_the_rest_goes_on(people: Dataset, scanned: Scan, omar: User) -> None:
    decide(actions.reject_finding, omar, scanned, "mobile", WHY)
    column = make.column(people, "mobile")
    assert (column.level, column.proposed_level, column.floor) == (None, None, 0)
    decide(actions.accept_finding, omar, scanned, "id_no")
    assert make.review(scanned.review).state == "approved"
    assert (make.column(people, "id_no").level, make.column(people, "mobile").level) == (4, None)


def test_rejecting_the_last_open_one_approves_what_was_accepted(people: Dataset, scanned: Scan, omar: User) -> None:
    decide(actions.accept_finding, omar, scanned, "id_no")
    decide(actions.reject_finding, omar, scanned, "mobile", WHY)
    assert (make.review(scanned.review).state, make.column(people, "id_no").level) == ("approved", 4)


def test_rejecting_all_rejects_the_review(people: Dataset, scanned: Scan, omar: User) -> None:
    decide(actions.reject_finding, omar, scanned, "mobile", WHY)
    decide(actions.reject_finding, omar, scanned, "id_no", WHY)
    assert make.review(scanned.review).state == "rejected"
    assert make.column(people, "id_no").proposed_level is None


def test_what_was_rejected_is_not_proposed_again(people: Dataset, scanned: Scan, omar: User, ravi: User) -> None:
    decide(actions.reject_finding, omar, scanned, "mobile", WHY)
    found = tables.findings(scan(ravi, people))
    assert (found["mobile"].stance, found["id_no"].stance) == ("excepted", "proposed")
    assert make.column(people, "mobile").proposed_level is None


def test_an_ended_exception_lets_it_propose_again(people: Dataset, scanned: Scan, omar: User, ravi: User) -> None:
    decide(actions.reject_finding, omar, scanned, "mobile", WHY)
    [exception] = tables.exceptions(people)
    exception.dataset = tables.fresh(people)
    actions.end_exception(by=omar, exception=exception)
    assert tables.findings(scan(ravi, people))["mobile"].stance == "proposed"


def test_an_exception_counts_only_while_the_column_keeps_its_type(
    people: Dataset, scanned: Scan, omar: User, ravi: User
) -> None:
    decide(actions.reject_finding, omar, scanned, "mobile", WHY)
    with make_type(people, "mobile", "varchar"):
        assert tables.findings(scan(ravi, people))["mobile"].stance == "proposed"


def test_deciding_twice_is_refused(scanned: Scan, omar: User) -> None:
    finding = tables.findings(scanned)["id_no"]
    actions.accept_finding(by=omar, finding=finding)
    with pytest.raises(Blocked):
        actions.accept_finding(by=omar, finding=tables.findings(scanned)["id_no"])


def make_type(dataset: Dataset, column: str, data_type: str) -> Any:
    """The column with another type, as an import would write it."""
    from contextlib import nullcontext

    from catalog.models import Column
    from guard.doors import act
    from guard.policy import Who

    @act("test.type_changed", who=Who(anyone=True))
    def change(*, by: User) -> None:
        Column.objects.unrestricted(tables.LOOK).filter(dataset=dataset, name=column).update(data_type=data_type)

    change(by=User.objects.get(username="ravi"))
    return nullcontext()
