"""What is known of one person and one thing when a condition is asked in Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guard.policy import Held, Principal
from guard.rules.python import Facts


class _Known(dict[str, Any]):
    """Values by attribute; the domain's name is looked up only when a condition asks for it."""

    def __init__(self, thing: Any, **values: Any) -> None:
        super().__init__(values)
        self.thing = thing

    def __missing__(self, name: str) -> Any:
        if name == "resource.domain":
            return self.thing.domain.slug
        raise KeyError(name)


def facts_of(principal: Principal, thing: Any, held: Iterable[Held], **context: Any) -> Facts:
    """The facts about a person and a thing.

    Args:
        principal: who sees or acts.
        thing: a Thing, or anything with its kind, level, domain and state.
        held: the live standings of the person on it.
        context: attributes of the context by their last word, such as ``grade``.
    """
    held = tuple(held)
    values = _Known(thing)
    values.update(
        {
            "principal.clearance": principal.clearance(thing.domain_id),
            "principal.roles": principal.roles,
            "principal.standing": max((one.grade for one in held), default=0),
            "principal.active": principal.active,
            "resource.kind": thing.kind,
            "resource.level": thing.level,
            "resource.state": thing.state,
            **{f"context.{name}": value for name, value in context.items()},
        }
    )
    return Facts(values, held)
