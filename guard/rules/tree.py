"""A condition as JSON, read into typed nodes. What cannot be read is an error with its place, never a guess.

true | false
{"and": [tree, …]}  {"or": [tree, …]}  {"not": tree}
{"eq"|"ne"|"lt"|"le"|"gt"|"ge": [operand, operand]}   operand: {"attr": name}, a number, a word, true or false
{"in": [{"attr": name}, [word, …]]}                   one word among some
{"has": [{"attr": name}, [word, …]]}                  a set that holds any of these
{"exists": {"standing": [reason, …], "grade": 0…6}}   a live standing on the resource, such as a grant
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from guard.rules.vocabulary import (
    ATTRIBUTES,
    COMPARISONS,
    MOST_BYTES,
    MOST_DEPTH,
    MOST_LIST,
    MOST_NODES,
    NUMBER,
    STANDINGS,
    WORD,
    WORDS,
    YES,
    is_plain,
    words_of,
)  # fmt: skip


@dataclass(frozen=True)
class Truth:
    value: bool


@dataclass(frozen=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Any_:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    part: Node


@dataclass(frozen=True)
class Attr:
    name: str


@dataclass(frozen=True)
class Compare:
    op: str
    left: Attr
    right: Attr | int | str | bool


@dataclass(frozen=True)
class In:
    left: Attr
    words: tuple[str, ...]


@dataclass(frozen=True)
class Has:
    left: Attr
    words: tuple[str, ...]


@dataclass(frozen=True)
class Holds:
    standings: tuple[str, ...]
    grade: int


Node = Truth | All | Any_ | Not | Compare | In | Has | Holds


class Unreadable(ValueError):
    """A condition that is not in the vocabulary. `code` says what is wrong, `place` where, `word` with what."""

    def __init__(self, code: str, place: str, word: object = "") -> None:
        super().__init__(f"{place or 'condition'}: {code} {word}".strip())
        self.code, self.place, self.word = code, place, str(word)[:60]


@dataclass
class _Reading:
    """How much was read, and where the condition stands."""

    where: str
    nodes: int = 0


def read(tree: Any, where: str) -> Node:
    """Read a condition.

    Args:
        tree: JSON, as above.
        where: SIGHT, VERB, MOVE or SHIPPED; decides which attributes are known.

    Raises:
        Unreadable: too large or deep, an operator, attribute or word that is not in the vocabulary, or a comparison of
            things that are not alike.
    """
    reading = _Reading(where)
    node = _read(tree, reading, "", 1)
    if len(json.dumps(tree)) > MOST_BYTES:
        raise Unreadable("too-large", "")
    return node


def _read(tree: Any, reading: _Reading, place: str, depth: int) -> Node:
    reading.nodes += 1
    if depth > MOST_DEPTH:
        raise Unreadable("too-deep", place[:40])
    if reading.nodes > MOST_NODES:
        raise Unreadable("too-many", place[:40])
    if isinstance(tree, bool):
        return Truth(tree)
    if not isinstance(tree, dict) or len(tree) != 1:
        raise Unreadable("not-a-condition", place)
    ((op, body),) = tree.items()
    place = f"{place}/{str(op)[:20]}"
    if op in ("and", "or"):
        _list(body, place)
        parts = tuple(_read(part, reading, f"{place}/{number}", depth + 1) for number, part in enumerate(body))
        return All(parts) if op == "and" else Any_(parts)
    if op == "not":
        return Not(_read(body, reading, place, depth + 1))
    if op in COMPARISONS:
        return _comparison(op, body, reading, place)
    if op in ("in", "has"):
        return _membership(op, body, reading, place)
    if op == "exists":
        return _standing(body, place)
    raise Unreadable("unknown-operator", place, op)


def _list(body: Any, place: str) -> None:
    if not isinstance(body, list) or not 1 <= len(body) <= MOST_LIST:
        raise Unreadable("not-a-list", place)


def _attribute(operand: Any, reading: _Reading, place: str) -> Attr:
    if not isinstance(operand, dict) or list(operand) != ["attr"]:
        raise Unreadable("not-an-attribute", place)
    name = operand["attr"]
    known = ATTRIBUTES.get(name) if isinstance(name, str) else None
    if known is None or reading.where not in known.known:
        raise Unreadable("unknown-attribute", place, name)
    return Attr(known.name)


def _comparison(op: str, body: Any, reading: _Reading, place: str) -> Compare:
    if not isinstance(body, list) or len(body) != 2:
        raise Unreadable("not-two", place)
    left = _attribute(body[0], reading, place)
    attribute = ATTRIBUTES[left.name]
    if attribute.type == WORDS or (attribute.type != NUMBER and op not in ("eq", "ne")):
        raise Unreadable("not-comparable", place, left.name)
    if isinstance(body[1], dict):
        right = _attribute(body[1], reading, place)
        if attribute.type != NUMBER or ATTRIBUTES[right.name].type != NUMBER:
            raise Unreadable("not-alike", place, right.name)
        return Compare(op, left, right)
    _literal(attribute.name, body[1], place)
    return Compare(op, left, body[1])


def _literal(name: str, value: Any, place: str) -> None:
    """A value must be one that the attribute can have."""
    attribute = ATTRIBUTES[name]
    if attribute.type == YES:
        fits = isinstance(value, bool)
    elif attribute.type == NUMBER:
        fits = type(value) is int and attribute.least <= value <= attribute.most
    else:
        words = words_of(name)
        fits = is_plain(value) and (words is None or value in words)
    if not fits:
        raise Unreadable("unknown-value", place, value)


def _membership(op: str, body: Any, reading: _Reading, place: str) -> In | Has:
    if not isinstance(body, list) or len(body) != 2:
        raise Unreadable("not-two", place)
    left = _attribute(body[0], reading, place)
    if ATTRIBUTES[left.name].type != (WORD if op == "in" else WORDS):
        raise Unreadable("not-comparable", place, left.name)
    _list(body[1], place)
    for word in body[1]:
        _literal(left.name, word, place)
    return In(left, tuple(body[1])) if op == "in" else Has(left, tuple(body[1]))


def _standing(body: Any, place: str) -> Holds:
    if not isinstance(body, dict) or set(body) != {"standing", "grade"}:
        raise Unreadable("not-a-standing", place)
    _list(body["standing"], place)
    for reason in body["standing"]:
        if not isinstance(reason, str) or reason not in STANDINGS:
            raise Unreadable("unknown-value", place, reason)
    if type(body["grade"]) is not int or not 0 <= body["grade"] <= 6:
        raise Unreadable("unknown-value", place, body["grade"])
    return Holds(tuple(body["standing"]), body["grade"])


def attributes_of(node: Node) -> set[str]:
    """The names of the attributes that a condition asks about; ``exists`` for standings."""
    match node:
        case All(parts) | Any_(parts):
            return {name for part in parts for name in attributes_of(part)}
        case Not(part):
            return attributes_of(part)
        case Compare(_, left, right):
            return {left.name, *([right.name] if isinstance(right, Attr) else [])}
        case In(left, _) | Has(left, _):
            return {left.name}
        case Holds():
            return {"exists"}
        case _:
            return set()
