"""The names that enforcement makes: five roles and five schemas, one owner, one schema for the key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from governance.enforcement.quoting import fit, is_system_schema

GRADES = (1, 2, 3, 4, 5)
KEEP, KEY_TABLE, POLICY = "throughline_keep", "mask_key", "throughline_keeper"
PROTECTED_FROM = 3  # from this level on nobody but the owner reads a table itself
UNKNOWN = 4  # what nobody classified counts as this (guard.levels.UNKNOWN)


@dataclass(frozen=True)
class Names:
    """Of one warehouse; roles belong to a whole server, so they carry the warehouse's name."""

    warehouse: str

    @cached_property
    def owner(self) -> str:
        """Owns tables, views and key; nobody signs in as it."""
        return fit(f"tl_{self.warehouse}_owner")

    def role(self, grade: int) -> str:
        """Readers up to one level."""
        return self.roles[grade]

    @staticmethod
    def schema(grade: int) -> str:
        """Where that role's views are (catalog.warehouse reads there)."""
        return f"v_l{grade}"

    @cached_property
    def roles(self) -> dict[int, str]:
        """By grade."""
        return {grade: fit(f"tl_{self.warehouse}_l{grade}") for grade in GRADES}

    @cached_property
    def ours(self) -> frozenset[str]:
        """Every role that enforcement makes."""
        return frozenset([self.owner, *self.roles.values()])

    @cached_property
    def schemas(self) -> frozenset[str]:
        """Every schema that enforcement makes."""
        return frozenset([KEEP, *(self.schema(grade) for grade in GRADES)])

    @property
    def comment(self) -> str:
        """Written on our roles: a role of that name without it is somebody else's."""
        return f"throughline: {self.warehouse}"


def may_manage(schema: str) -> bool:
    """Whether tables of a schema may be put under enforcement: never the server's own, never ours."""
    return not is_system_schema(schema) and schema not in Names("").schemas
