"""Handling: what is to be done with data, beside how strict it is. A closed list of duties; who asks for one is data.

Levels, categories and combinations each carry codes of duties (`handling` of their rows). What several of them ask
holds together: a union, since a duty is never taken back by another word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWING, KEEPING, MOVING, AUDIENCE, PURPOSE, RECORD = "showing", "keeping", "moving", "audience", "purpose", "record"


@dataclass(frozen=True)
class Duty:
    """One thing to do.

    Args:
        code: as it stands in the rows of schemes, and in exports.
        axis: what it is about.
        name: in the reader's language.
    """

    code: str
    axis: str
    name: str | Promise


DUTIES: dict[str, Duty] = {
    duty.code: duty
    for duty in (
        Duty("never-keep", KEEPING, _("Must not be kept")),
        Duty("mask-display", SHOWING, _("Show masked")),
        Duty("remove-or-generalise", SHOWING, _("Remove or make coarser before passing on")),
        Duty("encrypt-at-rest", KEEPING, _("Keep encrypted")),
        Duty("local-storage", KEEPING, _("Keep within the country")),
        Duty("retention-limit", KEEPING, _("Keep no longer than needed")),
        Duty("encrypt-in-transit", MOVING, _("Send encrypted")),
        Duty("no-export", MOVING, _("No export")),
        Duty("transfer-assessment", MOVING, _("Assess before it leaves the country")),
        Duty("named-recipients", AUDIENCE, _("For named recipients only")),
        Duty("organisation-only", AUDIENCE, _("Within the organisation, who needs to know")),
        Duty("organisation-and-clients", AUDIENCE, _("Within the organisation and its clients, who needs to know")),
        Duty("community-only", AUDIENCE, _("Within the community")),
        Duty("purpose-and-basis", PURPOSE, _("Name a purpose and a legal basis")),
        Duty("special-ground", PURPOSE, _("Name a ground for special categories")),
        Duty("official-authority", PURPOSE, _("Only under official authority or by law")),
        Duty("record-access", RECORD, _("Record each access")),
        Duty("assess-risk", RECORD, _("Assess the risks regularly")),
    )
}
_ORDER = {code: place for place, code in enumerate(DUTIES)}


def together(*asked: Iterable[str]) -> list[str]:
    """What several ask at once: each duty once, in the order of the list; a code that nobody knows comes last."""
    codes = {code for several in asked for code in several}
    return sorted(codes, key=lambda code: (_ORDER.get(code, len(_ORDER)), code))


def named(codes: Iterable[str]) -> list[Duty]:
    """The duties of these codes; one that nobody knows is shown by its code, never dropped."""
    return [DUTIES.get(code) or Duty(code, "", code) for code in codes]
