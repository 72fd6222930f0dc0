"""A condition as a Python function: for one thing in hand, for workers, for what must be decided without a query."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guard.policy import Held
from guard.rules.tree import All, Any_, Attr, Compare, Has, Holds, In, Node, Not, Truth

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
CONNECT: dict[str, Callable[[Iterable[bool]], bool]] = {"and": all, "or": any}
TEST: dict[str, Callable[..., bool]] = {
    "not": operator.not_,
    "in": lambda word, words: word in words,
    "has": lambda mine, words: not frozenset(words).isdisjoint(mine),
    "exists": lambda held, reasons, grade: any(one.reason in reasons and one.grade >= grade for one in held),
}


@dataclass(frozen=True)
class Facts:
    """What is known when a condition is asked: values by attribute, and the live standings of the person."""

    values: Mapping[str, Any]
    held: Iterable[Held] = field(default=())


Decide = Callable[[Facts], bool]


def to_python(node: Node) -> Decide:
    """Compile a condition.

    Returns:
        A function of the facts. It raises KeyError for an attribute that the facts do not have: who asks takes that
        for the stricter answer.
    """
    match node:
        case Truth(value):
            return lambda facts: value
        case All(parts) | Any_(parts):
            connect = CONNECT["and" if isinstance(node, All) else "or"]
            compiled = [to_python(part) for part in parts]
            return lambda facts: connect(one(facts) for one in compiled)
        case Not(part):
            inner, negate = to_python(part), TEST["not"]
            return lambda facts: negate(inner(facts))
        case Compare(op, left, right):
            compare, name = COMPARE[op], left.name
            if isinstance(right, Attr):
                other = right.name
                return lambda facts: compare(facts.values[name], facts.values[other])
            return lambda facts: compare(facts.values[name], right)
        case In(left, words) | Has(left, words):
            member, name = TEST["in" if isinstance(node, In) else "has"], left.name
            return lambda facts: member(facts.values[name], words)
        case Holds(standings, grade):
            holds = TEST["exists"]
            return lambda facts: holds(facts.held, standings, grade)
