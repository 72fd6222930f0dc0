"""Delegations, papers that wait, and votes in somebody's place, in few words."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from catalog.models import Dataset
from governance import actions, granting
from governance.models import Delegation, Grant, LevelReview, Vote
from guard.models import Domain, Entry
from people.models import User
from tests.governance import make
from tests.governance.grants.given import PURPOSE

LOOK = "a test looks at what is there"
WHY = "I am on leave in these days."
Cast = dict[str, User]


def fresh(person: User) -> User:
    """The account with its rights as they are now."""
    return User.objects.get(pk=person.pk)


def let(giver: User, deputy: User, first: int = 0, last: int = 10, **scope: Any) -> Delegation:
    """Name a deputy from so many days from now to so many."""
    today = granting.today()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return actions.name_deputy(by=fresh(giver), deputy=deputy, reason=WHY, **{**days, **scope})


def at(days: int, clock: time) -> datetime:
    """A moment of the house so many days from today."""
    day = granting.today() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def orders(cast: Cast, growth: Domain, rank: int = 3, **people: Any) -> Dataset:
    """A reviewed dataset of Tom's with Mei as steward."""
    who = {"owner": cast["tom"], "steward": cast["mei"], **people}
    levels = {"order_id": 2, "buyer_id": rank}
    made = make.orders(cast["omar"], growth, cast["grace"], dict(levels), allowed_purposes=[PURPOSE], **who)
    return make.reviewed(made, cast["gus"], cast["grace"], dict(levels))


def lowering(by: User, dataset: Dataset, to: int = 2) -> LevelReview:
    """A proposal that two others must agree to."""
    return actions.propose_levels(by=by, dataset=dataset, levels={"buyer_id": to}, reason=make.REASON)


def approve(review: LevelReview, by: User, place: User | None = None) -> LevelReview:
    """Agree to a review, for oneself or in somebody's place."""
    by = fresh(by)
    return actions.approve_review(
        by=by, review=make.review(review), preview=make.seen(review, by), on_behalf_of=place.username if place else ""
    )


def agree(grant: Grant, by: User, place: User | None = None) -> Grant:
    """Agree to a request, likewise."""
    return actions.approve_grant(by=fresh(by), grant=make.grant(grant), on_behalf_of=place.username if place else "")


def votes(thing: Any) -> list[tuple[str, str | None, str]]:
    """(who, in whose place, verdict) of a paper, in order."""
    rows = Vote.objects.unrestricted(LOOK).filter(thing=thing.pk).order_by("pk")
    return list(rows.values_list("person__username", "on_behalf_of__username", "verdict"))


def lines(verb: str) -> list[dict[str, Any]]:
    """What the record says under one code."""
    rows = Entry.objects.unrestricted(LOOK).filter(verb=verb).order_by("pk")
    return [{**json.loads(row.payload), "outcome": row.outcome} for row in rows]
