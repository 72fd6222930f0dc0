"""4,387 questions of others over one schema: every statement names its tables, and we find exactly those."""

from __future__ import annotations

import csv
import json
import re

import pytest

from tests.exchange.corpus import CORPUS, needs_corpus, say
from usage.sql.shape import shape_of
from usage.sql.tables import tables_of

pytestmark = [pytest.mark.corpus, needs_corpus("sql", "text2sql")]


def test_every_statement_reads_the_tables_of_the_schema_that_it_names(capsys: pytest.CaptureFixture[str]) -> None:
    with (CORPUS / "sql/text2sql/advising-schema.csv").open(newline="") as file:
        known = {row[0].strip().lower() for row in csv.reader(file) if row and re.match(r"[A-Z_]+$", row[0].strip())}
    entries = json.loads((CORPUS / "sql/text2sql/advising.json").read_text())
    statements = [sql for entry in entries for sql in entry["sql"]]
    wrong, unparsed, seen = [], 0, set()
    for sql in statements:
        use = tables_of(sql, "mysql")
        unparsed += not use.is_parsed
        named = {name.lower() for name in re.findall(r"\b([A-Z_]+) AS \1alias\d+", sql)} & known
        seen |= named
        if use.is_parsed and use.tables != named:
            wrong.append((sql, sorted(use.tables), sorted(named)))
    say(capsys, f"text2sql: {len(statements)} statements, {unparsed} unparsed, {len(wrong)} wrong, {len(seen)} tables")
    assert len(statements) > 200
    assert unparsed == 0
    assert wrong == []


def test_no_literal_of_any_statement_is_left_in_its_shape() -> None:
    entries = json.loads((CORPUS / "sql/text2sql/advising.json").read_text())
    for entry in entries:
        for sql in entry["sql"]:
            shape = shape_of(sql, "mysql")
            assert '"' not in shape and "'" not in shape
            for literal in re.findall(r'"([^"]+)"', sql):
                assert f'"{literal}"' not in shape
