"""What of a strict thing may be shown without a line in the ledger, and why: the walk holds everything else to one."""

from __future__ import annotations

from django.db.models import Model

from guard.doors.opening import RECORDED_FROM
from tests.house.doors.planting import Planted, Secret, governed_models
from tests.house.doors.walking import Answer

LOOK = "a test looks at what was recorded"
#: fields by which a list names or marks a row; more than these is a reading
NAMES: dict[str, str] = {
    "Dataset.qualified_name": "its name in the warehouse",
    "Warehouse.name": "its name",
    "Metric.code": "its name in formulas",
    "Metric.synonyms": "its further names",
    "Metric.unit": "a mark in the list of metrics",
    "Rule.code": "its name in files",
    "Grant.purpose": "a code beside who asked",
}
#: routes that show the record itself: what was done to many things, and nothing of what they say
RECORDS = ("governance:audit-list", "v1:entry-list")


def is_reading(answer: Answer, secret: Secret) -> bool:
    """Whether to show this word is to open the thing that it belongs to."""
    if secret.level < RECORDED_FROM or secret.model == "Job":
        return False
    if secret.field == "title" or secret.field.startswith("search ") or secret.where in NAMES:
        return False
    return not (secret.field.startswith("ledger ") and answer.ask.route in RECORDS)


def things_of(at: Planted, model: str) -> frozenset[int]:
    """The things to which a planted row belongs: its own, or its parents'."""
    found: type[Model] = next(one for one in governed_models() if one.__name__ == model)
    rows = found._default_manager.unrestricted(LOOK).filter(pk=at.rows[model].pk)
    paths = [f"{path}__pk" if path else "pk" for path in getattr(found, "POLICY_PATHS")]  # noqa: B009
    own = frozenset(rows.values_list(*paths).first() or ())
    return own | {at.things["interview"].pk} if model == "Quote" else own  # its words stand in the transcript too
