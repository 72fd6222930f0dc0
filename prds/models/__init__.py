from prds.models.prd import Horizon, Prd, PrdReference, PrdSection, PrdVersion
from prds.models.review import Approval, ReviewRole, ReviewSlot, Verdict

__all__ = [
    "Approval",
    "Horizon",
    "Prd",
    "PrdReference",
    "PrdSection",
    "PrdVersion",
    "ReviewRole",
    "ReviewSlot",
    "Verdict",
]
