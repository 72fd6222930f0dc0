"""The kinds of governance and their joints: a review and a grant are as strict as the dataset they speak of."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation

register_kind(Kind("review", "REV", _("Level review"), _("Level reviews"), show="governance:review-show"))
register_kind(Kind("campaign", "CMP", _("Campaign"), _("Campaigns"), show="governance:campaign-show"))
register_kind(Kind("grant", "GRT", _("Grant"), _("Grants"), show="governance:grant-show"))
register_kind(Kind("attestation", "ATT", _("Attestation"), _("Attestations"), show="governance:attestation-show"))

register_kind(Kind("rule", "RUL", _("Rule"), _("Rules"), show="governance:rule-show"))
register_kind(
    Kind("change", "CHG", _("Change of the policy"), _("Changes of the policy"), show="governance:change-show")
)

register_relation(Relation("reviews", "review", "dataset", _("reviews"), _("is reviewed by"), carries="whole"))
register_relation(Relation("opens", "grant", "dataset", _("opens"), _("is opened by"), carries="whole"))
register_relation(Relation("serves", "grant", "prd", _("serves"), _("was given access")))
register_relation(
    Relation("attests", "attestation", "dataset", _("speaks of lineage of"), _("has lineage vouched for by"),
             carries="whole")
)  # fmt: skip
