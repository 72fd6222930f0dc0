"""What a request for access says, whose agreements it needs, how far it got, and when it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from governance import approvers, reviewing
from governance.models import Cause, Grant, GrantPeriod
from governance.reviewing import Tally
from governance.states import GrantState
from guard import clock, ledger
from guard.doors import grade_of
from guard.policy import READ
from prds.states import PrdState

#: A PRD in one of these states asks for no data any more.
PRD_ENDED = frozenset({PrdState.CLOSED, PrdState.REJECTED, PrdState.CANCELLED, PrdState.SUPERSEDED})
_WHY = "an act works on rows that it was handed"


@dataclass(frozen=True)
class Terms:
    """What somebody asks for; its fields are those of a grant."""

    purpose: str
    columns: list[str]
    mode: str
    ends_on: date | None
    purpose_note: str = ""
    prd: Any = None
    is_masked: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """For the grant's row."""
        return dict(vars(self))


def hash_of(dataset_key: str, requester: str, terms: Terms, *, turn: int = 0) -> str:
    """SHA-256 over what is agreed to: who, what, for what, how, until when, and for the how manieth time."""
    body = {
        **terms.fields, "columns": sorted(terms.columns), "dataset": dataset_key, "requester": requester,
        "prd": terms.prd.key if terms.prd else "", "round": turn,
    }  # fmt: skip
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


def terms_of(grant: Grant, **changed: Any) -> Terms:
    """What a grant says, with what is asked for otherwise."""
    said = {
        "purpose": grant.purpose, "columns": list(grant.columns), "mode": grant.mode, "ends_on": grant.ends_on,
        "purpose_note": grant.purpose_note, "prd": grant.prd, "is_masked": grant.is_masked,
    }  # fmt: skip
    return Terms(**{**said, **changed})


# -- days
def today() -> date:
    """The day of the house: days begin and end by its time zone, whoever looks from wherever."""
    return timezone.localtime(clock.now(), timezone.get_default_timezone()).date()


