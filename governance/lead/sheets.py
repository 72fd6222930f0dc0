"""A sheet of levels as CSV: reading one strictly, with every fault at its line, and writing one that reads back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guard.levels import parse_level
from web.cells import FORMULA, guard_formula

HEADER = ("dataset", "column", "level", "categories", "reason")
NEEDED = ("dataset", "column", "level")
MOST_SIGNS = 1_000_000
MOST_ROWS = 5_000
LONGEST = 2_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Row:
    """One line of a sheet.

    Args:
        line: of the file, the first is 1.
        dataset: key or qualified name as written.
        column: name as written.
        level: rank 1 to 5; None where the cell is empty, which leaves the level as it is.
        categories: codes that the column should have, all of them; None where the cell is empty, which leaves them.
        reason: why; may be empty.
    """

    line: int
    dataset: str
    column: str
    level: int | None
    categories: tuple[str, ...] | None
    reason: str


@dataclass(frozen=True)
class Fault:
    """What is wrong, where, and how to mend it; line 0 speaks of the whole file."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return (
            _("Line %(line)d: %(fault)s") % {"line": self.line, "fault": self.sentence} if self.line else self.sentence
        )


def read(text: str) -> tuple[list[Row], list[Fault]]:
    """Read a sheet; all faults are told in one go.

    Args:
        text: CSV with a header of at least dataset, column and level, separated by comma, semicolon or tab. A cell of
            our own export that was guarded against spreadsheets (an apostrophe before =, +, - or @) is read without it.

    Returns:
        The rows in order, and the faults; rows are of use only when there is none.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_SIGNS:
        return [], [Fault(0, _("This sheet is longer than %(n)d signs. Cut it into parts.") % {"n": MOST_SIGNS})]
    if not text.strip():
        return [], [Fault(0, _("The sheet is empty. Its first line names dataset, column and level."))]
    first = text.lstrip("\r\n").splitlines()[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(first), strict=True)
    try:
        places = _places(next(lines))
    except (csv.Error, StopIteration):
        places = {}
    if not set(NEEDED) <= set(places):
        return [], [Fault(1, _("The first line names the columns dataset, column and level."))]
    return _rows(lines, places)


def _separator(first: str) -> str:
    return max(",;\t", key=first.count)


def _places(cells: Iterable[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in cells]
    return {name: names.index(name) for name in HEADER if name in names}


def _rows(lines: Iterator[list[str]], places: dict[str, int]) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    # the reader counts the lines of the file, so a cell over several lines is told by its last
    counted = _counted(lines, faults)
    for line, cells in counted:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MOST_ROWS:
            faults.append(Fault(line, _("A sheet has at most %(n)d rows. Cut it into parts.") % {"n": MOST_ROWS}))
            break
        given = {name: _cell(cells, place) for name, place in places.items()}
        row, wrong = _row(line, given)
        faults += [Fault(line, sentence) for sentence in wrong]
        if (before := seen.setdefault((row.dataset.lower(), row.column), line)) != line:
            faults.append(Fault(line, _("This column stands in line %(line)d already.") % {"line": before}))
        rows.append(row)
    return rows, faults


def _counted(lines: Iterator[list[str]], faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:
            number = getattr(lines, "line_num", 0)
            faults.append(Fault(number, _("A quotation mark is open or stands in the wrong place.")))
            return
        yield getattr(lines, "line_num", 0), cells


def _cell(cells: list[str], place: int) -> str:
    text = cells[place].strip() if place < len(cells) else ""
    return text[1:] if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    return text.startswith("'") and text.lstrip("'").startswith(FORMULA)


def _row(line: int, given: dict[str, str]) -> tuple[Row, list[str]]:
    faults = [_("The cell %(name)s is empty.") % {"name": name} for name in ("dataset", "column") if not given[name]]
    for name, text in given.items():
        if len(text) > LONGEST or _CONTROL.search(text):
            faults.append(_("The cell %(name)s is too long or holds a control sign.") % {"name": name})
    level = parse_level(given["level"]) if given["level"] else None
    if given["level"] and level is None:
        faults.append(_("No level is called %(word)s. Write L1 to L5.") % {"word": given["level"][:40]})
    said = given.get("categories", "")
    codes = tuple(dict.fromkeys(code for code in re.split(r"[;,\s]+", said) if code)) if said else None
    return Row(line, given["dataset"], given["column"], level, codes, given.get("reason", "")), faults


def write(rows: Iterable[Row]) -> str:
    """The sheet as CSV text; `read` gives the same rows again, numbered by their lines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        level = f"L{row.level}" if row.level else ""
        cells = (row.dataset, row.column, level, " ".join(row.categories or ()), row.reason)
        writer.writerow([f"'{cell}" if _is_guarded(cell) else guard_formula(cell) for cell in cells])
    return out.getvalue()
