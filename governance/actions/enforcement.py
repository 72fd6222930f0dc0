"""Verbs about the real warehouse: plan, dry run, apply, verify, revert. The record names runs and counts, no values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from django.utils.translation import gettext as _

from catalog.models import Warehouse
from governance.enforcement import apply as applying
from governance.enforcement import desk, labels, reading, replay, verify
from governance.enforcement import plan as planning
from governance.enforcement.aim import Aim
from governance.enforcement.compare import Collision, compare
from governance.enforcement.plan import Plan
from governance.enforcement.session import looking, sitting
from governance.enforcement.steps import WIDER, Difference
from governance.models import EnforcementRun, Verification
from guard import clock
from guard.doors import act, acting, consequence
from guard.policy import Who
from guard.refusals import Blocked, Stale
from people.actions import tell
from people.models import Role, User

PLANNERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.DATA_ENGINEER})
VERIFIERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.DATA_ENGINEER, Role.AUDITOR})
DECIDERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY})
State = EnforcementRun.State
MOST_KEPT = 500
_WHY = "an act works on rows that it was handed"


@act("warehouse.planned", who=PLANNERS, subject="warehouse")
def plan_enforcement(*, by: Any, warehouse: Warehouse) -> EnforcementRun:
    """Read the warehouse and store what would have to be done, and how it would be taken back.

    Raises:
        Denied: this person may not see everything that the plan names.
        Blocked: a name of ours is taken, a schema may never be managed, the server is too old.
        NoAddress: none for enforcement.
    """
    desk.admit(by, warehouse)
    aim = labels.aim_of(warehouse)
    with sitting(warehouse.name) as link, looking(link):
        world = reading.read(link, aim.names, aim.managed)
        _finish_late(warehouse, world)
        known = desk.known_of(warehouse)
        wanted = _wanted(aim, world)
        texts = reading.view_texts(link, planning.replaced(_compared(world, wanted, known)))
        plan = planning.make(world, wanted, known, texts)
    run: EnforcementRun = EnforcementRun.objects.create(
        warehouse=warehouse, made_by=by, made_at=clock.now(), world_digest=plan.world, wanted_digest=plan.wanted,
        managed=list(aim.managed), keepers=list(plan.keepers), statements=list(plan.statements),
        inverse=list(plan.inverse), findings=_rows(plan.difference), preview={**plan.preview, **_facts(world, wanted)},
        before=orjson.loads(orjson.dumps(world.state(ours=aim.names.schemas))),
        texts=[[*key, text] for key, text in sorted(texts.items())],
    )  # fmt: skip
    acting().note(run=run.pk, plan=run.digest, counts={"statements": len(plan.statements)})
    return run


@act("warehouse.tried", who=PLANNERS, subject="run.warehouse")
def try_enforcement(*, by: Any, run: EnforcementRun) -> EnforcementRun:
    """Apply a plan inside a transaction, replay known queries as those who ask them, undo all of it.

    Raises:
        Denied: this person may not see everything that the plan names.
        Blocked: the plan was applied already, or does not lead where it should.
        Stale: the warehouse or the levels changed since the plan.
        Busy: somebody else is at work there.
    """
    held = _hold(by, run)
    aim = labels.aim_of(held.warehouse)
    with sitting(held.warehouse.name) as link:
        trial = applying.dry_run(link, _plan_of(held), aim, replay.known(held.warehouse))
    breaks = list(trial.replayed.breaks)
    result = {
        "breaks": breaks[:MOST_KEPT], "count": len(breaks), "replayed": trial.replayed.replayed,
        "not_replayed": trial.replayed.not_replayed,
    }  # fmt: skip
    put(held, trial=result)
    acting().note(run=held.pk, counts={"replayed": trial.replayed.replayed, "breaks": len(breaks)})
    return held


@act("warehouse.enforced", who=DECIDERS, subject="run.warehouse")
def apply_enforcement(
    *, by: Any, run: EnforcementRun, plan: str = "", accept_breaks: bool = False, reason: str = ""
) -> EnforcementRun:
    """Carry a plan out: all of it or nothing, from the very state for which it was made.

    Args:
        plan: the digest of the plan that was looked at; a bare call must name it.
        accept_breaks: known queries break, and that is meant.

    Raises:
        Denied: this person may not see everything that the plan names.
        Blocked: no dry run was looked at, queries break, or the plan cannot be carried out or taken back exactly.
        Stale: the warehouse or the levels changed since the plan, or another plan was looked at.
        Busy: somebody else is at work there.
    """
    held = hold_for_apply(by, run, plan, accept_breaks)
    aim = labels.aim_of(held.warehouse)
    acting().note(run=held.pk, plan=held.digest, counts={"statements": len(held.statements)})
    with sitting(held.warehouse.name) as link:
        done = applying.apply(link, _plan_of(held), aim, run=str(held.uid))
    put(
        held, state=State.APPLIED, applied_by=by, applied_at=clock.now(), after_digest=done.world.digest,
        known=desk.write_known(done.known), ended={"ended": list(done.ended), "not_ended": list(done.not_ended)},
    )  # fmt: skip
    acting().note(counts={"statements": len(held.statements), "sessions_ended": len(done.ended)})
    return held


@act("warehouse.reverted", who=DECIDERS, subject="run.warehouse")
def revert_enforcement(*, by: Any, run: EnforcementRun, reason: str = "") -> EnforcementRun:
    """Take the standing run back, to the bit.

    Raises:
        Blocked: it is not the standing run, or the state before cannot be had back exactly.
        Stale: the warehouse changed since.
    """
    held = _held(by, run)
    standing = desk.last_applied(held.warehouse)
    if standing is None or standing.pk != held.pk:
        raise Blocked(_("Only the newest applied run can be taken back."), code="not-standing")
    aim = labels.aim_of(held.warehouse)
    texts = {(schema, name): text for schema, name, text in held.texts}
    acting().note(run=held.pk, plan=held.digest)
    with sitting(held.warehouse.name) as link:
        world = applying.revert(
            link, held.inverse, aim, before=held.before, after=held.after_digest, texts=texts, managed=held.managed
        )
    put(held, state=State.REVERTED, reverted_by=by, reverted_at=clock.now())
    _trust_rebuilt(held.warehouse, world, set(texts))
    return held


@act("warehouse.verified", who=VERIFIERS, subject="warehouse")
def verify_enforcement(*, by: Any, warehouse: Warehouse) -> Verification:
    """Read the true state, try every role, and class each difference.

    Raises:
        Denied: this person may not see everything that a finding may name.
        Blocked: a name of ours is somebody else's, or the server is too old.
        NoAddress: none for enforcement.
    """
    if not by.is_service:  # one may verify every night; what it finds is shown to whoever may see it
        desk.admit(by, warehouse)
    aim = labels.aim_of(warehouse)
    with sitting(warehouse.name) as link:
        try:
            verdict = verify.verify(link, aim, desk.known_of(warehouse))
        except ValueError as wrong:
            raise _refused(wrong) from None
    found: Verification = Verification.objects.create(
        warehouse=warehouse, by=by, at=clock.now(), counts=verdict.counts,
        drift=[asdict(one) for one in verdict.drift[:MOST_KEPT]], facts=_facts(verdict.world, verdict.wanted),
    )  # fmt: skip
    acting().note(counts=verdict.counts)
    if verdict.counts[WIDER]:
        for person in User.objects.filter(is_active=True, roles_held__role=Role.GOVERNANCE_LEAD).distinct():
            tell(person, warehouse, "warehouse.drifted", _("A warehouse lets somebody do more than the levels allow."))
    return found


# -- what the verbs share
def _wanted(aim: Aim, world: Any) -> Any:
    try:
        return aim.wanted(world)
    except ValueError as wrong:
        raise _refused(wrong) from None


def _compared(world: Any, wanted: Any, known: Any) -> Difference:
    try:
        return compare(world, wanted, known)
    except Collision as wrong:
        raise _refused(wrong) from None


def _refused(wrong: ValueError) -> Blocked:
    if isinstance(wrong, Collision):
        sentence = _(
            "The name %(name)s is taken in the warehouse by something that is not ours. Its owner can rename it."
        )
        return Blocked(sentence % {"name": wrong}, code="name-taken")
    return Blocked(_("This warehouse cannot be enforced: %(why)s") % {"why": wrong}, code="not-manageable")


def hold_for_apply(by: Any, run: EnforcementRun, plan: str, accept_breaks: bool) -> EnforcementRun:
    """The row, locked, of a plan that may be applied as far as our own database knows.

    Raises:
        Stale: another plan was looked at.
        Blocked: no dry run was looked at, queries break, or it was applied already.
    """
    held = _hold(by, run)
    if plan != held.digest:
        raise Stale(_("Repeat the digest of the plan that you looked at."))
    if held.trial is None:
        raise Blocked(_("Look at a dry run of this plan first."), code="not-tried")
    if held.trial["count"] and not accept_breaks:
        raise Blocked(
            _("%(n)s known queries would break. Say that you accept that, or change the levels or grants first.")
            % {"n": held.trial["count"]}, code="queries-break",
        )  # fmt: skip
    return held


def _hold(by: Any, run: EnforcementRun) -> EnforcementRun:
    held = _held(by, run)
    if held.state != State.PLANNED:
        raise Blocked(_("This plan was applied already."), code="state")
    return held


def _held(by: Any, run: EnforcementRun) -> EnforcementRun:
    """The row, locked, for whoever may see it all."""
    rows = EnforcementRun.objects.unrestricted(_WHY).select_related("warehouse__thing__domain")
    held: EnforcementRun = rows.select_for_update(of=("self",)).get(pk=run.pk)
    desk.admit(by, held.warehouse)
    return held


def _plan_of(run: EnforcementRun) -> Plan:
    """The plan as it was stored; who loses is read from its preview."""
    return Plan(
        run.world_digest, run.wanted_digest, tuple(run.statements), tuple(run.inverse), Difference((), ()), run.preview,
        tuple(run.keepers),
    )  # fmt: skip


def _rows(difference: Difference) -> list[dict[str, str]]:
    return [asdict(one) for one in verify.drift_of(difference)][:MOST_KEPT]


def _facts(world: Any, wanted: Any) -> dict[str, Any]:
    """What is under enforcement, and who is past it by nature."""
    tables = list(wanted.tables.values())
    return {
        "schemas": list(wanted.managed),
        "protected": sum(table.is_protected for table in tables),
        "open": sum(not table.is_protected for table in tables),
        "views": len(wanted.views),
        "unknown": [".".join(key) for key in wanted.unknown][:MOST_KEPT],
        "missing": list(wanted.missing)[:MOST_KEPT],
        "unlabelled": sum(len(columns) for columns in wanted.unlabelled.values()),
        "members": {
            role: sum(role == other for other, _login in wanted.members) for role in wanted.names.roles.values()
        },
        "superusers": list(world.supers),
        "keepers": sorted(world.members_of(wanted.names.owner)),
    }


def _finish_late(warehouse: Warehouse, world: Any) -> None:
    """A run that reached the warehouse while we could not write it down: its mark there says so."""
    uid = world.mark.rpartition("; run ")[2] if "; run " in world.mark else ""
    late = desk.runs(warehouse).filter(uid=uid, state=State.PLANNED).first() if uid else None
    if late is not None:
        put(late, state=State.APPLIED, applied_at=clock.now(), applied_by=late.made_by, after_digest=world.digest,
             known={"views": [], "keepers": late.keepers})  # fmt: skip
        consequence("warehouse.enforced", warehouse, because="found in the warehouse", run=late.pk)


def _trust_rebuilt(warehouse: Warehouse, world: Any, keys: set[tuple[str, str]]) -> None:
    """Views that a revert rebuilt are those of the run before: their texts were compared."""
    standing = desk.last_applied(warehouse)
    if standing is None:
        return
    known = desk.read_known(standing.known)
    views = dict(known.views)
    for key in keys & set(views) & set(world.relations):
        made = world.relations[key]
        views[key] = (views[key][0], made.definition, views[key][2], made.version)
    put(standing, known=desk.write_known(type(known)(views, known.keepers, is_first=False)), after_digest=world.digest)


def put(run: EnforcementRun, **fields: Any) -> None:
    """Write fields of a run in hand."""
    EnforcementRun.objects.unrestricted(_WHY).filter(pk=run.pk).update(**fields)
    for name, value in fields.items():
        setattr(run, name, value)
