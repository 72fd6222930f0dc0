"""What happens elsewhere and ends a certification: a source whose columns changed (MET-6)."""

from __future__ import annotations

from guard.models import Link
from guard.reactions import reacts_to
from metrics import inputs
from metrics.actions import lapse_metrics
from metrics.models import Metric
from metrics.signatures import drift_of
from metrics.states import MetricState
from people.first import actor_named

_RULES = "certifications end whoever looks"


@reacts_to("dataset.schema_changed")
def source_changed(entry_id: int, thing_id: int | None) -> None:
    """Look at every certified metric that is measured from this dataset, directly or through its inputs."""
    if thing_id is not None:
        look_at(readers_of(thing_id))


def readers_of(dataset_id: int) -> set[int]:
    """Ids of the metrics measured from a dataset, through their inputs too."""
    joints = Link.objects.unrestricted(_RULES).filter(relation="measured_from", target_id=dataset_id)
    direct = set(joints.values_list("source_id", flat=True))
    return direct | inputs.above(direct)


def look_at(ids: set[int]) -> int:
    """Let the certifications among these metrics lapse that no longer hold; nothing is written when all hold."""
    actor = actor_named(None)
    rows = Metric.objects.unrestricted(_RULES).filter(pk__in=ids, thing__state=MetricState.CERTIFIED)
    due = [metric.pk for metric in rows if drift_of(metric, actor)]
    return lapse_metrics(by=actor, ids=due) if due else 0
