"""RICE and WSJF of a request, with confidence held down to what the evidence allows."""

from __future__ import annotations

from decimal import Decimal

from demand.models import Request

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
NOW, NEXT = Decimal(20), Decimal(5)  # RICE a day; WSJF counts on a tenth of that scale


def confidence_of(request: Request) -> int | None:
    """The confidence that counts: what was claimed, at most what the evidence allows."""
    return None if request.confidence is None else min(request.confidence, request.confidence_cap)


def rice_of(request: Request) -> Decimal | None:
    """Reach × impact × confidence ÷ effort in days; None while a part is missing."""
    confidence = confidence_of(request)
    if request.reach is None or request.impact is None or confidence is None or not request.effort_days:
        return None
    score = Decimal(request.reach) * Decimal(request.impact) * confidence / HUNDRED / Decimal(request.effort_days)
    return score.quantize(CENT)


def wsjf_of(request: Request) -> Decimal | None:
    """(User value + time criticality + risk reduced) ÷ effort in days; None while a part is missing."""
    parts = (request.user_value, request.time_value, request.risk_value)
    if any(part is None for part in parts) or not request.effort_days:
        return None
    return (Decimal(sum(part or 0 for part in parts)) / Decimal(request.effort_days)).quantize(CENT)


def band_of(request: Request) -> str:
    """``now``, ``next`` or ``later`` by the higher of both scores; empty while neither is known."""
    scores = [
        score for score in (request.rice, None if request.wsjf is None else request.wsjf * 10) if score is not None
    ]
    if not scores:
        return ""
    best = max(scores)
    return "now" if best >= NOW else "next" if best >= NEXT else "later"
