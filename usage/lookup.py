"""One object by name, as one reader may see it. Absent and forbidden look alike."""

from __future__ import annotations

from typing import Any

from catalog.lookup import dataset_for
from demand.models import Insight
from guard.refusals import Absent
from metrics.find import find_metric
from usage.counting import with_counting
from usage.models import Decision


def decision_for(actor: Any, key: str) -> Decision:
    """A decision by key.

    Raises:
        Absent: unknown or hidden.
    """
    rows = with_counting(Decision.objects.visible_to(actor))
    found: Decision | None = None if "\x00" in key else rows.filter(thing__key=key).first()
    if found is None:
        raise Absent()
    return found


def evidence_for(actor: Any, name: str) -> Any:
    """What a decision may rest on: a metric by key or code, a dataset by key or name, an insight by key.

    Raises:
        Absent: nothing of this name that the reader may see.
    """
    name = name.strip()
    if not name or "\x00" in name:
        raise Absent()
    insight = Insight.objects.visible_to(actor).filter(thing__key=name).first()
    return insight or find_metric(actor, name) or dataset_for(actor, name)
