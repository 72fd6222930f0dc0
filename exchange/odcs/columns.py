"""Flattens nested properties and array items into columns with a dotted path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exchange.odcs.fields import Findings, objects, read_fields, report_unknown
from exchange.odcs.mapping import COLUMN, keys_of, level_of
from exchange.odcs.model import ContractColumn
from exchange.odcs.vendor import restore
from exchange.problems import Path

_PLAIN = re.compile(r'[^."\[\]]+$')


def read_columns(
    value: Any, path: Path, version: str, findings: Findings, words: Mapping[str, int] | None
) -> tuple[ContractColumn, ...]:
    """Read the properties of a dataset.

    Args:
        value: the list of properties.
        path: where it stands.
        version: version of the standard.
        findings: collects what is wrong.
        words: the organisation's classification words.

    Returns:
        All properties, nested ones after their parent, positions counting from 1.
    """
    flattener = _Flattener(version, findings, words)
    flattener.properties(value, path, "")
    return tuple(flattener.found)


def path_of(parent: str, name: str) -> str:
    """The dotted path of a property below a parent."""
    step = name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'
    return f"{parent}.{step}" if parent else step


class _Flattener:
    def __init__(self, version: str, findings: Findings, words: Mapping[str, int] | None) -> None:
        self.version, self.findings, self.words = version, findings, words
        self.known = set(keys_of(COLUMN, version))
        self.found: list[ContractColumn] = []

    def properties(self, value: Any, path: Path, parent: str) -> None:
        for where, raw in objects(value, path, self.findings):
            self._column(raw, where, parent, is_item=False)

    def _column(self, raw: Mapping[str, Any], path: Path, parent: str, *, is_item: bool) -> None:
        fields, rest = read_fields(raw, path, COLUMN, self.version, self.findings)
        nested, items = rest.pop("properties", None), rest.pop("items", None)
        report_unknown("column", rest, self.known, path, self.findings)
        fields = {"name": "", **restore(fields, rest)}
        if isinstance(rest.get("isNullable"), bool):
            fields.setdefault("required", not rest["isNullable"])
        word = fields.get("classification")
        level = level_of(word, self.words)
        if word and level is None:
            self.findings.add("ODCS-23", (*path, "classification"), word=word)
        own = f"{parent}[]" if is_item else path_of(parent, fields["name"])
        self.found.append(
            ContractColumn(
                **fields, path=own, parent=parent, is_item=is_item, position=len(self.found) + 1, level=level
            )
        )
        self.properties(nested, (*path, "properties"), own)
        if isinstance(items, dict):
            self._column(items, (*path, "items"), own, is_item=True)
        elif items is not None:
            self.findings.add("ODCS-5", (*path, "items"), key="items", wanted="an object")
