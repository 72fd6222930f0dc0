"""What PRDs ask of decisions: whether one that cannot be undone stands behind them (TYR-003)."""

from __future__ import annotations

from guard.joints import joints_from, joints_into, rows_of
from prds.known import register_one_way
from prds.models import Prd
from usage.models import Decision, Reversibility


def has_one_way_decision(prd: Prd) -> bool:
    """Whether a one-way decision was attested that was made with the PRD's product, or that raised a request which the
    PRD cites."""
    products = [joint.target_id for joint in joints_from([prd], "specifies")]
    cited = [joint.target_id for joint in joints_from([prd], "cites")]
    behind = [*joints_into(products, "uses"), *joints_into(cited, "raises")]
    decisions = rows_of(Decision, [joint.source_id for joint in behind if joint.source.kind == "decision"])
    return any(
        decision.attested_at is not None and decision.superseded_at is None
        and decision.reversibility == Reversibility.ONE_WAY
        for decision in decisions.values()
    )  # fmt: skip


register_one_way(has_one_way_decision)
