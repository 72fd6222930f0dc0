"""`manage.py govern checkpoints list|doubt|agree`: when a restored backup breaks with what was signed before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from governance.actions import settling
from governance.words import Out, Word, register_word
from guard import settlements
from guard.refusals import Denied, Invalid
from people.first import actor_named

DONE, FINDINGS = 0, 1


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("what", choices=["list", "doubt", "agree"])
    parser.add_argument("doubt", nargs="?", default="", help="with agree: the name that `doubt` printed")
    parser.add_argument("--reason", default="", help="with doubt: what was restored, from when, by whom")
    parser.add_argument("--by", required=True, help="username of a governance lead or of security")


def run(options: Mapping[str, Any], out: Out) -> int:
    """List what breaks and what was set aside; say why; agree as somebody else."""
    by = actor_named(options["by"])
    if options["what"] == "list":
        return _list(by, out)
    if options["what"] == "doubt":
        try:
            name, found = settling.doubt_checkpoints(by=by, reason=options["reason"])
        except Invalid as refusal:
            raise ValueError(" ".join(text for texts in refusal.errors.values() for text in texts)) from None
        _show(found, out)
        out.write(_("Nothing is set aside yet. Somebody else agrees with: govern checkpoints agree %(name)s")
                  % {"name": name} + "\n")  # fmt: skip
        return DONE
    file = settling.settle(by=by, doubt=options["doubt"])
    out.write(_("Set aside, and signed in %(file)s. The files stay where they are.") % {"file": file.name} + "\n")
    return DONE


def _list(by: Any, out: Out) -> int:
    if not settling.KEEPERS.permits(by.principal) and not by.has_role("auditor"):
        raise Denied()
    folder = settling.folder()
    standing, settled = settlements.standing([folder])
    for one in settled:
        out.write(said_of(one) + "\n")
    found = settlements.doubts(folder)
    _show(found, out)
    out.write(_("%(n)d checkpoints agree with the record.") % {"n": len(standing) - len(found)} + "\n")
    return FINDINGS if found else DONE


def _show(found: list[settlements.Doubt], out: Out) -> None:
    for one in found:
        out.write(f"{one.name}: {one.fault}\n")


def said_of(one: settlements.Settlement) -> str:
    """A settlement in a line: what, by whom, why."""
    return _("%(files)s: set aside by %(people)s in entry %(entry)d: %(reason)s") % {
        "files": ", ".join(sorted(one.aside.values())), "people": " + ".join(one.people), "entry": one.entry,
        "reason": one.reason,
    }  # fmt: skip


register_word(Word("checkpoints", "settle checkpoints that a restored backup breaks with", arguments, run))
