"""The product's own policy in the words of rules: what `guard.policy` decides, for the list of rules and for tests.

`visible_to` keeps its fast predicate; tests/guard/rules holds it equal to these on every reader and thing it draws.
They come with the product. What a clearance opens is data that two people change (`guard.grades`); nothing else here
is changed by anybody: a stored rule may narrow what they permit, never widen it.
"""

from __future__ import annotations

from typing import Any

from guard import policy
from guard.grades import GRADES, LEVELS, Grades
from guard.rules.rule import BLOCK, DENY, PERMIT, Rule, rule_of

_CLEARANCE, _LEVEL = {"attr": "principal.clearance"}, {"attr": "resource.level"}
_ASKED = {"attr": "context.grade"}


_ACTIVE: dict[str, Any] = {"eq": [{"attr": "principal.active"}, True]}
_WORDS = {grade: action for action, grade in policy.ACTIONS.items()}


def _enough(grades: Grades, grade: int) -> dict[str, Any]:
    """From which clearance this grade of a thing is given, whatever its level."""
    if grades.column(grade) == tuple(LEVELS):
        return {"ge": [_CLEARANCE, _LEVEL]}
    starts = sorted({start for start in grades.column(grade) if start is not None})
    return {
        "or": [
            {"and": [{"ge": [_CLEARANCE, start]}, {"le": [_LEVEL, grades.ceiling(start, grade)]}]} for start in starts
        ]
    }


def _by_clearance(grades: Grades) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What clearance alone opens: one rule for grades that are given alike, the finest of them named."""
    rows: list[tuple[str, str, str, dict[str, Any]]] = []
    for grade in GRADES:
        is_alike = grade < GRADES[-1] and grades.column(grade) == grades.column(grade + 1)
        if is_alike or not any(grades.column(grade)):
            continue
        when = {"and": [_ACTIVE, {"le": [_ASKED, grade]}, _enough(grades, grade)]}
        rows.append(("SEE-3" if grade == policy.EXISTS else "SEE-2", f"clearance-opens-{_WORDS[grade]}", PERMIT, when))
    return rows


def trees(grades: Grades) -> list[dict[str, Any]]:
    """The shipped rules in their stored form, with these grades in force."""
    rows: list[tuple[str, str, str, dict[str, Any]]] = [
        ("SEE-1", "leavers-see-nothing", DENY, {"not": _ACTIVE}),
        *_by_clearance(grades),
        (
            "SEE-4", "standing-opens-its-grade", PERMIT,
            {"and": [_ACTIVE, {"ge": [{"attr": "principal.standing"}, _ASKED]}]},
        ),
    ]  # fmt: skip
    return [
        {
            "key": key, "code": code, "version": 1, "effect": effect, "action": "exists", "kinds": [], "when": when,
            "mode": BLOCK,
        }
        for key, code, effect, when in rows
    ]  # fmt: skip


def shipped(grades: Grades) -> list[Rule]:
    """The shipped rules, compiled."""
    return [rule_of(row) for row in trees(grades)]
