"""`manage.py govern warehouse NAME plan|dry-run|apply|verify|revert`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from catalog.models import Warehouse
from governance import actions
from governance.enforcement import desk
from governance.enforcement.facts import plan_facts, verification_facts
from governance.enforcement.limits import LIMITS
from governance.enforcement.sentences import sentence_of
from governance.enforcement.verify import CLASSES
from governance.models import EnforcementRun
from governance.words import Out, Word, register_word
from people.first import actor_named

FINDINGS = 1


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("name", help="of the warehouse, as in WAREHOUSE_<NAME>_ADMIN_URL")
    parser.add_argument("what", choices=list(VERBS))
    parser.add_argument("--by", help="username; without it the service account of the command line")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--run", type=int, help="apply: a plan that was stored; revert: the run to take back")
    parser.add_argument("--accept-breaks", action="store_true", help="apply although known queries would break")
    parser.add_argument("--reason", default="", help="kept in the record")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Carry one of the five out."""
    by = actor_named(options["by"])
    warehouse = Warehouse.objects.visible_to(by).select_related("thing__domain").filter(name=options["name"]).first()
    if warehouse is None:
        raise LookupError(_("There is no warehouse named %(name)s that you may see.") % {"name": options["name"]})
    return VERBS[options["what"]](by, warehouse, options, out)


def _plan(by: Any, warehouse: Warehouse, options: Mapping[str, Any], out: Out) -> int:
    run = actions.plan_enforcement(by=by, warehouse=warehouse)
    if options["json"]:
        _json(out, plan_facts(run) | {"statements": run.statements, "inverse": run.inverse})
        return 0
    _line(out, f"-- {_summary(run)}")
    for row in run.findings:
        _line(out, f"-- {row['drift']}: {sentence_of(row)}")
    for statement in run.statements:
        _line(out, f"{statement};")
    return 0


def _dry_run(by: Any, warehouse: Warehouse, options: Mapping[str, Any], out: Out) -> int:
    run = actions.try_enforcement(by=by, run=actions.plan_enforcement(by=by, warehouse=warehouse))
    trial = run.trial or {}
    if options["json"]:
        _json(out, plan_facts(run))
    else:
        _line(out, _summary(run))
        _trial(out, trial)
    return FINDINGS if trial["count"] else 0


def _apply(by: Any, warehouse: Warehouse, options: Mapping[str, Any], out: Out) -> int:
    if options["run"]:
        run = desk.run_for(by, warehouse, options["run"])
    else:
        run = actions.plan_enforcement(by=by, warehouse=warehouse)
    if run.trial is None:
        run = actions.try_enforcement(by=by, run=run)
    run = actions.apply_enforcement(
        by=by, run=run, plan=run.digest, accept_breaks=options["accept_breaks"], reason=options["reason"]
    )
    if options["json"]:
        _json(out, plan_facts(run))
        return 0
    _trial(out, run.trial or {})
    _line(out, _("Applied: run %(number)s, %(count)s statements.") % {"number": run.pk, "count": len(run.statements)})
    for login in run.ended.get("not_ended", []):
        _line(out, _("The open sessions of %(login)s could not be ended.") % {"login": login})
    return 0


def _verify(by: Any, warehouse: Warehouse, options: Mapping[str, Any], out: Out) -> int:
    desk.admit(by, warehouse)
    found = actions.verify_enforcement(by=by, warehouse=warehouse)
    if options["json"]:
        _json(out, verification_facts(found))
        return 0 if found.is_in_step else FINDINGS
    for name in CLASSES:
        _line(out, f"{name}: {found.counts[name]}")
        for row in found.drift:
            if row["drift"] == name:
                _line(out, f"  {sentence_of(row)}")
    _line(out, _("Not protected by this, whatever is applied:"))
    for code, what, _instead in LIMITS:
        _line(out, f"  {code}: {what}")
    return 0 if found.is_in_step else FINDINGS


def _revert(by: Any, warehouse: Warehouse, options: Mapping[str, Any], out: Out) -> int:
    desk.admit(by, warehouse)
    run = desk.run_for(by, warehouse, options["run"]) if options["run"] else desk.last_applied(warehouse)
    if run is None:
        raise LookupError(_("Nothing was applied to this warehouse."))
    actions.revert_enforcement(by=by, run=run, reason=options["reason"])
    if options["json"]:
        _json(out, plan_facts(run))
    else:
        _line(out, _("Reverted: run %(number)s. Every right is as it was before.") % {"number": run.pk})
    return 0


VERBS: dict[str, Callable[[Any, Warehouse, Mapping[str, Any], Out], int]] = {
    "plan": _plan, "dry-run": _dry_run, "apply": _apply, "verify": _verify, "revert": _revert,
}  # fmt: skip


def _summary(run: EnforcementRun) -> str:
    if not run.statements:
        return _("Nothing to do: the warehouse is in step with its levels.")
    return _("Plan %(number)s (%(digest)s): %(count)s statements, %(gains)s rights given, %(loses)s taken.") % {
        "number": run.pk, "digest": run.digest, "count": len(run.statements),
        "gains": run.preview["counts"]["gains"], "loses": run.preview["counts"]["loses"],
    }  # fmt: skip


def _trial(out: Out, trial: Mapping[str, Any]) -> None:
    _line(
        out,
        _("%(replayed)s known queries were replayed, %(count)s would break, %(others)s could not be tried.")
        % {"replayed": trial["replayed"], "count": trial["count"], "others": trial["not_replayed"]},
    )
    for row in trial["breaks"]:
        _line(out, f"  {row['role']}: {row['name']} {row['reads']} ({row['code']})")


def _line(out: Out, text: str) -> None:
    out.write(f"{text}\n")


def _json(out: Out, facts: Mapping[str, Any]) -> None:
    out.write(json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n")


register_word(Word("warehouse", "Enforce the levels in a real warehouse.", arguments, run))
