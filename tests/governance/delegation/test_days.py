"""The day counts at the moment of the vote, no night is needed for it; and what is ended at that moment is ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.db import connection, transaction

from governance import actions
from governance.models import Delegation
from guard import clock
from guard.models import Domain
from guard.refusals import Blocked, Denied, Refusal
from people import actions as people
from people.models import User
from tests.governance import make
from tests.governance.delegation.made import Cast, agree, approve, at, fresh, let, lowering, orders, votes
from tests.governance.grants.given import ask

LAST, EDGE = time(23, 59, 59), time(0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "hour", "counts"),
    [(1, LAST, False), (2, EDGE, True), (3, time(12), True), (4, LAST, True), (5, EDGE, False), (9, time(12), False)],
)
def test_case_42_both_days_are_inclusive_and_the_day_after_is_refused(
    days: int, hour: time, counts: bool, growth: Domain, cast: Cast
) -> None:
    """Case 42: the privilege of a deputy after the end date, and before the first; no nightly work ran."""
    grant = ask(cast["sam"], orders(cast, growth))
    let(cast["tom"], cast["omar"], 2, 4)
    with clock.loading(at(days, hour)):
        if counts:
            agree(grant, cast["omar"], cast["tom"])
        else:
            with pytest.raises(Denied) as refused:
                agree(grant, cast["omar"], cast["tom"])
            assert refused.value.code == "no-delegation"
    assert bool(votes(grant)) is counts
    assert Delegation.objects.get().ended_at is None


@pytest.mark.django_db
def test_case_42_a_lowering_is_not_carried_by_who_stood_in_until_yesterday(growth: Domain, cast: Cast) -> None:
    """Case 42: on a review, with the other seat filled."""
    review = lowering(cast["ravi"], orders(cast, growth))
    let(cast["tom"], cast["omar"], 0, 3)
    approve(review, cast["mei"])
    with clock.loading(at(4, EDGE)), pytest.raises(Denied):
        approve(review, cast["omar"], cast["tom"])
    with clock.loading(at(3, LAST)):
        approve(review, cast["omar"], cast["tom"])
    assert make.review(review).state == "approved"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["tom", "omar", "grace"])
def test_case_42_what_was_ended_early_counts_no_more_the_same_day(who: str, growth: Domain, cast: Cast) -> None:
    """Case 42: ended by who gave it, the deputy, or a lead."""
    grant = ask(cast["sam"], orders(cast, growth))
    made = let(cast["tom"], cast["omar"])
    actions.end_delegation(by=cast[who], delegation=made, reason="It is not needed any more.")
    with pytest.raises(Denied):
        agree(grant, cast["omar"], cast["tom"])


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["tom", "omar"])
def test_case_42_an_account_that_ended_past_the_verbs_ends_it_too(who: str, growth: Domain, cast: Cast) -> None:
    """Case 42: deactivated by SQL, so nothing followed; the vote asks itself."""
    grant = ask(cast["sam"], orders(cast, growth))
    let(cast["tom"], cast["omar"])
    User.objects.filter(pk=cast[who].pk).update(is_active=False)
    with pytest.raises(Refusal) as refused:
        agree(grant, cast["omar"], cast["tom"])
    assert refused.value.code == {"tom": "no-delegation", "omar": "absent"}[who]
    assert votes(grant) == []


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["omar", "mei"])
def test_an_agreement_of_a_deputy_counts_while_both_work_here(who: str, growth: Domain, cast: Cast) -> None:
    grant = ask(cast["sam"], orders(cast, growth))
    let(cast["mei"], cast["omar"])
    agree(grant, cast["omar"], cast["mei"])
    people.let_go(by=cast["ada"], person=cast[who], successor=cast["ravi"])
    agree(grant, cast["tom"])
    assert make.grant(grant).state == "owner_ok"


# -- two transactions
def meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """Carry out the first and hold its transaction open until the second waits for it or is through; both results."""
    found: dict[str, Any] = {}
    begun, is_done = threading.Event(), threading.Event()

    def run(name: str, call: Callable[[], Any]) -> None:
        try:
            found[name] = call()
        except Refusal as refusal:
            found[name] = refusal

    def hold() -> None:
        with transaction.atomic():
            run("first", first)
            begun.set()
            while not is_done.wait(0.05) and not _somebody_waits():
                pass
        connection.close()

    def follow() -> None:
        begun.wait(120)
        run("second", second)
        is_done.set()
        connection.close()

    threads = [threading.Thread(target=hold), threading.Thread(target=follow)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return found["first"], found["second"]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                       " WHERE NOT l.granted AND a.datname = current_database())")  # fmt: skip
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["ended", "left"])
def test_case_42_a_vote_that_races_with_the_end_waits_and_is_refused(how: str, growth: Domain, cast: Cast) -> None:
    """Case 42: the end came first, though nobody else can see it yet."""
    grant = ask(cast["sam"], orders(cast, growth))
    made = let(cast["mei"], cast["omar"])

    def end() -> Any:
        if how == "ended":
            return actions.end_delegation(by=fresh(cast["mei"]), delegation=made)
        return people.let_go(by=fresh(cast["ada"]), person=cast["mei"])

    ended, refused = meanwhile(end, lambda: agree(grant, cast["omar"], cast["mei"]))
    assert not isinstance(ended, Refusal)
    assert isinstance(refused, Denied) and refused.code == "no-delegation" and votes(grant) == []


@pytest.mark.django_db(transaction=True)
def test_an_end_that_races_with_a_vote_waits_and_leaves_it(growth: Domain, cast: Cast) -> None:
    grant = ask(cast["sam"], orders(cast, growth))
    made = let(cast["tom"], cast["omar"])
    agreed, ended = meanwhile(
        lambda: agree(grant, cast["omar"], cast["tom"]),
        lambda: actions.end_delegation(by=fresh(cast["tom"]), delegation=made),
    )
    assert not isinstance(agreed, Refusal) and not isinstance(ended, Refusal)
    assert votes(grant) == [("omar", "tom", "approve")] and Delegation.objects.get().ended_at is not None


@pytest.mark.django_db(transaction=True)
def test_case_29_two_who_name_each_other_at_once_are_one_delegation(growth: Domain, cast: Cast) -> None:
    """Case 29: the circle is not closed by being quick."""
    first, second = meanwhile(lambda: let(cast["grace"], cast["gus"]), lambda: let(cast["gus"], cast["grace"]))
    assert isinstance(first, Delegation) and isinstance(second, Blocked) and second.code == "loop"
