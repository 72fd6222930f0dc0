"""Who hears of it when a request moves; a notice names nothing."""

from __future__ import annotations

from typing import Any

from demand.models import Request
from guard.policy import READ, grade
from guard.things import standing_people
from people.actions import tell
from people.models import Role, User

MOST = 20


def tell_requester(by: Any, request: Request, code: str, sentence: str) -> None:
    """Leave a notice to whoever asked, unless they did it themselves."""
    if request.requester_id != by.pk:
        tell(request.requester, request, code, sentence)


def tell_pms(by: Any, request: Request, code: str, sentence: str) -> None:
    """Leave a notice to the request's PM; while it has none, to the data PMs cleared for it."""
    pms = standing_people(request, "pm") or _cleared_pms(request)
    for person in pms[:MOST]:
        if person.pk != by.pk:
            tell(person, request, code, sentence)


def _cleared_pms(request: Request) -> list[User]:
    people = User.objects.filter(is_active=True, roles_held__role=Role.DATA_PM).order_by("pk")[: MOST * 5]
    return [who for who in people if _may_read(who, request)]


def _may_read(person: User, request: Request) -> bool:
    return grade(person.principal, request.thing.level, request.thing.domain_id) >= READ
