"""The checklist of a move: what blocks first, what passes counted below. A panel of its own on every object's page."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guard import gates, states

RANK = {gates.ERROR: 0, gates.WARNING: 1, gates.INFO: 2}


def draw(request: Any, obj: Any, move: str, title: str | Promise = "") -> SafeString:
    """The rules of one move, judged for the reader.

    Args:
        request: whose user reads.
        obj: the governed object, read through the policy.
        move: by name.
        title: of the card.
    """
    results = gates.judge(obj, states.move_of(obj.thing.kind, move).gates, request.user)
    found = [finding for result in results for finding in result.findings]
    context = {
        "title": title or _("Before this can go on"),
        "findings": sorted(found, key=lambda finding: RANK.get(finding.severity, 3)),
        "blocking": len(gates.errors_of(results)),
        "passed": [result.gate for result in results if not result.findings],
    }
    return render_to_string("parts/blockers.html", context, request)
