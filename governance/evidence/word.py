"""`manage.py govern evidence --from D --to D --output FILE`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from governance import actions
from governance.words import Out, Word, register_word
from guard.checkpoints import write_once
from people.first import actor_named


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, help="first day, YYYY-MM-DD")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True, help="last day, included")
    parser.add_argument("--output", type=Path, required=True, help="a new file, .zip")
    parser.add_argument("--by", help="username as whom to read; without it the service account of the command line")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Write a pack, and say what is in it."""
    file: Path = options["output"]
    if file.exists():
        raise ValueError(_("%(file)s is there already.") % {"file": file.name})
    by = actor_named(options["by"])
    pack, facts = actions.pack_evidence(by=by, first=options["first"], last=options["last"])
    write_once(file, pack)
    out.write(" · ".join(f"{name} {count}" for name, count in facts["counts"].items()) + "\n")
    out.write(_("Check it with: %(line)s") % {"line": f"python -I verifier.py {file.name} KEY"} + "\n")
    return 0


register_word(Word("evidence", "write a signed pack for auditors that proves itself", arguments, run))
