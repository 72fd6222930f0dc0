"""The closed list of what a rule may ask about, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

NUMBER, WORD, WORDS, YES = "number", "word", "words", "yes"
# Where a condition stands decides what is known there.
SIGHT, VERB, MOVE, SHIPPED = "sight", "verb", "move", "shipped"


@dataclass(frozen=True)
class Attribute:
    """Something that a condition may ask about.

    Args:
        name: as it stands in a tree.
        type: NUMBER (compared), WORD (one of some), WORDS (a set of them) or YES (true or false).
        known: where it is known; a condition elsewhere may not ask for it.
        least, most: bounds of the numbers that it is compared with.
    """

    name: str
    type: str
    known: frozenset[str] = frozenset({SIGHT, VERB, MOVE, SHIPPED})
    least: int = 0
    most: int = 5


ATTRIBUTES: dict[str, Attribute] = {
    one.name: one
    for one in (
        Attribute("principal.clearance", NUMBER),  # in the domain of the resource
        Attribute("principal.roles", WORDS),
        Attribute("principal.standing", NUMBER, most=6),  # the highest grade that a standing on it opens
        Attribute("principal.active", YES),
        Attribute("resource.kind", WORD),
        Attribute("resource.level", NUMBER, least=1),
        Attribute("resource.domain", WORD),
        Attribute("resource.state", WORD),
        Attribute("context.grade", NUMBER, known=frozenset({SHIPPED}), most=6),  # how much is asked for
        Attribute("context.has_reason", YES, known=frozenset({VERB, MOVE})),
    )
}
# Reasons of standings that `exists` may name.
STANDINGS: frozenset[str] = frozenset(
    {
        "grant", "owner", "steward", "author", "contributor", "reviewer", "requester", "decision_maker", "pm",
        "definer", "proposer", "scanner",
    }
)  # fmt: skip
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
MOST_NODES, MOST_DEPTH, MOST_LIST, MOST_WORD, MOST_BYTES = 60, 8, 40, 60, 8_000
_PLAIN_WORD = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")

Known = Callable[[], Iterable[str]]
_WORDS: dict[str, Known] = {}


def know(attribute: str, words: Known) -> None:
    """Say which words an attribute can have; the room that owns the words says it in `AppConfig.ready`."""
    _WORDS[attribute] = words


def words_of(attribute: str) -> frozenset[str] | None:
    """The words that an attribute can have; None where any plain word may come to be."""
    known = _WORDS.get(attribute)
    return None if known is None else frozenset(known())


def is_plain(word: object) -> bool:
    """Whether something is a word as this house writes them: small letters, digits, - and _."""
    return isinstance(word, str) and len(word) <= MOST_WORD and _PLAIN_WORD.match(word) is not None
