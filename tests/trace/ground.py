"""A thread of bare things and joints: the walk knows nothing else of the rooms."""

from __future__ import annotations

from typing import Any

from guard import things
from guard.doors import act
from guard.kinds import KINDS, Kind
from guard.models import Domain, Thing
from guard.policy import Who
from guard.relations import RELATIONS, Relation

PREFIXES = {
    "interview": "INT", "quote": "QUO", "insight": "INS", "request": "REQ", "prd": "PRD", "product": "DP",
    "metric": "MET", "dataset": "DS", "decision": "DEC",
}  # fmt: skip
JOINTS = [
    ("insight", "rests_on", "quote"), ("quote", "from", "interview"), ("request", "answers", "insight"),
    ("prd", "cites", "request"), ("prd", "specifies", "product"), ("prd", "uses", "metric"),
    ("prd", "reads", "dataset"),
    ("product", "contains", "dataset"), ("product", "offers", "metric"), ("metric", "measured_from", "dataset"),
    ("metric", "derives", "metric"), ("dataset", "feeds", "dataset"), ("decision", "rests_on", "metric"),
    ("decision", "uses", "product"), ("decision", "raises", "request"),
]  # fmt: skip


def ground() -> None:
    """Declare what the rooms that are not there have not declared themselves."""
    for code, prefix in PREFIXES.items():
        KINDS.setdefault(code, Kind(code, prefix, code.title(), code.title() + "s"))
    for source, code, target in JOINTS:
        RELATIONS.setdefault((source, code, target), Relation(code, source, target, code, code, joint_only=True))


@act("thread.spun", who=Who(anyone=True))
def spin(*, by: Any, domain: Domain, names: list[str], joints: list[tuple[str, str, str]], levels: Any = None) -> Any:
    """Make things named ``kind:name`` and join them; returns them by name."""
    ground()
    made: dict[str, Thing] = {}
    for name in names:
        made[name] = things.new_thing(
            kind=name.split(":")[0], title=name, domain=domain, level=(levels or {}).get(name, 2)
        )
    for source, relation, target in joints:
        things.link(made[source], relation, made[target], columns=["x"], carried_rank=1)
    return made


WHOLE = [
    "interview:pain", "quote:words", "insight:late", "request:ask", "prd:funnel", "product:monitor", "metric:cr",
    "metric:buyers", "dataset:ads", "dataset:dwd", "decision:move",
]  # fmt: skip
WHOLE_JOINTS = [
    ("quote:words", "from", "interview:pain"), ("insight:late", "rests_on", "quote:words"),
    ("request:ask", "answers", "insight:late"), ("prd:funnel", "cites", "request:ask"),
    ("prd:funnel", "specifies", "product:monitor"), ("product:monitor", "offers", "metric:cr"),
    ("metric:cr", "derives", "metric:buyers"), ("metric:buyers", "measured_from", "dataset:ads"),
    ("dataset:dwd", "feeds", "dataset:ads"), ("decision:move", "rests_on", "metric:cr"),
]  # fmt: skip
