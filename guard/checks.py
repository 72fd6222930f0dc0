"""Registration fails closed: what a table of moves expects must be there, or nothing starts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from guard import gates, kinds, relations, states


def gates_are_registered(**_kwargs: Any) -> list[CheckMessage]:
    """Every gate that a move names is declared by some room."""
    return [
        Error(f"The move {move.name} of {table.kind} expects gate {rule}, which no room registers.", id="guard.E001")
        for table in states.TABLES.values()
        for move in table.moves.values()
        for rule in move.gates
        if (table.kind, rule) not in gates.GATES
    ]


def relations_name_known_kinds(**_kwargs: Any) -> list[CheckMessage]:
    """Both ends of every declared joint are declared kinds."""
    return [
        Error(f"The relation {relation.code} names the unknown kind {kind}.", id="guard.E002")
        for relation in relations.RELATIONS.values()
        for kind in (relation.source, relation.target)
        if kind not in kinds.KINDS
    ]


def relations_have_a_truth(**_kwargs: Any) -> list[CheckMessage]:
    """Every declared joint can be compared with rows of its room, or is said to be a joint only."""
    return [
        Error(f"What a {one.source} {one.code} a {one.target} stands for is said twice or nowhere.", id="guard.E003")
        for one in relations.untold()
    ]
