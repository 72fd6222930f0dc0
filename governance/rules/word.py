"""`manage.py govern rules export|plan|apply [FILE]`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from governance import actions
from governance.models import Rule
from governance.rules import files
from governance.words import Out, Word, register_word
from guard.doors import opened_all
from guard.doors.opening import EXPORT
from guard.refusals import Refusal
from people.first import actor_named

FINDINGS = 1


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("what", choices=("export", "plan", "apply"))
    parser.add_argument("file", nargs="?", help="export: where to write (without it: to the output); else what to read")
    parser.add_argument("--by", help="username; without it the service account of the command line")
    parser.add_argument("--reason", default="", help="apply: why; whoever decides reads it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Carry one of the three out."""
    by = actor_named(options["by"])
    if options["what"] == "export":
        return _export(by, options["file"], out)
    if not options["file"]:
        raise ValueError(_("Name the file to read."))
    found = files.differences(files.read_text(Path(options["file"]).read_text(encoding="utf-8")), by)
    faulty = [one for one in found if one.kind == "faulty"]
    if options["what"] == "plan" or faulty:
        _show(found, options["json"], out)
        return FINDINGS if found else 0
    return _apply(by, found, options, out)


def _export(by: Any, file: str | None, out: Out) -> int:
    rules = list(Rule.objects.visible_to(by).select_related("thing__domain", "owner"))
    opened_all(by, rules, door=EXPORT)
    text = files.text_of(rules)
    if file:
        Path(file).write_text(text, encoding="utf-8")
    else:
        out.write(text)
    return 0


def _show(found: list[files.Difference], as_json: bool, out: Out) -> None:
    if as_json:
        rows = [
            {"code": one.code, "kind": one.kind, "fields": list(one.fields), "faults": one.faults or {},
             "waits": one.waits}
            for one in found
        ]  # fmt: skip
        out.write(json.dumps({"differences": rows}, ensure_ascii=False, indent=1) + "\n")
        return
    words = {
        "new": _("%(code)s: new"), "changed": _("%(code)s: differs in %(fields)s"),
        "only-here": _("%(code)s: only here; switch it off to end it"),
        "faulty": _("%(code)s: cannot be read: %(fields)s"),
    }  # fmt: skip
    for one in found:
        line = words[one.kind] % {"code": one.code, "fields": ", ".join(one.fields)}
        out.write(line + (f" ({one.waits})" if one.waits else "") + "\n")
        for field, texts in (one.faults or {}).items():
            out.write(f"  {field}: {' '.join(texts)}\n")
    if not found:
        out.write(_("In step: file and house say the same.") + "\n")


def _apply(by: Any, found: list[files.Difference], options: Mapping[str, Any], out: Out) -> int:
    """Propose every difference; nothing is in force by it. Twice is once."""
    refused, rows = 0, []
    for one in found:
        if one.body is None:
            continue
        if one.waits:
            rows.append((one.code, one.waits, _("waits already")))
            continue
        try:
            change = actions.propose_rule(by=by, body=one.body, reason=options["reason"])
        except Refusal as refusal:
            refused += 1
            texts = [text for texts in refusal.errors.values() for text in texts] or [refusal.sentence]
            rows.append((one.code, "", " ".join(texts)))
            continue
        rows.append((one.code, change.key, _("proposed: others decide")))
    if options["json"]:
        told = [{"code": code, "change": key, "said": said} for code, key, said in rows]
        out.write(json.dumps({"changes": told}, ensure_ascii=False, indent=1) + "\n")
    else:
        for code, key, said in rows:
            out.write(f"{code}: {key} {said}\n".replace("  ", " "))
        if not rows:
            out.write(_("In step: file and house say the same.") + "\n")
    return FINDINGS if refused else 0


register_word(Word("rules", "Rules as a file: export, compare, propose.", arguments, run))
