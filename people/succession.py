"""What a leaver leaves behind: the things of which they are the only owner, and who follows them there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guard import things
from guard.doors import consequence
from guard.gates import Finding
from guard.kinds import url_of
from guard.models import Standing, Thing
from guard.policy import RAW
from guard.refusals import Blocked, Denied, Invalid
from people.models import User

OWNER = "owner"
_WHY = "the last owner cannot go, whoever may see what they own"


def only_owned_by(person: User) -> list[Thing]:
    """The things of which somebody is the only owner who works here."""
    rows = Standing.objects.unrestricted(_WHY).filter(reason=OWNER)
    mine = rows.filter(person=person).values("thing_id")
    others = rows.filter(thing__in=mine, person__is_active=True).exclude(person=person).values("thing_id")
    owned = Thing.objects.unrestricted(_WHY).filter(pk__in=mine)
    return list(owned.exclude(pk__in=others).select_related("domain").order_by("pk"))


def hand_over(*, by: User, person: User, successor: User | None) -> int:
    """Let somebody follow a leaver as owner, inside the act that lets them go; returns for how many things.

    Raises:
        Blocked: there is something that nobody else owns, and nobody to follow.
        Denied: oneself.
        Invalid: somebody who left, or a service account.
    """
    owned = only_owned_by(person)
    if not owned:
        return 0
    if successor is None:
        raise Blocked(
            _("%(name)s is the only owner of %(n)d things. Name who follows, and they go over in the same moment.")
            % {"name": person, "n": len(owned)},
            code="last-owner", findings=[_finding(thing) for thing in _named(by, owned)],
        )  # fmt: skip
    if successor.pk in (by.pk, person.pk):
        raise Denied(_("Nobody appoints themself. A governance lead can."))
    if not successor.is_active or successor.is_service:
        raise Invalid(errors={"successor": [_("Choose a person who works here.")]})
    for thing in owned:
        things.end_standing(thing, reason=OWNER, person=person)
        things.give(thing, reason=OWNER, grade=RAW, person=successor)
        consequence("owner.followed", thing, diff={OWNER: [[person.username], successor.username]})
    return len(owned)


def _named(by: User, owned: list[Thing]) -> list[Thing]:
    """Those whose names this administrator may read, at most twenty."""
    seen = set(Thing.objects.visible_to(by).filter(pk__in=[thing.pk for thing in owned]).values_list("pk", flat=True))
    return [thing for thing in owned if thing.pk in seen][:20]


def _finding(thing: Thing) -> Finding:
    return Finding("OWN-1", f"{thing.key} {thing.title}", link=url_of(thing), subject=thing)
