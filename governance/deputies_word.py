"""`manage.py govern deputies list|name|end`: the same verbs as on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from demand.forms.fields import domains_of
from governance import actions
from governance.lead.in_place import waiting_in_place
from governance.models import Decision, Delegation
from governance.words import Out, Word, register_word
from guard.refusals import Invalid
from people.first import actor_named

SHOWN = 200


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("what", choices=["list", "name", "end"])
    parser.add_argument("whom", nargs="?", default="", help="with name: username of the deputy; with end: its number")
    parser.add_argument("--domain", default="", help="with name: only in this domain")
    parser.add_argument("--decision", default="", choices=["", *Decision.values], help="with name: only this sort")
    parser.add_argument("--from", dest="starts_on", type=date.fromisoformat, help="with name: first day, 2026-11-23")
    parser.add_argument("--to", dest="ends_on", type=date.fromisoformat, help="with name: last day, still one of them")
    parser.add_argument("--reason", default="", help="why; the deputy, governance leads and auditors read it")
    parser.add_argument("--by", required=True, help="username as whom to act: a deputy is named by who hands over")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Print what concerns one, with what waits in somebody's place; name; end."""
    by = actor_named(options["by"])
    rows = Delegation.objects.visible_to(by).select_related("giver", "deputy", "domain")
    if options["what"] == "list":
        for one in rows.order_by("-pk")[:SHOWN]:
            out.write(line_of(one) + "\n")
        for waiting in waiting_in_place(by):
            out.write(f"{waiting.paper.key}  {waiting.dataset.key}  for {waiting.giver.username}\n")
        return 0
    if options["what"] == "name":
        out.write(line_of(_name(by, options)) + "\n")
        return 0
    number = options["whom"]
    held = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if held is None:
        raise LookupError(_("There is no such delegation that you may see."))
    actions.end_delegation(by=by, delegation=held, reason=options["reason"])
    out.write(line_of(rows.get(pk=held.pk)) + "\n")
    return 0


def _name(by: Any, options: Mapping[str, Any]) -> Delegation:
    domain = domains_of(by).filter(slug=options["domain"]).first() if options["domain"] else None
    if options["domain"] and domain is None:
        raise LookupError(_("Choose one of the domains in which you work."))
    if options["starts_on"] is None or options["ends_on"] is None:
        raise ValueError(_("Say from which day (--from) to which (--to)."))
    said = {name: options[name] for name in ("starts_on", "ends_on", "reason", "decision")}
    try:
        return actions.name_deputy(by=by, deputy=actor_named(options["whom"] or "?"), domain=domain, **said)
    except Invalid as refusal:
        raise ValueError(" ".join(text for texts in refusal.errors.values() for text in texts)) from None


def line_of(one: Delegation) -> str:
    """One delegation as a line: number, who for whom, where, what, from when to when, whether it is over."""
    said = [str(one.pk), one.deputy.username, "for", one.giver.username, one.domain.slug if one.domain else "*"]
    said += [one.decision or "*", f"{one.starts_on}..{one.ends_on}"] + ["over"] * one.is_over
    return "  ".join(said)


register_word(Word("deputies", "say who stands in for whom; name a deputy, or end it", arguments, run))
