"""The kind of the metrics room and its joints downward."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation

register_kind(Kind("metric", "MET", _("Metric"), _("Metrics"), station="metric", show="metrics:metric-show"))

register_relation(
    Relation("measured_from", "metric", "dataset", _("is measured from"), _("is what measures"), carries="part")
)
register_relation(Relation("derives", "metric", "metric", _("is derived from"), _("is an input of"), carries="whole"))
register_relation(Relation("merged_into", "metric", "metric", _("was merged into"), _("took in")))
register_relation(
    Relation("offers", "product", "metric", _("offers"), _("is offered by"), carries="whole", joint_only=True)
)
