"""What a foreign file brings to the catalogue, whatever its standard: neutral rows and what was found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.loading import DatasetRow
from exchange.problems import Problem


@dataclass(frozen=True)
class Bundle:
    """The rows of one import.

    Args:
        kind: standard, such as dbt or odcs.
        warehouse: name under which the datasets lie: small letters, digits, underscores.
        dialect: of its SQL.
        datasets: with their columns.
        edges: (upstream, downstream) by qualified name.
        problems: findings; an error stops the import.
        source: what was read, for people.
    """

    kind: str
    warehouse: str
    dialect: str
    datasets: Sequence[DatasetRow] = ()
    edges: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = field(default=())
    source: str = ""

    @property
    def errors(self) -> list[Problem]:
        """What must be mended first."""
        return [problem for problem in self.problems if problem.is_error]
