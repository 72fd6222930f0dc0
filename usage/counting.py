"""Which decisions count, and the rates that are made of them (formulas in usage.formulas)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When
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


def with_counting(rows: Any) -> Any:
    """Decisions that know whether they count (`is_counted`) and whether anything is pinned (`is_pinned`)."""
    pinned = Exists(Evidence.objects.unrestricted(_ONE).filter(decision_id=OuterRef("pk")))
    counts = Case(When(counted(), then=True), default=False)
    return rows.annotate(is_counted=counts, is_pinned=pinned)


def why_not_counted(decision: Decision) -> list[str]:
    """What a decision lacks to count, in words; nothing when it counts.

    Args:
        decision: best read `with_counting`; else its two facts are asked for.
    """
    if not hasattr(decision, "is_counted"):
        decision = with_counting(Decision.objects.unrestricted(_ONE)).get(pk=decision.pk)
    if decision.is_counted:  # type: ignore[attr-defined]
        return []
    if decision.state == DecisionState.REJECTED:
        return [_("It was rejected.")]
    lacks = []
    if decision.attested_at is None:
        lacks.append(_("No decision maker has attested it yet."))
    if not decision.is_pinned:  # type: ignore[attr-defined]
        lacks.append(_("Nothing is pinned that it rests on."))
    if decision.superseded_at is not None:
        lacks.append(_("It was replaced within seven days."))
    return lacks


def counted_decisions(actor: Any) -> Any:
    """The decisions that count, among those that a reader may see."""
    return Decision.objects.visible_to(actor).filter(counted())
