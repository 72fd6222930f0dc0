"""Access is asked for, decided by whom the level asks for, given until a day, and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from catalog.models import Column, Dataset
from governance import actions
from guard.doors import grade_of
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import Notice, User
from tests.cast import make_person
from tests.governance import make

LOOK = "a test looks at what is there"
TERMS = {"purpose": "service quality", "columns": ["order_id"], "ends_on": None}


@pytest.fixture
def orders(growth: Domain, omar: User, ravi: User, grace: User, tom: User, gus: User) -> Dataset:
    """An L4 dataset of Tom's, reviewed today."""
    made = make.orders(
        omar, growth, grace, {"order_id": 2, "card_token": 4}, owner=tom, allowed_purposes=["service quality"]
    )
    return make.reviewed(made, ravi, grace, {"order_id": 2, "card_token": 4})


def ask(by: User, dataset: Dataset, **terms: object):  # type: ignore[no-untyped-def]
    return actions.ask_access(by=by, dataset=dataset, **{**TERMS, "ends_on": make.in_days(20), **terms})


def ids(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [finding.id for finding in refused.value.findings]


def test_owner_then_governance_open_it_until_the_day(orders: Dataset, sam: User, tom: User, gus: User) -> None:
    assert grade_of(sam, orders.thing) == 1
    grant = ask(sam, orders)
    assert grant.state == "asked"
    actions.approve_grant(by=tom, grant=grant)
    assert (make.grant(grant).state, grade_of(sam, orders.thing)) == ("owner_ok", 1)
    actions.approve_grant(by=gus, grant=grant)
    assert (make.grant(grant).state, grade_of(sam, orders.thing)) == ("granted", 4)
    assert Column.objects.visible_to(sam, "columns").filter(dataset=orders).count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=25)):
        assert grade_of(sam, orders.thing) in (1, 4)  # the database's clock decides; the nightly end removes it


def test_acc_1_unclassified_or_unreviewed(growth: Domain, omar: User, grace: User, tom: User, sam: User) -> None:
    made = make.orders(
        omar, growth, grace, {"order_id": 2, "note": None}, owner=tom, allowed_purposes=["service quality"]
    )
    with pytest.raises(Blocked) as blocked:
        ask(sam, made, columns=["note"])
    assert ids(blocked) == ["ACC-1"]
    assert blocked.value.findings[0].sentence == "1 restricted item"  # Sam may know that it exists, no more
    with pytest.raises(Blocked) as blocked:
        ask(omar, made, columns=["order_id"])
    assert ids(blocked) == ["ACC-1"]
    assert "lapsed" in blocked.value.findings[0].sentence


def test_acc_2_no_end_or_one_too_far(orders: Dataset, sam: User) -> None:
    for ends_on in (None, make.in_days(31), make.in_days(-1)):
        with pytest.raises(Blocked) as blocked:
            ask(sam, orders, ends_on=ends_on)
        assert ids(blocked) == ["ACC-2"]
    assert ask(sam, orders, ends_on=make.in_days(30)).state == "asked"


def test_acc_3_whole_table_at_a_strict_level(orders: Dataset, sam: User) -> None:
    with pytest.raises(Blocked) as blocked:
        ask(sam, orders, columns=[])
    assert ids(blocked) == ["ACC-3"]


def test_acc_4_a_purpose_that_is_not_allowed(orders: Dataset, sam: User) -> None:
    with pytest.raises(Blocked) as blocked:
        ask(sam, orders, purpose="appraisal of people")
    assert ids(blocked) == ["ACC-4"]


def test_acc_5_nobody_decides_on_their_own_request(orders: Dataset, gus: User, tom: User, grace: User) -> None:
    grant = ask(gus, orders)
    for decide in (actions.approve_grant, actions.reject_grant):
        with pytest.raises(Blocked) as blocked:
            decide(by=gus, grant=grant, reason="it is mine")
        assert ids(blocked) == ["ACC-5"]
    actions.approve_grant(by=tom, grant=grant)
    actions.approve_grant(by=grace, grant=grant)
    assert make.grant(grant).state == "granted"


def test_acc_6_nothing_strict_is_exported(orders: Dataset, sam: User) -> None:
    with pytest.raises(Blocked) as blocked:
        ask(sam, orders, mode="export")
    assert ids(blocked) == ["ACC-6"]


def test_bounced_requests_leave_nothing_but_a_line_in_the_record(orders: Dataset, sam: User) -> None:
    with pytest.raises(Blocked):
        ask(sam, orders, columns=[], ends_on=make.in_days(365))
    line = Entry.objects.unrestricted(LOOK).get(verb="access.asked", outcome="refused")
    assert "ACC-2" in line.payload and "ACC-3" in line.payload
    assert not Notice.objects.unrestricted(LOOK).filter(code="access.asked").exists()


