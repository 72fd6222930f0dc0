from catalog.actions.column_lineage import (
    add_column_edge,
    follow_lineage,
    recount_lineage,
    remove_column_edge,
    tell_column_edges,
)
from catalog.actions.columns import add_columns, count_values, propose_column_level, withdraw_column_proposal
from catalog.actions.datasets import (
    add_dataset,
    add_lineage,
    appoint_owner,
    appoint_steward,
    declare_level,
    describe_dataset,
    lapse_reviews,
    remove_lineage,
)
from catalog.actions.labels import label_column, withdraw_label
from catalog.actions.loads import load_datasets
from catalog.actions.places import add_warehouse, open_domain
from catalog.actions.products import add_product, change_product, contain, load_stage, move_product, release
from catalog.loading import plan_datasets

__all__ = [
    "add_column_edge",
    "add_columns",
    "add_dataset",
    "add_lineage",
    "add_product",
    "add_warehouse",
    "appoint_owner",
    "appoint_steward",
    "change_product",
    "contain",
    "count_values",
    "declare_level",
    "describe_dataset",
    "follow_lineage",
    "label_column",
    "lapse_reviews",
    "load_datasets",
    "load_stage",
    "move_product",
    "open_domain",
    "plan_datasets",
    "propose_column_level",
    "recount_lineage",
    "release",
    "remove_column_edge",
    "remove_lineage",
    "tell_column_edges",
    "withdraw_column_proposal",
    "withdraw_label",
]
