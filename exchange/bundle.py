"""What a foreign file brings to the catalogue, whatever its standard: neutral rows and what was found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.column_edges import EdgeRow
from catalog.loading import DatasetRow
from exchange.problems import Problem


@dataclass(frozen=True, slots=True)
class Statement:
    """One query that makes a dataset.

    Args:
        target: qualified name of the dataset.
        sql: the text whose hash is kept: the query, or all of the statement.
        query: parsed, when it is at hand already.
        columns: canonical names that the statement gives the query's columns, in order.
        reads: qualified names of what the dataset is made from, for where the text is missing or cannot be read.
    """

    target: str
    sql: str
    query: Any = None
    columns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


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
        statements: the SQL by which datasets are made, for lineage by column.
        flows: column lineage that the file itself says.
    """

    kind: str
    warehouse: str
    dialect: str
    datasets: Sequence[DatasetRow] = ()
    edges: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = field(default=())
    source: str = ""
    statements: Sequence[Statement] = ()
    flows: Sequence[EdgeRow] = ()

    @property
    def errors(self) -> list[Problem]:
        """What must be mended first."""
        return [problem for problem in self.problems if problem.is_error]
