"""What can be said in a rule, and what is refused when it is saved."""

from __future__ import annotations

from typing import Any

import pytest

from guard.policy import Principal
from guard.rules.facts import facts_of
from guard.rules.rule import rule_of
from guard.rules.sql import to_sql
from guard.rules.tree import Unreadable, read
from guard.rules.vocabulary import ATTRIBUTES, MOST_DEPTH, MOST_NODES, NUMBER, SHIPPED, SIGHT, VERB, YES

LEVEL = {"attr": "resource.level"}


def deep(levels: int) -> Any:
    tree: Any = True
    for _step in range(levels):
        tree = {"not": tree}
    return tree


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        ("principal.clearance >= 3", "not-a-condition"),  # no expression strings, ever
        ({"eval": "1"}, "unknown-operator"),
        ({"and": [True], "or": [True]}, "not-a-condition"),
        ({"and": []}, "not-a-list"),
        ({"and": True}, "not-a-list"),
        ({"or": [True] * 41}, "not-a-list"),
        ({"eq": [{"attr": "principal.password"}, 1]}, "unknown-attribute"),
        ({"eq": [{"attr": "resource.thing__title"}, "x"]}, "unknown-attribute"),
        ({"eq": [{"attr": ["resource.level"]}, 1]}, "unknown-attribute"),
        ({"eq": [{"attr": "resource.level", "more": 1}, 1]}, "not-an-attribute"),
        ({"eq": [3, 3]}, "not-an-attribute"),
        ({"eq": [LEVEL]}, "not-two"),
        ({"eq": [LEVEL, 6]}, "unknown-value"),
        ({"eq": [LEVEL, 0]}, "unknown-value"),
        ({"eq": [LEVEL, True]}, "unknown-value"),
        ({"eq": [LEVEL, 3.0]}, "unknown-value"),
        ({"eq": [LEVEL, None]}, "unknown-value"),
        ({"eq": [LEVEL, "3"]}, "unknown-value"),
        ({"eq": [LEVEL, {"attr": "resource.kind"}]}, "not-alike"),
        ({"lt": [{"attr": "resource.kind"}, "dataset"]}, "not-comparable"),
        ({"eq": [{"attr": "resource.kind"}, "dragon"]}, "unknown-value"),
        ({"eq": [{"attr": "resource.domain"}, "x'; DROP TABLE"]}, "unknown-value"),
        ({"eq": [{"attr": "principal.roles"}, "privacy"]}, "not-comparable"),
        ({"has": [{"attr": "principal.roles"}, ["king"]]}, "unknown-value"),
        ({"has": [{"attr": "principal.roles"}, [{}]]}, "unknown-value"),
        ({"in": [LEVEL, [1, 2]]}, "not-comparable"),
        ({"in": [{"attr": "resource.kind"}, "dataset"]}, "not-a-list"),
        ({"exists": {"standing": ["friend"], "grade": 2}}, "unknown-value"),
        ({"exists": {"standing": ["grant"], "grade": 7}}, "unknown-value"),
        ({"exists": {"standing": ["grant"]}}, "not-a-standing"),
        ({"exists": "grant"}, "not-a-standing"),
        ({"eq": [{"attr": "context.grade"}, 3]}, "unknown-attribute"),  # a ladder is capped, not asked
        (deep(MOST_DEPTH), "too-deep"),
        (deep(5_000), "too-deep"),
        ({"and": [{"or": [True] * 20}] * 4}, "too-many"),
        ({"in": [{"attr": "resource.domain"}, ["d" * 61]]}, "unknown-value"),
    ],
)
def test_a_rule_with_something_unknown_too_large_or_too_deep_is_refused(tree: Any, code: str) -> None:
    """Case 41: an unknown attribute, a huge condition and deep nesting are errors when the rule is saved."""
    with pytest.raises(Unreadable) as refused:
        read(tree, SIGHT)
    assert refused.value.code == code
    assert len(refused.value.place) <= 200


def test_a_condition_as_deep_and_as_long_as_allowed_is_read() -> None:
    assert read(deep(MOST_DEPTH - 1), SIGHT)
    assert read({"and": [{"or": [True] * 19}, *([True] * (MOST_NODES - 21))]}, SIGHT)


def test_attributes_are_known_only_where_they_mean_something() -> None:
    assert read({"eq": [{"attr": "context.has_reason"}, True]}, VERB)
    assert read({"ge": [{"attr": "context.grade"}, 3]}, SHIPPED)
    with pytest.raises(Unreadable):
        read({"eq": [{"attr": "context.has_reason"}, True]}, SIGHT)


def row(effect: str, action: str, when: Any) -> dict[str, Any]:
    return {
        "key": "RUL-1", "code": "one", "version": 1, "effect": effect, "action": action, "kinds": [], "when": when,
        "mode": "block",
    }  # fmt: skip


class Stone:
    """Anything with what a condition may ask of a thing."""

    kind, level, state, domain_id = "dataset", 3, "", 7


@pytest.mark.parametrize(
    ("effect", "action"), [("deny", "read"), ("mask", "raw"), ("require", "grant.approved"), ("gate", "approve")]
)
def test_what_cannot_be_decided_any_more_counts_as_the_stricter_answer(effect: str, action: str) -> None:
    """Case 41: an unknown attribute denies at run time."""
    facts = facts_of(Principal(1, "x"), Stone(), [])
    assert rule_of(row(effect, action, {"eq": [{"attr": "resource.colour"}, 1]})).bites(facts)
    assert rule_of(row(effect, action, {"eq": ["nonsense"]})).bites(facts)
    known = rule_of(row("require", "grant.approved", {"eq": [{"attr": "context.has_reason"}, True]}))
    assert known.bites(facts)  # nobody said whether there is a reason
    assert not known.bites(facts_of(Principal(1, "x"), Stone(), [], has_reason=True))
    assert not rule_of(row("permit", "exists", {"eq": ["nonsense"]})).bites(facts)


def test_rules_about_every_kind_do_not_speak_of_rules_themselves() -> None:
    """Otherwise a rule could hide the rule that hides it."""
    rule = rule_of(row("deny", "exists", True))
    assert rule.speaks_of("dataset") and not rule.speaks_of("rule") and not rule.speaks_of("change")


def test_every_attribute_compiles_to_sql() -> None:
    for attribute in ATTRIBUTES.values():
        tree: Any = {"ge": [{"attr": attribute.name}, 2]}
        if attribute.type == YES:
            tree = {"eq": [{"attr": attribute.name}, True]}
        elif attribute.type != NUMBER:
            words = {"resource.kind": "dataset", "resource.state": "draft", "resource.domain": "growth"}
            tree = (
                {"in": [{"attr": attribute.name}, [words[attribute.name]]]}
                if attribute.name in words
                else {"has": [{"attr": attribute.name}, ["privacy"]]}
            )
        context = {"context.grade": 3, "context.has_reason": True}
        assert to_sql(read(tree, next(iter(attribute.known))), Principal(1, "x"), "", context) is not None
