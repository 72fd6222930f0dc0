"""What enforcement of one warehouse aims at: the levels, the people and the grants, before any look at the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from governance.enforcement.names import Names
from governance.enforcement.wanted import Label, Personal, Wanted, build
from governance.enforcement.world import World


@dataclass(frozen=True)
class Aim:
    """Of one warehouse.

    Args:
        names: of what is made.
        labels: what the catalogue says of its tables.
        grades: rank by login.
        personal: decided access.
        product: login by which the product itself reads; empty where it reads nothing.
    """

    names: Names
    labels: tuple[Label, ...]
    grades: Mapping[str, int] = field(default_factory=dict)
    personal: tuple[Personal, ...] = ()
    product: str = ""

    @cached_property
    def managed(self) -> tuple[str, ...]:
        """Schemas whose tables are under enforcement."""
        return tuple(sorted({label.schema for label in self.labels}))

    def wanted(self, world: World) -> Wanted:
        """What should be there, given the shapes of what is there.

        Raises:
            ValueError: a label names a schema that is never managed.
        """
        return build(world, self.labels, self.names, self.grades, self.personal, product=self.product)
