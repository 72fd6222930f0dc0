from usage.models.decision import DataRole, Decision, Evidence, Reversibility, Verdict
from usage.models.fact import ActorKind, PersonLogin, QueryShape, ShapeTable, UsageDaily, UsageEvent, UsageLoad

__all__ = [
    "ActorKind",
    "DataRole",
    "Decision",
    "Evidence",
    "PersonLogin",
    "QueryShape",
    "Reversibility",
    "ShapeTable",
    "UsageDaily",
    "UsageEvent",
    "UsageLoad",
    "Verdict",
]
