from usage.models.decision import DataRole, Decision, Evidence, Reversibility, Verdict
from usage.models.fact import ActorKind, QueryShape, ShapeTable, UsageDaily, UsageEvent, UsageLoad

__all__ = [
    "ActorKind",
    "DataRole",
    "Decision",
    "Evidence",
    "QueryShape",
    "Reversibility",
    "ShapeTable",
    "UsageDaily",
    "UsageEvent",
    "UsageLoad",
    "Verdict",
]
