"""A definition in one plain sentence or two, from the words that a reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from metrics.models import Aggregation, Calculation, StatPeriod
from metrics.models.version import Backfill, ChangeKind


def in_words(definition: Mapping[str, Any]) -> str:
    """What is computed, as a sentence; what is kept back from the reader is left out."""
    kind = definition.get("kind")
    if kind == "atomic":
        parts = [_atomic(definition)]
    elif kind == "derived":
        parts = [_("%(base)s, narrowed") % {"base": definition.get("base", "")}]
    else:
        parts = [_composite(definition)]
    parts += _narrowing(definition)
    # Translators: the end of a sentence.
    return _("%(said)s.") % {"said": _joined(parts)}


def _joined(parts: Iterable[str]) -> str:
    """Clauses of one sentence, divided as this language divides them."""
    return pgettext("between clauses", ", ").join(part for part in parts if part)


def change_words(version: Any) -> str:
    """What a version changed, in words."""
    return str(dict(ChangeKind.choices).get(version.change_kind, ""))


def backfill_words(version: Any) -> str:
    """What became of older values, in words."""
    return str(dict(Backfill.choices).get(version.backfill, "")) if version.backfill else ""


def _atomic(definition: Mapping[str, Any]) -> str:
    how = dict(Aggregation.choices).get(definition.get("agg", ""), "")
    if not definition.get("expr") and not definition.get("source_dataset"):
        return _("%(how)s, measured from a source that is not open to you") % {"how": how}
    words = {"how": how, "what": definition.get("expr") or "*", "source": definition.get("source_dataset", "")}
    return _("%(how)s of %(what)s in %(source)s") % words


def _composite(definition: Mapping[str, Any]) -> str:
    calc = str(dict(Calculation.choices).get(definition.get("calc_type", ""), _("Formula")))
    formula = definition.get("expression") or ""
    if not formula:
        sign = {"difference": "−", "growth": "→"}.get(definition.get("calc_type", ""), "÷")
        formula = f"{definition.get('numerator', '')} {sign} {definition.get('denominator', '')}"
    policy = definition.get("denominator_policy", "")
    zero = {"null": _("no value"), "zero": "0"}.get(policy, policy)
    told = _("%(what)s when the denominator is zero") % {"what": zero} if policy else ""
    return _joined((_("%(who)s: %(said)s") % {"who": calc, "said": formula}, told))


def _narrowing(definition: Mapping[str, Any]) -> list[str]:
    parts = []
    if definition.get("limits"):
        parts.append(_("only where %(limits)s") % {"limits": _(" and ").join(definition["limits"])})
    if definition.get("period"):
        period = StatPeriod.objects.filter(code=definition["period"]).first()
        parts.append(_("over %(period)s") % {"period": period.name.lower() if period else definition["period"]})
    if definition.get("event_time_column"):
        parts.append(_("by %(column)s") % {"column": definition["event_time_column"]})
    if definition.get("grain"):
        parts.append(_("for each %(grain)s") % {"grain": " × ".join(definition["grain"])})
    if definition.get("conversion_window"):
        parts.append(_("within %(window)s") % {"window": definition["conversion_window"]})
    return parts
