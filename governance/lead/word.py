"""`manage.py govern levels FILE [--propose]` and `govern levels --export`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance import actions
from governance.lead import planning, sheets
from governance.words import Out, Word, register_word
from people.first import actor_named


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("file", nargs="?", type=Path, help="a sheet: CSV with dataset, column, level")
    parser.add_argument("--propose", action="store_true", help="open the reviews; without it only say what would be")
    parser.add_argument("--export", action="store_true", help="print the sheet of what is approved now")
    parser.add_argument("--unclassified", action="store_true", help="with --export: only columns without a level")
    parser.add_argument("--domain", default="", help="with --export: slug of one domain")
    parser.add_argument("--by", help="username as whom to act; without it the service account of the command line")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Say or propose what a sheet means; exit 1 when it has faults."""
    by = actor_named(options["by"])
    if options["export"]:
        rows = planning.sheet_of(by, domain=options["domain"], is_unclassified=options["unclassified"])
        out.write(sheets.write(rows))
        return 0
    if options["file"] is None:
        raise ValueError(_("Name a file, or say --export."))
    if not options["file"].is_file():
        raise LookupError(_("There is no file %(file)s.") % {"file": options["file"]})
    try:
        text = options["file"].read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ValueError(_("This file is not UTF-8 at byte %(n)d. Save it as UTF-8.") % {"n": fault.start}) from fault
    return _told(by, text, out, propose=options["propose"])


def _told(by: Any, text: str, out: Out, *, propose: bool) -> int:
    plan = planning.plan(by, text)
    for fault in plan.faults:
        out.write(f"{fault}\n")
    if plan.faults:
        return 1
    for part in plan.parts:
        counts = ngettext("%(n)d column", "%(n)d columns", len(part.items)) % {"n": len(part.items)}
        out.write(f"{part.dataset.key} L{part.dataset.level} -> L{part.after}: {counts}\n")
    if not propose:
        out.write(_("Nothing was proposed. Say --propose to open these reviews.") + "\n")
        return 0
    for review in actions.import_levels(by=by, sheet=text, plan=plan.digest):
        out.write(f"{review.key}\n")
    return 0


register_word(Word("levels", "propose the levels of a sheet, or print the sheet", arguments, run))