def test_one_person_fills_one_slot(orders: Dataset, sam: User, tom: User, priya: User) -> None:
    grant = ask(sam, orders)
    for _again in range(2):
        actions.approve_grant(by=tom, grant=grant)
    assert make.grant(grant).state == "owner_ok"
    with pytest.raises(Blocked):
        actions.reject_grant(by=tom, grant=grant, reason="I changed my mind")
    with pytest.raises((Denied, Absent)):
        actions.approve_grant(by=priya, grant=grant)


def test_one_request_a_person_and_dataset_and_otto_finds_nothing(orders: Dataset, sam: User, otto: User) -> None:
    grant = ask(sam, orders)
    with pytest.raises(Blocked):
        ask(sam, orders)
    with pytest.raises(Absent):
        ask(otto, orders)
    for verb in (actions.approve_grant, actions.reject_grant, actions.revoke_grant, actions.withdraw_request):
        with pytest.raises(Absent):
            verb(by=otto, grant=grant, reason="let me")
    actions.withdraw_request(by=sam, grant=grant)
    assert ask(sam, orders).state == "asked"


def test_names_of_columns_are_no_oracle(orders: Dataset, sam: User, omar: User) -> None:
    assert ask(sam, orders, columns=["order_id"]).state == "asked"
    with pytest.raises(Invalid):
        ask(omar, orders, columns=["no_such_column"])


def test_a_rejection_needs_a_reason_and_tells_the_requester(orders: Dataset, sam: User, tom: User) -> None:
    grant = ask(sam, orders)
    with pytest.raises(Invalid):
        actions.reject_grant(by=tom, grant=grant, reason="")
    actions.reject_grant(by=tom, grant=grant, reason="Use the summary table.")
    actions.reject_grant(by=tom, grant=grant, reason="Use the summary table.")
    assert make.grant(grant).state == "rejected"
    assert Notice.objects.unrestricted(LOOK).filter(person=sam, code="grant.rejected").count() == 1


@pytest.fixture
def granted(orders: Dataset, sam: User, tom: User, gus: User):  # type: ignore[no-untyped-def]
    grant = ask(sam, orders)
    for person in (tom, gus):
        actions.approve_grant(by=person, grant=grant)
    return make.grant(grant)


def test_revoking_ends_it_at_once(granted, orders: Dataset, sam: User, tom: User, priya: User) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((Denied, Absent)):
        actions.revoke_grant(by=priya, grant=granted, reason="not mine to say")
    actions.revoke_grant(by=tom, grant=granted, reason="The purpose has ended.")
    assert (make.grant(granted).state, grade_of(sam, orders.thing)) == ("revoked", 1)


def test_the_nightly_end_flips_each_once_and_tells_once(granted, orders: Dataset, sam: User) -> None:  # type: ignore[no-untyped-def]
    cli = make_person("cli", granted.domain)
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        assert actions.expire_grants(by=cli) == 0
    with time_machine.travel(timezone.now() + timedelta(days=21)):
        assert [actions.expire_grants(by=cli) for _twice in range(2)] == [1, 0]
    assert (make.grant(granted).state, grade_of(sam, orders.thing)) == ("expired", 1)
    told = list(Notice.objects.unrestricted(LOOK).filter(person=sam).values_list("code", flat=True))
    assert (told.count("grant.expired"), told.count("grant.ending")) == (1, 1)


def test_the_worker_ends_grants(granted, manage: Callable[..., str]) -> None:  # type: ignore[no-untyped-def]
    from governance.tasks import end_grants

    make_person("cli", granted.domain)
    with time_machine.travel(timezone.now() + timedelta(days=21)):
        end_grants()
    assert make.grant(granted).state == "expired"


def test_a_renewal_is_a_new_decision_and_the_old_one_runs_meanwhile(  # type: ignore[no-untyped-def]
    granted, orders: Dataset, sam: User, tom: User, gus: User
) -> None:
    again = actions.renew_access(by=sam, grant=granted, ends_on=make.in_days(29))
    assert (make.grant(granted).state, again.state) == ("granted", "asked")
    with pytest.raises(Blocked):
        actions.renew_access(by=sam, grant=granted, ends_on=make.in_days(29))
    actions.reject_grant(by=tom, grant=again, reason="Not needed any more.")
    assert grade_of(sam, orders.thing) == 4
    third = actions.renew_access(by=sam, grant=granted, ends_on=make.in_days(29))
    for person in (tom, gus):
        actions.approve_grant(by=person, grant=third)
    assert (make.grant(granted).state, make.grant(third).state) == ("renewed", "granted")
    assert grade_of(sam, orders.thing) == 4
