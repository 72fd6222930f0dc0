"""`manage.py govern grades show|preview|propose`: what a clearance opens, level by level."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from governance import actions
from governance.models import PolicyChange
from governance.rules import data, desk, grading
from governance.states_rules import LEGISLATORS_SENTENCE
from governance.words import Out, Word, register_word
from guard.grades import LEVELS
from guard.models import Scheme
from guard.refusals import Denied
from people.first import actor_named

GRADES = PolicyChange.What.GRADES
NEVER = "never"


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("what", nargs="?", choices=("show", "preview", "propose"), default="show")
    parser.add_argument("--level", type=int, choices=LEVELS, help="preview, propose: which level")
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="WORD=CLEARANCE",
        help=f"what differs: {', '.join(grading.WORDS)}; a clearance from 1 to 5, or never",
    )  # fmt: skip
    parser.add_argument("--domain", default="", help="propose: slug of the domain in which the paper lies")
    parser.add_argument("--reason", default="", help="propose: why; whoever decides reads it")
    parser.add_argument("--by", help="username; without it the service account of the command line")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Show the table in force, what a change of one level would do, or propose it."""
    by = actor_named(options["by"])
    if options["what"] == "show":
        _show(by, options["json"], out)
        return 0
    if options["level"] is None:
        raise ValueError(_("Name the level: --level 4."))
    house = Scheme.objects.get(is_house=True)
    target = data.named(GRADES, f"{house.code}:{options['level']}")
    after = {**(data.current(GRADES, target) or {}), **_read(options["set"])}
    if options["what"] == "preview":
        _preview(by, options["level"], data.read(GRADES, target, after), options["json"], out)
        return 0
    change = actions.propose_policy(
        by=by, what=GRADES, target=target, after=after, domain=options["domain"], reason=options["reason"]
    )  # fmt: skip
    out.write(json.dumps({"change": change.key}) + "\n" if options["json"] else
              f"{change.key} {_('proposed: others decide')}\n")  # fmt: skip
    return 0


def _read(given: Sequence[str]) -> dict[str, Any]:
    """Clearances by what they open; what is not a number stays a word, which the desk refuses."""
    found: dict[str, Any] = {}
    for one in given:
        word, _sign, rank = one.partition("=")
        found[word] = None if rank == NEVER else int(rank) if rank.isdecimal() else rank
    return found


def _show(by: Any, as_json: bool, out: Out) -> None:
    rows = {f"L{level}": grading.body_of(by.principal.grades, level) for level in LEVELS}
    if as_json:
        out.write(json.dumps({"grades": rows}, indent=1) + "\n")
        return
    for level, body in rows.items():
        told = (f"{word} {f'L{rank}' if rank else _('never')}" for word, rank in body.items())
        out.write(f"{level}: {', '.join(told)}\n")


def _preview(by: Any, level: int, after: Mapping[str, Any], as_json: bool, out: Out) -> None:
    """Who gains and who loses; the same people may ask as on the page."""
    if not desk.may_look(by):
        raise Denied(str(LEGISLATORS_SENTENCE))
    effect = grading.effect_of_grades(level, after, by.pk, by)
    rows = [{"person": row.person.username, "lost": row.lost, "gained": row.gained} for row in effect.rows]
    if as_json:
        told = {"people": effect.people, "things": effect.things, "is_capped": effect.is_capped, "rows": rows}
        out.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    said = _("%(people)d people, %(things)d things of L%(level)d")
    out.write(said % {"people": effect.people, "things": effect.things, "level": level} + "\n")
    for row in rows:
        out.write(_("%(person)s: loses %(lost)d, gains %(gained)d") % row + "\n")
    if not rows:
        out.write(_("Nobody gains or loses anything that there is today.") + "\n")


register_word(Word("grades", "What a clearance opens: show, try, propose.", arguments, run))
