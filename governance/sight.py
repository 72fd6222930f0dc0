"""Why somebody can see a thing, or cannot: for oneself, and about others for those who answer for access."""

from __future__ import annotations

from typing import Any

from guard.doors import grade_of
from guard.models import Thing
from guard.policy import EXISTS, Who
from guard.refusals import Absent, Denied
from people.models import Role, User
from web.why import explain

ABOUT_OTHERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.AUDITOR})


def sight_of(*, reader: Any, key: str, username: str = "") -> dict[str, Any]:
    """What a person sees of a thing, and what gives it or is missing.

    Args:
        reader: who asks.
        key: of the thing; the reader may know that it exists.
        username: about whom; empty for oneself.

    Returns:
        ``thing``, ``person`` and the answer of `web.why.explain`.

    Raises:
        Absent: no such thing for the reader, or no such person.
        Denied: about somebody else, without a role that answers for access.
    """
    thing = Thing.objects.visible_to(reader, "exists").select_related("domain").filter(key__iexact=key).first()
    if thing is None or grade_of(reader, thing) < EXISTS:
        raise Absent()
    person = reader
    if username and username != reader.username:
        if not ABOUT_OTHERS.permits(reader.principal):
            raise Denied()
        person = User.objects.filter(username=username).first()
        if person is None:
            raise Absent()
    return {"thing": thing, "person": person, **explain(person, thing, reader)}
