"""Who stands on a few things, asked once a request for all who ask: the policy, the moves, the lists of people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.db.models.functions import Now

from guard import memory
from guard.policy import Principal

MOST = 100  # things; longer lists are asked for their readers alone
GRANT = "grant"  # a thing may have thousands, and nobody lists them as who can help


def live() -> Q:
    """Standings that have not ended."""
    return Q(until__isnull=True) | Q(until__gt=Now())


def mine(principal: Principal) -> Q:
    """Standings of a person, or of a team that they are in."""
    condition = Q(person_id=principal.user_id)
    if principal.team_ids:
        condition |= Q(team_id__in=sorted(principal.team_ids))
    return condition


def expect(thing_ids: Iterable[int]) -> None:
    """Say that these things will be asked for soon: the next question takes them along."""
    store = memory.standing()
    if store is not None:
        store.answers.setdefault(("guard.standings", "expected"), {}).update(dict.fromkeys(thing_ids))


def remembered(thing_ids: Iterable[int], principal: Principal | None = None) -> dict[int, list[Any]] | None:
    """The live standings on each thing, in order: all but grants, and the grants of the request's reader.

    Args:
        thing_ids: at most `MOST`.
        principal: whose grants are needed too; None when nobody's are.

    Returns:
        Rows of Standing with their people, by thing id; None when this must be asked directly: outside a reading
        request, for a long list, or for the grants of somebody else than the reader.
    """
    store, wanted = memory.standing(), list(dict.fromkeys(thing_ids))
    if store is None or len(wanted) > MOST:
        return None
    reader = getattr(store.reader, "principal", None)
    if principal is not None and (reader is None or reader.user_id != principal.user_id):
        return None
    known: dict[int, list[Any]] = store.answers.setdefault(("guard.standings", reader and reader.user_id), {})
    missing = [pk for pk in wanted if pk not in known]
    if missing:
        expected = store.answers.pop(("guard.standings", "expected"), {})
        missing += [pk for pk in expected if pk not in known and pk not in missing][: MOST - len(missing)]
        known.update({pk: [] for pk in missing})
        condition = ~Q(reason=GRANT) | mine(reader) if reader is not None else ~Q(reason=GRANT)
        rows = apps.get_model("guard", "Standing").objects.unrestricted("the policy itself reads who stands where")
        for row in rows.filter(condition, live(), thing_id__in=missing).select_related("person").order_by("pk"):
            known[row.thing_id].append(row)
    return {pk: known[pk] for pk in wanted}
