"""A grant runs in stretches that never overlap, by direct SQL neither; and days are days of the house."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Dataset
from governance import actions, granting
from governance.models import Grant
from guard import clock
from guard.doors import grade_of
from guard.models import Domain
from guard.refusals import Blocked
from people.models import User
from tests.governance import make
from tests.governance.grants.given import agree, ask, given, ids, night, periods, state
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), past_the_wall() as cursor:
        cursor.execute(statement, values)


def test_one_stretch_from_the_decision_to_the_end_of_the_last_day(orders: Dataset, cast: dict[str, User]) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    [(begins, ends)] = periods(grant)
    assert (begins, ends) == (grant.granted_at, grant.until)
    assert ends == datetime.combine(make.in_days(21), datetime.min.time(), UTC)
    actions.revoke_grant(by=cast["sam"], grant=grant, reason="not needed")
    [(again, cut)] = periods(grant)
    assert again == begins and cut == make.grant(grant).ended_at


def test_two_stretches_of_one_person_on_one_dataset_never_overlap_not_by_sql_either(
    orders: Dataset, cast: dict[str, User]
) -> None:
    """Case 38: overlapping to extend."""
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    insert = (
        "INSERT INTO governance_grantperiod (grant_id, dataset_id, person_id, period)"
        " VALUES (%s, %s, %s, tstzrange(%s, %s))"
    )
    for begins, ends in ((10, 90), (19, None), (-5, 1)):
        span = [clock.now() + timedelta(days=days) if days is not None else None for days in (begins, ends)]
        with pytest.raises(IntegrityError, match="governance_one_grant_at_a_time"):
            sql(insert, grant.pk, orders.pk, cast["sam"].pk, *span)
    with pytest.raises(IntegrityError, match="governance_one_grant_at_a_time|conflicting key"):
        ends = grant.until
        sql(insert, grant.pk, orders.pk, cast["sam"].pk, ends, ends + timedelta(days=30))
        sql("UPDATE governance_grantperiod SET period = tstzrange(lower(period), upper(period) + interval '1 day')")
    for person, dataset in ((cast["otto"].pk, orders.pk), (cast["sam"].pk, None)):
        other = dataset or make_other(cast).pk
        with pytest.raises(IntegrityError, match="of its grant|person and the dataset"):
            sql(insert, grant.pk, other, person, clock.now() + timedelta(days=50), clock.now() + timedelta(days=60))


def make_other(cast: dict[str, User]) -> Dataset:
    return make.orders(cast["omar"], Domain.objects.get(slug="growth"), cast["grace"], {"a": 2}, name="shop.other")


def test_one_request_is_live_for_a_person_and_dataset_also_by_sql(orders: Dataset, cast: dict[str, User]) -> None:
    """Case 32: double submit."""
    first = ask(cast["sam"], orders)
    with pytest.raises(Blocked):
        ask(cast["sam"], orders)
    actions.withdraw_request(by=cast["sam"], grant=first)
    second = ask(cast["sam"], orders)
    with pytest.raises(IntegrityError, match="governance_one_live_grant"):
        sql("UPDATE governance_grant SET ended_at = NULL WHERE thing_id = %s", first.pk)
    assert (state(first), state(second)) == ("withdrawn", "asked")


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("UTC", date(2027, 3, 14), "2027-03-15T00:00:00+00:00"),
        ("Asia/Shanghai", date(2027, 3, 14), "2027-03-14T16:00:00+00:00"),
        ("America/New_York", date(2027, 3, 13), "2027-03-14T05:00:00+00:00"),  # the day before the clocks go forward
        ("America/New_York", date(2027, 3, 14), "2027-03-15T04:00:00+00:00"),  # the day itself has 23 hours
        ("America/New_York", date(2027, 11, 7), "2027-11-08T05:00:00+00:00"),  # and this one 25
        ("Africa/Cairo", date(2027, 4, 29), "2027-04-29T22:00:00+00:00"),  # midnight is skipped: one o'clock begins it
    ],
)
def test_case_38_a_day_ends_at_midnight_of_the_house(settings, zone: str, day: date, ends: str) -> None:
    """Case 38: time zones and the change of clocks."""
    settings.TIME_ZONE = zone
    assert granting.end_of(day).astimezone(UTC).isoformat() == ends
    last = datetime.fromisoformat(ends) - timedelta(seconds=1)
    for moment, expected in ((last, day), (last + timedelta(seconds=1), day + timedelta(days=1))):
        with clock.loading(moment):
            assert granting.today() == expected


def test_case_38_the_last_day_counts_by_the_zone_of_the_house_not_of_who_asks(
    settings, orders: Dataset, cast: dict[str, User]
) -> None:
    """Case 38: who asks late in the evening of another zone gets no day more."""
    settings.TIME_ZONE = "Asia/Shanghai"
    evening = datetime(2027, 1, 10, 17, 30, tzinfo=UTC)  # the eleventh has begun in Shanghai
    with clock.loading(evening):
        for ends_on in (date(2027, 2, 11), date(2027, 1, 11)):
            with pytest.raises(Blocked) as refused:
                ask(cast["sam"], orders, ends_on=ends_on)
            assert ids(refused) == ["ACC-2"]
        grant = given(cast["sam"], orders, cast["tom"], cast["gus"], ends_on=date(2027, 2, 10))
    assert grant.until == datetime(2027, 2, 11, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_renewal_follows_without_gap_or_overlap(orders: Dataset, cast: dict[str, User]) -> None:
    first = given(cast["sam"], orders, cast["tom"], cast["gus"])
    again = actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(29))
    assert (again.place, periods(again)) == ("next", [])
    agree(again, cast["tom"], cast["gus"])
    [(_begun, cut)], [(begins, ends)] = periods(first), periods(again)
    assert cut == begins == make.grant(first).ended_at
    assert ends == make.grant(again).until and (state(first), state(again)) == ("renewed", "granted")
    assert make.grant(again).place == "held"
    with pytest.raises(Blocked):
        ask(cast["sam"], orders)


def test_case_38_no_renewal_is_longer_than_the_level_allows(orders: Dataset, cast: dict[str, User]) -> None:
    """Case 38: longer than the maximum, renewed forever: each is counted from its own decision, and is one."""
    first = given(cast["sam"], orders, cast["tom"], cast["gus"], days=30)
    with pytest.raises(Blocked) as refused:
        actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(31))
    assert ids(refused) == ["ACC-2"]
    again = actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(30))
    for who in ("tom", "gus"):
        assert state(again) != "granted"
        agree(again, cast[who])
    assert state(again) == "granted"


def test_a_day_that_was_near_enough_when_asked_is_judged_again_when_decided(
    growth: Domain, orders: Dataset, cast: dict[str, User]
) -> None:
    grant = ask(cast["sam"], orders, days=20)
    with clock.loading(clock.now() + timedelta(days=21)), pytest.raises(Blocked) as refused:
        agree(grant, cast["tom"])
    assert ids(refused) == ["ACC-2"]


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_what_runs_survives_a_renewal_that_is_refused_or_taken_back(
    orders: Dataset, cast: dict[str, User], verb: str
) -> None:
    first = given(cast["sam"], orders, cast["tom"], cast["gus"])
    before = periods(first)
    again = actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(29))
    if verb == "reject":
        actions.reject_grant(by=cast["tom"], grant=again, reason="not any more")
    else:
        actions.withdraw_request(by=cast["sam"], grant=again)
    assert (state(first), periods(first), grade_of(cast["sam"], make.dataset(orders).thing)) == ("granted", before, 4)


def test_what_never_ends_is_not_renewed(orders: Dataset, cast: dict[str, User]) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    sql("UPDATE governance_grant SET ends_on = NULL, until = NULL WHERE thing_id = %s", grant.pk)
    with pytest.raises(Blocked) as refused:
        actions.renew_access(by=cast["sam"], grant=make.grant(grant), ends_on=make.in_days(10))
    assert refused.value.code == "permanent"


def test_one_renewal_at_a_time_also_by_sql(orders: Dataset, cast: dict[str, User]) -> None:
    first = given(cast["sam"], orders, cast["tom"], cast["gus"])
    one = actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(25))
    actions.withdraw_request(by=cast["sam"], grant=one)
    two = actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(26))
    with pytest.raises(Blocked):
        actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(27))
    with pytest.raises(IntegrityError, match="governance_one_live_grant"):
        sql("UPDATE governance_grant SET ended_at = NULL WHERE thing_id = %s", one.pk)
    assert Grant.objects.unrestricted("a test looks").filter(renews=first).count() == 2
    assert state(two) == "asked"


def test_a_renewal_decided_after_the_end_begins_with_its_decision(
    growth: Domain, orders: Dataset, cast: dict[str, User]
) -> None:
    first = given(cast["sam"], orders, cast["tom"], cast["gus"], days=5)
    again = actions.renew_access(by=cast["sam"], grant=first, ends_on=make.in_days(20))
    night(growth, days=7)
    assert (state(first), state(again)) == ("expired", "asked")
    with clock.loading(clock.now() + timedelta(days=8)):
        agree(again, cast["tom"], cast["gus"])
    [(_begun, cut)], [(begins, _ends)] = periods(first), periods(again)
    assert cut == make.grant(first).until and cut < begins
