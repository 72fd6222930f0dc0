"""What a grant does while it runs: the standing that the policy reads, and the stretch that the database keeps apart.

Every function here runs inside an act that decided it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _

from governance import approvers, granting
from governance.models import Grant, GrantPeriod, Place
from governance.states import LIVE, GrantState
from guard import clock, things
from guard.doors import acting, consequence
from guard.models import Thing
from guard.policy import COLUMNS, PROFILE
from guard.states import perform
from people.actions import tell

_WHY = "an act works on rows that it was handed"


def hold(grant: Grant) -> Grant:
    """Hold the dataset and then the grant until the act ends, and read both again.

    The dataset first, as whoever changes its level does: two who wait for each other would both fail.
    """
    list(Thing.objects.unrestricted(_WHY).select_for_update(of=("self",)).filter(pk=grant.dataset_id))
    thing = things.lock(grant)
    rows = Grant.objects.unrestricted(_WHY).select_related(
        "thing__domain", "dataset__thing__domain", "requester", "prd__thing__domain"
    )
    held: Grant = rows.get(pk=thing.pk)
    return held


def put(grant: Grant, **fields: Any) -> None:
    """Write fields of a grant in hand."""
    Grant.objects.unrestricted(_WHY).filter(pk=grant.pk).update(**fields)
    for name, value in fields.items():
        setattr(grant, name, value)


def begin(grant: Grant) -> None:
    """Let a grant run from now on; what it follows, or what was taken in an emergency meanwhile, ends then."""
    at = clock.now()
    if grant.place != Place.GLASS:
        _replace_others(grant, at)
        put(grant, until=granting.end_of(grant.ends_on) if grant.ends_on else None, place=Place.HELD)
    person, rank = grant.requester, grant.dataset.level
    put(
        grant, granted_at=grant.granted_at or at, approved_rank=rank, warned_at=None, suspended_at=None,
        suspended_for="", opened_rank=granting.masked_rank(person, grant.dataset) if grant.is_masked else rank,
    )  # fmt: skip
    GrantPeriod.objects.create(
        grant=grant, dataset=grant.dataset, person=person, period=DateTimeTZRange(at, grant.until)
    )
    things.give(grant.dataset, reason="grant", grade=PROFILE, person=person, until=grant.until)
    consequence(
        "dataset.opened", grant.dataset, grant=grant.key, to=person.username, until=str(grant.until or ""),
        columns=len(grant.columns), rank=grant.opened_rank,
    )  # fmt: skip


def stop(grant: Grant, at: datetime | None = None) -> None:
    """Let a grant run no more: the stretch ends, and the standing, unless another stretch of this person still runs."""
    at = at or clock.now()
    stretches = GrantPeriod.objects.unrestricted(_WHY).filter(dataset=grant.dataset_id, person=grant.requester_id)
    for stretch in stretches.filter(Q(period__endswith__gt=at) | Q(period__upper_inf=True), grant=grant):
        if stretch.begins >= at:
            stretch.delete()
        else:
            stretches.filter(pk=stretch.pk).update(period=DateTimeTZRange(stretch.begins, at))
    if not stretches.filter(period__contains=at).exists():
        things.end_standing(grant.dataset, reason="grant", person=grant.requester)


def end(grant: Grant) -> None:
    """End a grant for good."""
    at = clock.now()
    ends = min(at, grant.until) if grant.until else at
    put(grant, ended_at=at)
    stop(grant, ends)


def call_deciders(grant: Grant) -> list[Any]:
    """Give sight to the owner and stewards whom the matrix names; everybody who may fill a seat is called, at once."""
    slots = approvers.slots_for(grant.dataset, grant.level, {grant.requester_id})
    people = {p.pk: p for slot in slots for name in slot.fits for p in approvers.holders(grant.dataset, name)}
    people.pop(grant.requester_id, None)
    for person in people.values():
        if any(name in approvers.STANDINGS for slot in slots if (name := approvers.fits(person, grant.dataset, slot))):
            things.give(grant, reason="reviewer", grade=COLUMNS, person=person)
    return list(people.values())


def live_ones(person: Any, dataset: Any) -> Any:
    """Requests and grants of a person on a dataset that are not over; the dataset is held."""
    rows = Grant.objects.unrestricted(_WHY).filter(requester=person, dataset=dataset, thing__state__in=LIVE)
    return rows.select_related("thing__domain")


def _replace_others(grant: Grant, at: datetime) -> None:
    rows = live_ones(grant.requester, grant.dataset).exclude(pk=grant.pk)
    for other in rows.select_related("dataset__thing__domain", "requester"):
        if other.pk == grant.renews_id and other.state in (GrantState.GRANTED, GrantState.SUSPENDED):
            perform(other, "renew", by=acting().by)
        elif other.place == Place.GLASS and other.state in (GrantState.GRANTED, GrantState.SUSPENDED):
            perform(other, "expire", by=acting().by)
            tell(other.requester, other, "grant.expired", _("The emergency ended: you were given access instead."))
        else:
            continue
        put(other, ended_at=at)
        stop(other, at)
