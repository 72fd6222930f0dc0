"""The independent oracle: a condition translated into Cedar's language and decided by Cedar's own engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import cedarpy

from guard.policy import Held
from guard.rules.rule import DENY, PERMIT, Rule

_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _word(value: Any) -> str:
    return json.dumps(value) if not isinstance(value, bool) else str(value).lower()


def condition(tree: Any) -> str:
    """A condition as JSON (not our nodes: what reads them is under test) in Cedar's language."""
    if isinstance(tree, bool):
        return _word(tree)
    ((op, body),) = tree.items()
    if op in ("and", "or"):
        return "(" + (" && " if op == "and" else " || ").join(condition(part) for part in body) + ")"
    if op == "not":
        return f"!({condition(body)})"
    if op == "exists":
        return "(" + " || ".join(
            f"(context.held has {reason} && context.held.{reason} >= {body['grade']})" for reason in body["standing"]
        ) + ")"  # fmt: skip
    name = body[0]["attr"]
    if op == "in":
        return f"[{', '.join(map(_word, body[1]))}].contains({name})"
    if op == "has":
        return f"{name}.containsAny([{', '.join(map(_word, body[1]))}])"
    other = body[1]["attr"] if isinstance(body[1], dict) else _word(body[1])
    return f"({name} {_OPERATORS[op]} {other})"


def decide(
    policies: Iterable[tuple[str, Any]], worlds: Iterable[tuple[Mapping[str, Any], Iterable[Held]]]
) -> list[bool]:  # fmt: skip
    """What Cedar answers for each world.

    Args:
        policies: (permit or deny, condition as JSON).
        worlds: values by attribute, and live standings.
    """
    words = {PERMIT: "permit", DENY: "forbid"}
    text = "\n".join(
        f"{words[effect]}(principal, action, resource) when {{ {condition(tree)} }};" for effect, tree in policies
    )
    asked, entities = [], []
    for number, (values, held) in enumerate(worlds):
        own: dict[str, dict[str, Any]] = {"principal": {}, "resource": {}, "context": {}}
        for name, value in values.items():
            where, attribute = name.split(".")
            own[where][attribute] = sorted(value) if isinstance(value, (set, frozenset)) else value
        highest: dict[str, int] = {}
        for one in held:
            highest[one.reason] = max(one.grade, highest.get(one.reason, 0))
        entities += [
            {"uid": {"type": "P", "id": str(number)}, "attrs": own["principal"], "parents": []},
            {"uid": {"type": "R", "id": str(number)}, "attrs": own["resource"], "parents": []},
        ]
        asked.append({
            "principal": f'P::"{number}"', "action": 'A::"see"', "resource": f'R::"{number}"',
            "context": {**own["context"], "held": highest},
        })  # fmt: skip
    answers = cedarpy.is_authorized_batch(asked, text, entities)
    assert not any(answer.diagnostics.errors for answer in answers), [a.diagnostics.errors for a in answers][:1]
    return [answer.allowed for answer in answers]


def of_rules(rules: Iterable[Rule], trees: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """(effect, tree) of rules whose trees stand beside them."""
    return [(rule.effect, trees[rule.key]) for rule in rules]
