"""What a PRD is and which joints it has."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation

register_kind(Kind("prd", "PRD", _("PRD"), _("PRDs"), show="prds:prd-show", station="prd"))
register_relation(Relation("specifies", "prd", "product", _("specifies"), _("is specified by"), joint_only=True))
register_relation(Relation("cites", "prd", "insight", _("cites"), _("is cited by"), demandward=True))
register_relation(Relation("cites", "prd", "request", _("answers"), _("is answered by"), demandward=True))
register_relation(Relation("uses", "prd", "metric", _("uses"), _("is used by"), carries="whole"))
register_relation(Relation("reads", "prd", "dataset", _("reads"), _("is read by"), carries="part"))
