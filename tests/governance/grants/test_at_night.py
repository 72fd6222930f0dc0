"""What ends by night ends once and is told once, however often and by how many the night comes; so do two decisions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from governance import actions
from guard import clock
from guard.models import Domain
from guard.refusals import Blocked, Refusal
from people.models import User
from tests.cast import make_person
from tests.governance import make
from tests.governance.grants.given import agree, ask, dataset_of, given, lines, night, periods, state, told

Cast = dict[str, User]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a connection of its own, all together; results or refusals in order."""
    found: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls), timeout=120)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait()
            found[number] = call()
        except Refusal as refusal:
            found[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return found


@pytest.mark.django_db
def test_the_end_comes_once_and_is_told_once(growth: Domain, cast: Cast) -> None:
    grant = given(cast["sam"], dataset_of(cast, growth), cast["tom"], cast["gus"])
    for days in (14, 14, 21, 21, 22):
        night(growth, days)
    assert state(grant) == "expired"
    assert told(cast["sam"], "grant.ending", "grant.expired") == ["grant.ending", "grant.expired"]
    assert len(lines("grant.expired")) == 1
    [(_begins, ends)] = periods(grant)
    assert ends == make.grant(grant).until, "it ran to its day, not to the night that noticed"


@pytest.mark.django_db
def test_how_many_days_before_is_data_of_the_level(growth: Domain, cast: Cast, as_level: Callable[..., None]) -> None:
    as_level(4, warn_days=2)
    given(cast["sam"], dataset_of(cast, growth), cast["tom"], cast["gus"])
    night(growth, 17)
    assert told(cast["sam"], "grant.ending") == []
    night(growth, 19.5)
    assert told(cast["sam"], "grant.ending") == ["grant.ending"]


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_end_it_once(growth: Domain, cast: Cast) -> None:
    grant = given(cast["sam"], dataset_of(cast, growth), cast["tom"], cast["gus"])
    cli = make_person("cli", growth)

    def end() -> int:
        with clock.loading(clock.now() + timedelta(days=21)):
            return actions.expire_grants(by=User.objects.get(pk=cli.pk))

    assert sum(at_once(end, end, end, end)) == 1
    assert told(cast["sam"], "grant.expired") == ["grant.expired"]
    assert (state(grant), len(lines("grant.expired"))) == ("expired", 1)


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_suspend_it_once(growth: Domain, cast: Cast) -> None:
    grant = given(cast["sam"], dataset_of(cast, growth), cast["tom"], cast["gus"])
    cli = make_person("cli", growth)
    User.objects.filter(pk=cast["sam"].pk).update(is_active=False)

    def look() -> int:
        return actions.lapse_grants(by=User.objects.get(pk=cli.pk))

    assert sum(at_once(look, look, look)) == 1
    assert (state(grant), told(cast["tom"], "grant.suspended")) == ("suspended", ["grant.suspended"])


@pytest.mark.django_db(transaction=True)
def test_case_31_two_agree_at_once_and_it_is_given_once(growth: Domain, cast: Cast) -> None:
    """Case 31: a race of two transactions. Both agreements count, in whatever order, and one stretch begins."""
    grant = ask(cast["sam"], dataset_of(cast, growth))

    def approve(who: str) -> Callable[[], Any]:
        return lambda: actions.approve_grant(by=User.objects.get(username=who), grant=make.grant(grant))

    found = at_once(approve("tom"), approve("gus"), approve("tom"), approve("gus"))
    assert not [one for one in found if isinstance(one, Refusal)], found
    assert (state(grant), len(periods(grant))) == ("granted", 1)
    assert told(cast["sam"], "grant.granted") == ["grant.granted"]


@pytest.mark.django_db(transaction=True)
def test_case_31_agreeing_and_refusing_at_once_leaves_one_of_them(growth: Domain, cast: Cast) -> None:
    """Case 31: who comes second is told what it is now."""
    grant = agree(ask(cast["sam"], dataset_of(cast, growth)), cast["tom"])

    def approve() -> Any:
        return actions.approve_grant(by=User.objects.get(username="gus"), grant=make.grant(grant))

    def reject() -> Any:
        return actions.reject_grant(by=User.objects.get(username="grace"), grant=make.grant(grant), reason="no need")

    found = at_once(approve, reject)
    refused = [one for one in found if isinstance(one, Blocked)]
    assert len(refused) == 1 and state(grant) in ("granted", "rejected")
    assert len(periods(grant)) == (state(grant) == "granted")


@pytest.mark.django_db(transaction=True)
def test_case_32_asked_twice_at_once_is_asked_once(growth: Domain, cast: Cast) -> None:
    """Case 32: double submit."""
    dataset = dataset_of(cast, growth)
    found = at_once(*[lambda: ask(User.objects.get(username="sam"), dataset)] * 3)
    assert [isinstance(one, Blocked) for one in found].count(True) == 2
    assert told(cast["tom"], "access.asked") == ["access.asked"]


@pytest.mark.django_db
def test_deciding_the_same_way_twice_is_harmless_differently_is_refused(growth: Domain, cast: Cast) -> None:
    dataset = dataset_of(cast, growth)
    grant = agree(ask(cast["sam"], dataset), cast["tom"], cast["tom"], cast["gus"], cast["gus"])
    assert state(grant) == "granted"
    for verb in (actions.reject_grant, actions.withdraw_request):
        with pytest.raises(Blocked):
            verb(by=cast["sam"] if verb is actions.withdraw_request else cast["gus"], grant=grant, reason="changed")
    for _twice in range(2):
        actions.revoke_grant(by=cast["gus"], grant=make.grant(grant), reason="It is over.")
    with pytest.raises(Blocked):
        agree(grant, cast["tom"])
    second = ask(cast["sam"], dataset)
    for _twice in range(2):
        actions.reject_grant(by=cast["tom"], grant=make.grant(second), reason="Use the summary.")
    with pytest.raises(Blocked):
        agree(second, cast["tom"])
    assert told(cast["sam"], "grant.revoked", "grant.rejected") == ["grant.revoked", "grant.rejected"]
