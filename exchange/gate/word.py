"""`manage.py govern check PATH…`: exit 0 clean, 1 errors found, 2 wrong use or nothing to check."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from exchange.gate.baseline import make_baseline, read_baseline, write_baseline
from exchange.gate.formats import FORMATS
from exchange.gate.model import Options
from exchange.gate.read_sql import sql_dialect
from exchange.gate.reading import read_paths
from exchange.gate.rules import check
from governance.words import Out, Word, register_word
from guard.levels import parse_level

CLEAN, FOUND = 0, 1


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="dbt folder, data contract, SQL file, or a folder of them"
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--strict", action="store_true", help="missing levels are errors, not warnings")
    parser.add_argument("--baseline", metavar="FILE", help="levels of an earlier run; lowering one is an error")
    parser.add_argument("--write-baseline", metavar="FILE", help="keep the levels of this run, and what is gone since")
    parser.add_argument("--dialect", default="postgres", help="of SQL files (default: postgres)")
    parser.add_argument("--word", action="append", default=[], metavar="WORD=LEVEL", dest="words",
                        help="a classification word of yours, as geheim=L4; may be repeated")  # fmt: skip


def run(options: Mapping[str, Any], out: Out) -> int:
    """Read the paths, hold the rules, print the findings.

    Raises:
        ValueError: wrong use, or nothing to check.
    """
    if options["dialect"] and not sql_dialect(options["dialect"]):
        raise ValueError(f"There is no SQL dialect {options['dialect']!r}.")
    baseline = read_baseline(Path(options["baseline"])) if options["baseline"] else None
    target = Path(options["write_baseline"]) if options["write_baseline"] else None
    old = read_baseline(target) if target is not None and target.exists() else None
    material = read_paths(options["paths"], Options(options["dialect"], _words(options["words"])))
    if not material.files:
        passed = f" {len(material.passed_over)} files are of no kind that is judged." if material.passed_over else ""
        raise ValueError(f"There is nothing to check: no dbt manifest, data contract or SQL file.{passed}")
    findings = check(material, strict=options["strict"], baseline=baseline)
    if target is not None:
        write_baseline(target, make_baseline(material.tables, old or baseline, material.rights))
    out.write(FORMATS[options["format"]](findings, material.files).rstrip("\n"))
    return FOUND if any(finding.is_error for finding in findings) else CLEAN


def _words(written: list[str]) -> dict[str, int]:
    words: dict[str, int] = {}
    for one in written:
        word, _sign, level = one.rpartition("=")
        rank = parse_level(level)
        if not word.strip() or rank is None:
            raise ValueError(f"--word takes WORD=LEVEL with a level from L1 to L5, not {one!r}.")
        words[word.strip().lower()] = rank
    return words


def register() -> None:
    """Make the words known; called when the application starts."""
    from exchange import baseline_word

    register_word(WORD)
    register_word(baseline_word.WORD)


WORD = Word("check", "Judge dbt projects, data contracts and SQL files; needs no database.", arguments, run)
