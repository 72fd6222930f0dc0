"""Where decisions keep the facts behind their joints, for ``manage.py trace check``."""

from __future__ import annotations

from collections.abc import Iterator

from guard.relations import register_truth
from usage.models import Decision, Evidence

WHY = "the joints of the thread are compared with what the rooms say"


def _evidence() -> Iterator[tuple[int, int, str]]:
    rows = Evidence.objects.unrestricted(WHY).order_by().values_list("decision_id", "thing_id")
    return ((source, target, "") for source, target in rows)


def _earlier() -> Iterator[tuple[int, int, str]]:
    rows = Decision.objects.unrestricted(WHY).exclude(supersedes=None).order_by()
    return ((source, target, "") for source, target in rows.values_list("pk", "supersedes_id"))


register_truth("decision", "rests_on", _evidence)
register_truth("decision", "replaces", _earlier)
