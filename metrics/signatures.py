"""Who signed, who may not sign, and whether what was signed still holds: facts, read on all rows for the rules."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guard import clock
from guard.gates import judge
from metrics.gates import CERTIFIED_FOR
from metrics.models import Metric, MetricVersion, Signoff

_WHY = "an act works on rows that it was handed"
Capacity = Signoff.Capacity


def drift_of(metric: Metric, actor: Any) -> str:
    """Why its certification no longer holds, in a sentence that names nothing; empty while it does."""
    findings = [finding for result in judge(metric, ["MET-6"], actor) for finding in result.findings]
    if not findings:
        return ""
    aged = metric.certified_at is not None and clock.now() - metric.certified_at > CERTIFIED_FOR
    return _("It was certified more than a year ago.") if aged else _("The columns of a source have changed.")


def definers_of(metric: Metric) -> set[int]:
    """Ids of the people who defined what is now to be certified: every version since the last certified one."""
    versions = list(
        MetricVersion.objects.unrestricted(_WHY)
        .filter(metric=metric)
        .order_by("-pk")
        .values_list("pk", "defined_by_id")
    )
    ended = Signoff.objects.unrestricted(_WHY).filter(metric=metric, capacity=Capacity.STEWARD)
    last = ended.filter(version__signoffs__capacity=Capacity.GOVERNANCE, completed_at__isnull=False)
    certified = last.order_by("-version_id").values_list("version_id", flat=True).first() or 0
    return {person for pk, person in versions if pk > certified} | {person for _pk, person in versions[:1]}


def signatures_of(metric: Metric) -> list[Signoff]:
    """The signatures that stand under the current version."""
    rows = Signoff.objects.unrestricted(_WHY).filter(metric=metric, version=metric.current, voided_at=None)
    return list(rows.select_related("person"))
