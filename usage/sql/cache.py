"""Parse each shape once: the same question asked a million times costs one parse (performance.md B16)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from usage.sql.shape import MAX_SHAPE, fingerprint_of_shape, shape_of
from usage.sql.tables import TableUse, tables_of


@dataclass(frozen=True, slots=True)
class Parsed:
    """A statement as it may be stored: fingerprint, shape without literals (shortened), tables."""

    fingerprint: str
    shape: str
    use: TableUse


@dataclass(slots=True)
class ParseCache:
    """Statements of one warehouse by fingerprint, the least recently seen forgotten beyond ``size``.

    ``seen``, ``parses`` and ``unparsed`` count statements, so that the share that was understood can be shown.
    """

    dialect: str = "postgres"
    default: Sequence[str] = ()
    size: int = 50_000
    seen: int = 0
    parses: int = 0
    unparsed: int = 0
    _known: OrderedDict[str, Parsed] = field(default_factory=OrderedDict)

    def parse(self, sql: str) -> Parsed:
        """The shape and tables of a statement.

        Args:
            sql: the statement with its literals; they are not kept.
        """
        shape = shape_of(sql, self.dialect)
        key = fingerprint_of_shape(shape)
        self.seen += 1
        found = self._known.get(key)
        if found is None:
            self.parses += 1
            use = tables_of(sql, self.dialect, default=self.default)
            found = self._known[key] = Parsed(key, shape[:MAX_SHAPE], use)
            if len(self._known) > self.size:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        self.unparsed += not found.use.is_parsed
        return found

    @property
    def parsed_share(self) -> float | None:
        """The share of statements whose tables are known, 0 to 1; ``None`` before the first."""
        return None if not self.seen else 1 - self.unparsed / self.seen
