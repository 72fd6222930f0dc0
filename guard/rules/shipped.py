"""The product's own policy in the words of rules: what `guard.policy` decides, for the list of rules and for tests.

`visible_to` keeps its fast predicate; tests/guard/rules holds it equal to these on every reader and thing it draws.
They come with the product and are not changed by anybody: a stored rule may narrow what they permit, never widen it.
"""

from __future__ import annotations

from typing import Any

from guard import policy
from guard.rules.rule import BLOCK, DENY, PERMIT, Rule, rule_of

_CLEARANCE, _LEVEL = {"attr": "principal.clearance"}, {"attr": "resource.level"}
_ASKED = {"attr": "context.grade"}


def _existence() -> dict[str, Any]:
    """From which clearance one may know that a thing of some level exists, level by level."""
    return {
        "or": [
            {"and": [{"eq": [_LEVEL, level]}, {"ge": [_CLEARANCE, start]}]}
            for level, start in sorted(policy.EXISTENCE_FROM.items())
        ]
    }


def trees() -> list[dict[str, Any]]:
    """The shipped rules in their stored form."""
    active = {"eq": [{"attr": "principal.active"}, True]}
    rows: list[tuple[str, str, str, dict[str, Any]]] = [
        ("SEE-1", "leavers-see-nothing", DENY, {"not": active}),
        (
            "SEE-2", "clearance-opens-profiles", PERMIT,
            {"and": [active, {"le": [_ASKED, policy.CLEARED]}, {"ge": [_CLEARANCE, _LEVEL]}]},
        ),
        (
            "SEE-3", "clearance-near-the-level-opens-existence", PERMIT,
            {"and": [active, {"le": [_ASKED, policy.EXISTS]}, _existence()]},
        ),
        (
            "SEE-4", "standing-opens-its-grade", PERMIT,
            {"and": [active, {"ge": [{"attr": "principal.standing"}, _ASKED]}]},
        ),
    ]  # fmt: skip
    return [
        {
            "key": key, "code": code, "version": 1, "effect": effect, "action": "exists", "kinds": [], "when": when,
            "mode": BLOCK,
        }
        for key, code, effect, when in rows
    ]  # fmt: skip


def shipped() -> list[Rule]:
    """The shipped rules, compiled."""
    return [rule_of(row) for row in trees()]