def end_of(day: date) -> datetime:
    """The first moment that is not part of a day: midnight of the house, also where a clock is put forward then."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())


# -- seats
def tally_of(grant: Grant, *, also: Any = None) -> Tally:
    """The seats of the level's matrix, and who agreed so far, whatever the order in which they came.

    Args:
        grant: asked for.
        also: somebody counted as if they agreed, too.
    """
    slots = approvers.slots_for(grant.dataset, grant.level, {grant.requester_id})
    said = reviewing.agreements(grant.thing, grant.content_hash, {grant.requester_id})
    agreed: list[Any] = [vote.seat for vote in said.values()]
    if also is not None and also.pk != grant.requester_id and also.pk not in said:
        agreed.append(also)
    return Tally(slots, approvers.assign(slots, agreed, grant.dataset), said)


def may_sit(grant: Grant, person: Any) -> bool:
    """Whether a seat is left that this person may fill by agreeing now."""
    agreed = {one.pk for one in tally_of(grant).filled.values()}
    return person.pk not in agreed and person.pk in {one.pk for one in tally_of(grant, also=person).filled.values()}


def who_can(grant: Grant, tally: Tally) -> list[str]:
    """Names of people who could fill a seat that is open."""
    out = {grant.requester_id} | {person.pk for person in tally.filled.values()}
    return approvers.names_for(tally.open, grant.dataset, out)


# -- use
@dataclass(frozen=True)
class Use:
    """What is known of somebody's queries of a dataset.

    Args:
        last: the day of the last one; None when there was none.
        known_until: the last day of which queries of that warehouse are known; None when none are.
    """

    last: date | None = None
    known_until: date | None = None


Used = Callable[[Iterable[tuple[int, int]]], Mapping[tuple[int, int], Use]]
USED: list[Used] = []


def register_use(provider: Used) -> None:
    """Say where queries are known: ``fn([(person id, dataset id)]) -> Use by that pair``; usage stands above us."""
    if provider not in USED:
        USED.append(provider)


def idle_days(grants: Iterable[Grant]) -> dict[int, int]:
    """For each grant the days since it was used or given, as far as queries are known; days nobody knows count not."""
    rows = [grant for grant in grants if grant.granted_at is not None]
    pairs = [(grant.requester_id, grant.dataset_id) for grant in rows]
    found: dict[tuple[int, int], Use] = {}
    for provider in USED:
        found.update(provider(pairs))
    idle = {}
    for grant in rows:
        use = found.get((grant.requester_id, grant.dataset_id), Use())
        if use.known_until is not None:
            begun = timezone.localtime(grant.granted_at, timezone.get_default_timezone()).date()
            idle[grant.pk] = (use.known_until - max(begun, use.last or begun)).days
    return idle


# -- what stops a running grant
def stopped() -> Q:
    """Running grants that should not run: by level, PRD or leaver."""
    return (
        Q(dataset__thing__level__gt=F("approved_rank"))
        | Q(prd__thing__state__in=PRD_ENDED)
        | Q(requester__is_active=False)
    )


def cause_of(grant: Grant, idle: Mapping[int, int] | None = None) -> str:
    """Why a grant must not run; empty when it may.

    Args:
        grant: running, with dataset, PRD and requester at hand.
        idle: `idle_days`, when disuse is looked at too.
    """
    if not grant.requester.is_active:
        return Cause.LEFT
    if grant.dataset.level > (grant.approved_rank or 0):
        return Cause.LEVEL
    if grant.prd is not None and grant.prd.state in PRD_ENDED:
        return Cause.PRD
    most = approvers.rules_of(grant.level).get("disuse_days")
    if idle and most and not grant.is_emergency and idle.get(grant.pk, 0) >= most:
        return Cause.DISUSE
    return ""


def masked_rank(person: Any, dataset: Any) -> int:
    """The strictest level that somebody sees in clear in a masked grant: their own clearance, L1 at least."""
    return min(dataset.level, max(1, person.principal.clearance(dataset.domain.pk)))


def rows_held(*states: str) -> Any:
    """Grants in these states with all that the rules look at."""
    rows = Grant.objects.unrestricted(_WHY).filter(thing__state__in=states or [GrantState.GRANTED])
    return rows.select_related("thing__domain", "dataset__thing__domain", "requester", "prd__thing__domain")


# -- what a reader is shown
def periods_for(reader: Any, grant: Grant) -> list[GrantPeriod]:
    """The stretches in which a grant ran, in order."""
    return list(GrantPeriod.objects.visible_to(reader).filter(grant=grant))


def prd_key_for(reader: Any, grant: Grant) -> str | None:
    """The key of its PRD, for who may see that."""
    if grant.prd is None or grade_of(reader, grant.prd.thing) < READ:
        return None
    return str(grant.prd.key)


def may_look(grant: Grant, reader: Any) -> bool:
    """Whether this reader may look at it afterwards, and nobody has."""
    if not grant.waits_for_review or grant.requester_id == reader.pk:
        return False
    reviewers = approvers.glass_reviewers(grant.dataset, grant.level, {grant.requester_id})
    return reader.pk in {person.pk for person in reviewers}


def emergency_for(reader: Any, dataset: Any) -> dict[str, Any]:
    """What somebody is told before they take access in an emergency: how long, whether they may, who hears of it."""
    rules = approvers.rules_of(dataset.level)
    told = {
        p.pk: str(p) for name in rules["glass_tells"] for p in approvers.holders(dataset, name) if p.pk != reader.pk
    }
    return {
        "dataset": dataset,
        "may_read": grade_of(reader, dataset.thing) >= READ,
        "hours": rules["glass_hours"],
        "may_take": approvers.may_break_glass(reader, dataset.level),
        "told": list(told.values()),
    }
