"""What PRDs ask of decisions: whether one that cannot be undone stands behind them (TYR-003)."""

from __future__ import annotations

from django.db.models import Q

from guard.models import Link
from prds.known import register_one_way
from prds.models import Prd
from usage.models import Decision, Reversibility

WHY = "lint judges whoever looks; it says that a decision is missing and names none"


def has_one_way_decision(prd: Prd) -> bool:
    """Whether a one-way decision was attested that was made with the PRD's product, or that raised a request which the
    PRD cites."""
    joints = Link.objects.unrestricted(WHY).filter(source_id=prd.pk)
    products = list(joints.filter(relation="specifies").values_list("target_id", flat=True))
    cited = list(joints.filter(relation="cites").values_list("target_id", flat=True))
    behind = Link.objects.unrestricted(WHY).filter(
        Q(relation="uses", target_id__in=products) | Q(relation="raises", target_id__in=cited), source__kind="decision"
    )
    attested = Decision.objects.unrestricted(WHY).filter(attested_at__isnull=False, superseded_at=None)
    ids = list(behind.values_list("source_id", flat=True))
    return attested.filter(pk__in=ids, reversibility=Reversibility.ONE_WAY).exists()


register_one_way(has_one_way_decision)
