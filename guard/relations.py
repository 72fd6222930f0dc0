"""What joints the thread may have: declared as data by the higher of the two rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Relation:
    """A joint between two kinds.

    Args:
        code: stored in Link.relation.
        source: kind at the near end.
        target: kind at the far end.
        meaning: read from source to target, such as "reads".
        backward: read from target to source, such as "is read by".
        carries: whether the target's level binds the source: none, whole or part.
        demandward: True when the target stands nearer to demand than the source (a PRD cites an insight).
        joint_only: True when the joint itself is the fact: no room keeps a row that says the same, so that nothing
            can be compared with it. Every other relation has a registered truth (`untold`).
    """

    code: str
    source: str
    target: str
    meaning: str | Promise
    backward: str | Promise
    carries: str = "none"
    demandward: bool = False
    joint_only: bool = False


RELATIONS: dict[tuple[str, str, str], Relation] = {}


def register_relation(relation: Relation) -> None:
    """Declare a joint."""
    RELATIONS[relation.source, relation.code, relation.target] = relation


def relation_of(source_kind: str, code: str, target_kind: str) -> Relation:
    """The declared joint.

    Raises:
        LookupError: when no room declared it; an undeclared joint is never written.
    """
    try:
        return RELATIONS[source_kind, code, target_kind]
    except KeyError:
        raise LookupError(f"No room declares that a {source_kind} {code} a {target_kind}.") from None


Truth = Callable[[], Iterable[tuple[int, int, str]]]
TRUTHS: dict[tuple[str, str], Truth] = {}


def register_truth(source_kind: str, relation: str, truth: Truth) -> None:
    """Say where a room keeps the facts that its joints stand for; ``manage.py trace check`` compares the two.

    Args:
        source_kind: kind at the near end.
        relation: declared code.
        truth: gives (source id, target id, role) of every joint that should be there.
    """
    TRUTHS[source_kind, relation] = truth


def untold() -> list[Relation]:
    """Declared joints that have neither a registered truth nor the word that they are joints only, or both."""
    return [
        relation
        for relation in RELATIONS.values()
        if relation.joint_only == ((relation.source, relation.code) in TRUTHS)
    ]
