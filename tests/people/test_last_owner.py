"""The last owner of a thing cannot go: not by leaving, not by direct SQL; a successor follows in the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, transaction

from catalog import actions as catalog
from catalog.models import Dataset
from guard import things
from guard.models import Domain, Entry
from guard.refusals import Blocked, Denied, Invalid
from people.actions import let_go
from people.models import User
from tests.catalog import make
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def owned(growth: Domain, cast: Cast) -> Dataset:
    made = make.dataset(cast["omar"], growth, "shop.orders", {"order_id": 2})
    catalog.appoint_owner(by=cast["grace"], of=made, person=cast["tom"])
    return make.fresh(made)


def owners(dataset: Dataset) -> list[str]:
    return [person.username for person in things.standing_people(dataset, "owner")]


def test_who_is_the_only_owner_does_not_leave_without_a_successor(owned: Dataset, cast: Cast) -> None:
    with pytest.raises(Blocked) as refused:
        let_go(by=cast["ada"], person=cast["tom"])
    assert refused.value.code == "last-owner"
    assert User.objects.get(pk=cast["tom"].pk).is_active and owners(owned) == ["tom"]
    assert [finding.id for finding in refused.value.findings] == [], "an administrator who may not see it reads no name"


def test_a_successor_follows_in_the_same_moment_and_the_record_names_both(owned: Dataset, cast: Cast) -> None:
    let_go(by=cast["ada"], person=cast["tom"], successor=cast["mei"], reason="moved on")
    assert owners(owned) == ["mei"] and not User.objects.get(pk=cast["tom"].pk).is_active
    lines = Entry.objects.unrestricted("a test looks").filter(verb__in=["owner.followed", "person.left"])
    assert {line.verb for line in lines} == {"owner.followed", "person.left"}
    assert all("tom" in line.payload and "mei" in line.payload for line in lines)


def test_nobody_follows_who_acts_who_left_or_is_no_person(owned: Dataset, cast: Cast) -> None:
    gone = cast["mei"]
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for successor, refusal in (
        (cast["ada"], Denied), (cast["tom"], Denied), (User.objects.get(pk=gone.pk), Invalid),
    ):  # fmt: skip
        with pytest.raises(refusal):
            let_go(by=cast["ada"], person=cast["tom"], successor=successor)
    assert owners(owned) == ["tom"]


def test_who_owns_nothing_leaves_as_ever(owned: Dataset, cast: Cast) -> None:
    let_go(by=cast["ada"], person=cast["sam"])
    assert not User.objects.get(pk=cast["sam"].pk).is_active


def test_sql_does_not_take_the_last_owner_either(owned: Dataset, cast: Cast) -> None:
    for statement in (
        "DELETE FROM guard_standing WHERE reason = 'owner'",
        "UPDATE guard_standing SET reason = 'former' WHERE reason = 'owner'",
    ):
        with (
            pytest.raises(IntegrityError, match="last owner"),
            transaction.atomic(),
            past_the_wall() as cursor,
        ):
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    catalog.appoint_owner(by=cast["grace"], of=owned, person=cast["mei"])
    with past_the_wall() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert owners(owned) == ["mei"]


def test_the_command_names_a_successor(owned: Dataset, cast: Cast, manage: Callable[..., str]) -> None:
    with pytest.raises(CommandError):
        manage("people", "leave", "tom", "--by", "ada")
    assert "has left" in manage("people", "leave", "tom", "--by", "ada", "--successor", "mei")
    assert owners(owned) == ["mei"]
