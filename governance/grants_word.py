"""`manage.py govern grants`: what runs, what waits, and the same decisions as on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from governance import actions
from governance.models import Grant
from governance.words import Out, Word, register_word
from guard.doors import opened
from people.first import actor_named

DECIDE: dict[str, Callable[..., Any]] = {
    "approve": actions.approve_grant,
    "reject": actions.reject_grant,
    "suspend": actions.suspend_grant,
    "revoke": actions.revoke_grant,
}
SHOWN = 200


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("what", choices=["list", "show", "night", *DECIDE], help="list, show, or decide on one")
    parser.add_argument("key", nargs="?", default="", help="key of the grant, such as GRT-1001")
    parser.add_argument("--state", default="", help="with list: only grants in this state")
    parser.add_argument("--reason", default="", help="why; others read it")
    parser.add_argument("--for", dest="on_behalf_of", default="", help="approve or reject in this person's place")
    parser.add_argument("--by", help="username as whom to act; without it the service account of the command line")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Print or decide; one sees and does here what one may see and do."""
    by, what = actor_named(options["by"]), options["what"]
    if what == "night":
        ended, stopped = actions.expire_grants(by=by), actions.lapse_grants(by=by)
        out.write(_("%(ended)d ended, %(stopped)d suspended.") % {"ended": ended, "stopped": stopped} + "\n")
        return 0
    rows = Grant.objects.visible_to(by).select_related("thing__domain", "dataset__thing__domain", "requester")
    if what == "list":
        if options["state"]:
            rows = rows.filter(thing__state=options["state"])
        for grant in rows.order_by("-pk")[:SHOWN]:
            out.write(line_of(grant) + "\n")
        return 0
    grant = rows.select_related("prd__thing__domain").filter(thing__key=options["key"].upper()).first()
    if grant is None:
        raise LookupError(_("There is no such grant that you may see."))
    opened(by, grant)
    place = {"on_behalf_of": options["on_behalf_of"]} if options["on_behalf_of"] else {}
    if place and what not in ("approve", "reject"):
        raise ValueError(_("A deputy approves or rejects; everything else one does for oneself."))
    if what != "show":
        grant = DECIDE[what](by=by, grant=grant, reason=options["reason"], **place)
    out.write(line_of(grant) + "\n")
    return 0


def line_of(grant: Grant) -> str:
    """One grant as a line: key, state, level, for whom, on what, until when."""
    end = grant.until.isoformat(timespec="minutes") if grant.until else str(grant.ends_on or "-")
    said = [grant.key, grant.state, f"L{grant.level}", grant.requester.username, grant.dataset.key, end]
    said += [grant.suspended_for] * bool(grant.suspended_for) + ["emergency"] * grant.is_emergency
    return "  ".join(said)


register_word(Word("grants", "what access runs and waits; decide on it", arguments, run))
