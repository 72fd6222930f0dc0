"""Break-glass: short, loud, with a reason, only for whom the level names, and looked at afterwards by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from catalog import actions as catalog
from catalog.models import Dataset
from governance import actions
from governance.enforcement.labels import aim_of
from governance.findings import findings_of
from governance.models import Grant
from guard import clock
from guard.doors import grade_of
from guard.models import Domain, Standing
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.actions import clear
from people.models import User
from tests.governance import make
from tests.governance.grants.given import LOOK, agree, ask, dataset_of, given, ids, lines, night, periods, state, told
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
WHY = "Orders since 09:00 are charged twice; I need the rows to stop it."


@pytest.fixture
def strict(growth: Domain, cast: Cast) -> Dataset:
    """L4 of Tom's; Ravi, an engineer, is cleared up to L2 and may know that it is there."""
    found = dataset_of(cast, growth)
    clear(by=cast["grace"], person=cast["ravi"], rank=2, domain=growth)
    with_sight = Standing.objects.unrestricted(LOOK).filter(thing=found.thing, person=cast["ravi"])
    assert not with_sight.exists()
    return found


@pytest.fixture
def ravi(strict: Dataset, cast: Cast) -> User:
    return User.objects.get(pk=cast["ravi"].pk)


def take(by: User, dataset: Dataset, **more: object) -> Grant:
    found = actions.break_glass(by=by, dataset=make.dataset(dataset), **{"reason": WHY, **more})
    return make.grant(found)


def test_it_opens_at_once_for_the_hours_of_the_level(strict: Dataset, ravi: User) -> None:
    assert grade_of(ravi, strict.thing) == 1
    before = clock.now()
    grant = take(ravi, strict)
    assert (grant.state, grade_of(ravi, strict.thing)) == ("granted", 4)
    assert timedelta(hours=4) <= grant.until - before < timedelta(hours=4, minutes=10)
    [(_begins, ends)] = periods(grant)
    assert ends == grant.until
    [personal] = aim_of(strict.warehouse).personal
    assert (personal.grade, personal.columns, personal.grant) == (4, (), grant.key)


def test_it_is_loud(strict: Dataset, cast: Cast, ravi: User) -> None:
    grant = take(ravi, strict)
    for who in ("grace", "gus", "sol", "tom"):
        assert told(cast[who], "glass.broken") == ["glass.broken"], who
    assert told(ravi, "glass.broken") == []
    [line] = lines("glass.broken")
    assert (line["reason"], line["requester"], line["grant"]) == (WHY, "ravi", grant.key)


