"""Whom a form offers: people who can do what the form asks of them, never every account."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import Clearance, Membership, User


def cleared_beside(actor: Any) -> QuerySet[User]:
    """Active people, by name, who are cleared in a domain in which the actor works too.

    Whoever has no clearance there sees nothing of what such a form speaks of. Service accounts are left out.

    Args:
        actor: who fills in the form.
    """
    clearances = actor.principal.clearances
    rows = Clearance.objects.all()
    if not clearances.get(None, 0):
        own = [pk for pk, rank in clearances.items() if pk is not None and rank]
        rows = rows.filter(Q(domain=None) | Q(domain__in=own))
    teams = Membership.objects.filter(person=OuterRef("pk"), team__in=rows.exclude(team=None).values("team"))
    is_cleared = Exists(rows.filter(person=OuterRef("pk"))) | Exists(teams)
    return User.objects.filter(is_cleared, is_active=True, is_service=False).order_by("name", "pk")
