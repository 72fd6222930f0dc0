"""Which decisions count, and the rates that are made of them (formulas in usage.formulas)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from usage.models import Decision, Evidence
from usage.states import DecisionState

_ONE = "whether one decision counts is told to those who read it"
SECOND_THOUGHTS = timedelta(days=7)


def counted() -> Q:
    """Accepted, attested, with pinned evidence, and not superseded within seven days (domain.md, is_counted)."""
    pinned = Evidence.objects.unrestricted("whether anything is pinned is counted, not shown").filter(
        decision_id=OuterRef("pk")
    )
    live = (DecisionState.ACCEPTED, DecisionState.IMPLEMENTED, DecisionState.REVIEWED, DecisionState.SUPERSEDED)
    return (
        Q(thing__state__in=live, attested_at__isnull=False)
        & Exists(pinned)
        & (Q(superseded_at__isnull=True) | Q(superseded_at__gt=F("attested_at") + SECOND_THOUGHTS))
    )


def why_not_counted(decision: Decision) -> list[str]:
    """What a decision lacks to count, in words; nothing when it counts."""
    pinned = Exists(Evidence.objects.unrestricted(_ONE).filter(decision_id=OuterRef("pk")))
    found = Decision.objects.unrestricted(_ONE).filter(pk=decision.pk).values_list(Q(counted()), pinned).first()
    counts, is_pinned = found or (False, False)
    if counts:
        return []
    if decision.state == DecisionState.REJECTED:
        return [_("It was rejected.")]
    lacks = []
    if decision.attested_at is None:
        lacks.append(_("No decision maker has attested it yet."))
    if not is_pinned:
        lacks.append(_("Nothing is pinned that it rests on."))
    if decision.superseded_at is not None:
        lacks.append(_("It was replaced within seven days."))
    return lacks


def counted_decisions(actor: Any) -> Any:
    """The decisions that count, among those that a reader may see."""
    return Decision.objects.visible_to(actor).filter(counted())
