from metrics.models.metric import (
    Additivity,
    DataType,
    Direction,
    Metric,
    MetricKind,
    NullPolicy,
    Signoff,
    Tier,
)
from metrics.models.version import Aggregation, Backfill, Calculation, ChangeKind, MetricVersion
from metrics.models.words import BusinessLimit, StatPeriod

__all__ = [
    "Additivity",
    "Aggregation",
    "Backfill",
    "BusinessLimit",
    "Calculation",
    "ChangeKind",
    "DataType",
    "Direction",
    "Metric",
    "MetricKind",
    "MetricVersion",
    "NullPolicy",
    "Signoff",
    "StatPeriod",
    "Tier",
]
