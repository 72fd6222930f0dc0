"""Rows of a CSV log, with the lines that they begin at; a broken one is counted and passed over."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from usage.logs.rows import LogReport

csv.field_size_limit(10 * 1024 * 1024)


def csv_rows(lines: Iterable[str], report: LogReport, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Read rows strictly, without NUL bytes.

    Args:
        lines: of the file.
        report: gets how far reading came, and what could not be read.
        delimiter: between fields.

    Yields:
        (number of the line that the row begins at, its fields); empty rows are left out.
    """
    reader = csv.reader((line.replace("\0", "") for line in lines), strict=True, delimiter=delimiter)
    while True:
        before = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report.lines = reader.line_num
            report.add_bad(before + 1, "the row is not CSV")
            continue
        report.lines = reader.line_num
        if row:
            yield before + 1, row
