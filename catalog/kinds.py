"""The kinds of the catalogue and the joints between them."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation

register_kind(Kind("warehouse", "WH", _("Warehouse"), _("Warehouses"), show="catalog:warehouse-show"))
register_kind(Kind("dataset", "DS", _("Dataset"), _("Datasets"), show="catalog:dataset-show", station="dataset"))
register_kind(
    Kind("product", "DP", _("Data product"), _("Data products"), show="catalog:product-show", station="product")
)

register_relation(
    Relation("contains", "product", "dataset", _("contains"), _("is part of"), carries="whole", joint_only=True)
)
register_relation(Relation("feeds", "dataset", "dataset", _("feeds"), _("is fed by"), joint_only=True))
