"""`manage.py govern propagate`: count all of the column lineage from scratch, say what differs, put it right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from catalog import actions
from catalog.recounting import differing
from governance import streaming
from governance.words import Out, Word, register_word
from people.first import actor_named


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("--apply", action="store_true", help="put right what differs; without it nothing is changed")
    parser.add_argument("--by", metavar="USER", help="whose sight the names follow; default: the service account")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Print every column and dataset that counts otherwise than its lineage asks, then the findings by rule.

    Returns:
        0 when nothing differs or it was put right, 1 when something differs and stays.
    """
    actor = actor_named(options.get("by"))
    found = differing(actor)
    for line in found.lines:
        out.write(f"{line}\n")
    if found.hidden:
        out.write(f"{found.hidden} restricted items\n")
    out.write(f"{found.edges} edges, {found.columns} columns and {found.datasets} datasets count otherwise\n")
    rules = [finding.id for finding in streaming.findings(actor)]
    for rule in streaming.RULES:
        if rule in rules:
            out.write(f"{rule}: {rules.count(rule)}\n")
    if not (found.columns or found.datasets):
        return 0
    if not options["apply"]:
        out.write("Nothing was changed: say --apply to put it right.\n")
        return 1
    with transaction.atomic():
        count = actions.recount_lineage(by=actor)
    out.write(f"{count} put right\n")
    return 0


register_word(Word("propagate", "count levels along column lineage from scratch", arguments, run))
