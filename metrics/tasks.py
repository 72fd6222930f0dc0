"""What the metrics room looks after by itself."""

from __future__ import annotations

from guard.outbox import nightly
from metrics.models import Metric
from metrics.reactions import look_at
from metrics.states import MetricState


@nightly("metrics.lapse")
def lapse_what_is_due() -> None:
    """Every certification is looked at: a year is over, or a source changed and the word was lost (MET-6)."""
    rows = Metric.objects.unrestricted("certifications end whoever looks").filter(thing__state=MetricState.CERTIFIED)
    look_at(set(rows.values_list("pk", flat=True)))
