"""Which reviews a PRD needs, by its level and content: data, not code paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from prds.models import ReviewRole

if TYPE_CHECKING:
    from prds.models import Prd

R = ReviewRole
ALWAYS: Sequence[ReviewRole] = (R.BUSINESS, R.ENGINEERING, R.DATA_OWNER)
FROM_LEVEL: Mapping[ReviewRole, int] = {R.GOVERNANCE: 3, R.SECURITY: 5}
SCOPES: Mapping[ReviewRole, Sequence[str]] = {
    R.BUSINESS: ("summary", "problem", "users", "decision", "goals", "metrics", "acceptance", "rollout", "review"),
    R.ENGINEERING: ("sources", "model", "deliverable", "quality", "tracking", "rollout", "effort"),
    R.ANALYTICS: ("metrics", "dimensions", "experiment"),
    R.DATA_OWNER: ("sources", "model", "security"),
    R.GOVERNANCE: ("sources", "security", "fairness"),
    R.SECURITY: ("sources", "security"),
    R.PRIVACY: ("sources", "security", "fairness"),
}


def slots_needed(prd: Prd) -> list[ReviewRole]:
    """The capacities that must approve: business, engineering, data owner; governance from L3, security at L5.

    A level that rises opens further slots; one that falls leaves those that are there.
    """
    rank = max(prd.level, prd.declared_level or 1)
    return [*ALWAYS, *(role for role, start in FROM_LEVEL.items() if rank >= start)]


def scope_of(role: ReviewRole) -> list[str]:
    """The sections that a capacity answers for; an approval is bound to their words."""
    return list(SCOPES[role])
