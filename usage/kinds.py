"""What a decision is and which joints it has."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation

register_kind(Kind("decision", "DEC", _("Decision"), _("Decisions"), station="decision", show="usage:decision-show"))
register_relation(Relation("rests_on", "decision", "metric", _("rests on"), _("is evidence for"), carries="whole"))
register_relation(Relation("rests_on", "decision", "dataset", _("rests on"), _("is evidence for")))
register_relation(Relation("rests_on", "decision", "insight", _("rests on"), _("is evidence for"), demandward=True))
register_relation(Relation("uses", "decision", "product", _("was made with"), _("drove"), joint_only=True))
register_relation(Relation("raises", "decision", "request", _("raises"), _("was raised by"), joint_only=True))
register_relation(Relation("replaces", "decision", "decision", _("replaces"), _("was replaced by")))