@pytest.mark.parametrize("reason", ["", "   ", "urgent"])
def test_it_needs_a_reason(strict: Dataset, ravi: User, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        take(ravi, strict, reason=reason)
    assert list(refused.value.errors) == ["reason"]


def test_who_may_is_data_of_the_level(strict: Dataset, cast: Cast, ravi: User, as_level) -> None:
    for who in ("sam", "priya"):
        with pytest.raises(Blocked) as refused:
            take(cast[who], strict)
        assert ids(refused) == ["ACC-12"]
    with pytest.raises(Absent):
        take(cast["otto"], strict)
    as_level(4, glass_roles=["security"])
    with pytest.raises(Blocked):
        take(ravi, strict)
    as_level(4, glass_roles=["stakeholder"])
    assert take(cast["sam"], strict).state == "granted"


def test_it_ends_by_itself_and_is_told_once(growth: Domain, strict: Dataset, ravi: User) -> None:
    grant = take(ravi, strict)
    for hours in (3, 5, 5):
        night(growth, hours / 24)
    assert (state(grant), told(ravi, "grant.expired"), told(ravi, "grant.ending")) == ("expired", ["grant.expired"], [])
    assert grade_of(ravi, strict.thing) == 1


def test_it_is_an_open_finding_until_somebody_else_looked_at_it(strict: Dataset, cast: Cast, ravi: User) -> None:
    grant = take(ravi, strict)
    open_ones = [one for _move, one in findings_of(grant.thing, cast["gus"]) if one.id == "ACC-11"]
    assert [one.severity for one in open_ones] == ["warning"] and "Grace Obi" in open_ones[0].who
    for who in ("ravi", "priya"):
        with pytest.raises((Denied, Blocked, Absent)):
            actions.review_glass(by=cast[who], grant=grant, is_justified=True, reason="it was needed")
    with pytest.raises(Invalid):
        actions.review_glass(by=cast["gus"], grant=grant, is_justified=True)
    for _twice in range(2):
        actions.review_glass(by=cast["gus"], grant=grant, is_justified=True, reason="The charge was stopped.")
    assert not [one for _move, one in findings_of(make.grant(grant).thing, cast["gus"]) if one.id == "ACC-11"]
    assert state(grant) == "granted" and told(ravi, "glass.looked_at") == ["glass.looked_at"]
    with pytest.raises(Blocked):
        actions.review_glass(by=cast["grace"], grant=grant, is_justified=False, reason="it was not")


def test_nobody_looks_at_their_own_also_by_sql(strict: Dataset, cast: Cast) -> None:
    """Case 29: a governance lead who took it is no reviewer of it."""
    grant = take(cast["gus"], strict)
    with pytest.raises(Blocked) as refused:
        actions.review_glass(by=cast["gus"], grant=grant, is_justified=True, reason="it was me")
    assert ids(refused) == ["ACC-11"]
    with pytest.raises(IntegrityError, match="governance_glass_two_people"), transaction.atomic():
        sql("UPDATE governance_grant SET reviewed_by_id = requester_id, reviewed_at = now(), is_justified = true")


def sql(statement: str) -> None:
    with past_the_wall() as cursor:
        cursor.execute(statement)


def test_what_was_no_emergency_ends_at_once(strict: Dataset, cast: Cast, ravi: User) -> None:
    grant = take(ravi, strict)
    actions.review_glass(by=cast["sol"], grant=grant, is_justified=False, reason="Nothing was charged twice.")
    found = make.grant(grant)
    assert (found.state, found.is_justified, grade_of(ravi, strict.thing)) == ("revoked", False, 1)


def test_no_second_one_before_the_first_was_looked_at(growth: Domain, strict: Dataset, cast: Cast, ravi: User) -> None:
    grant = take(ravi, strict)
    night(growth, 1)
    other = make.orders(cast["omar"], growth, cast["grace"], {"a": 4}, owner=cast["tom"], name="shop.other")
    for dataset in (strict, other):
        with pytest.raises(Blocked) as refused:
            take(ravi, dataset)
        assert ids(refused) == ["ACC-12"] and "waits to be looked at" in refused.value.findings[0].sentence
    actions.review_glass(by=cast["gus"], grant=grant, is_justified=True, reason="The charge was stopped.")
    with clock.loading(clock.now() + timedelta(days=1)):
        assert take(ravi, strict).state == "granted"
    with pytest.raises(IntegrityError, match="governance_glass_looked_at_first"), transaction.atomic():
        sql("UPDATE governance_grant SET reviewed_by_id = NULL, reviewed_at = NULL, is_justified = NULL")


def test_it_is_neither_renewed_nor_taken_beside_what_runs(strict: Dataset, cast: Cast, ravi: User) -> None:
    grant = take(ravi, strict)
    with pytest.raises(Blocked) as refused:
        actions.renew_access(by=ravi, grant=grant, ends_on=make.in_days(3))
    assert refused.value.code == "emergency"
    with pytest.raises(Blocked) as refused:
        take(ravi, strict)
    assert refused.value.code == "runs"
    with pytest.raises(Blocked):
        ask(ravi, strict)


def test_a_suspended_grant_is_no_obstacle_and_takes_over_when_it_is_lifted(
    strict: Dataset, cast: Cast, ravi: User
) -> None:
    grant = given(ravi, strict, cast["tom"], cast["gus"])
    actions.suspend_grant(by=cast["gus"], grant=grant, reason="An incident is looked into.")
    taken = take(ravi, strict)
    assert grade_of(ravi, strict.thing) == 4
    agree(grant, cast["tom"], cast["gus"])
    assert (state(grant), state(taken), grade_of(ravi, strict.thing)) == ("granted", "expired", 4)
    assert make.grant(taken).waits_for_review


def test_a_level_that_rises_stops_an_emergency_too(strict: Dataset, cast: Cast, ravi: User) -> None:
    grant = take(ravi, strict)
    catalog.propose_column_level(by=cast["omar"], column=make.column(strict, "order_id"), rank=5, reason="names them")
    assert (state(grant), grade_of(ravi, make.dataset(strict).thing)) == ("suspended", 0)
