"""Verbs about lineage that people vouch for: a stop, a transformation, a removal; agreed to by others, and ending."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog.column_edges import take_out
from catalog.levels import settle_stirred
from catalog.models import ColumnEdge
from governance import approvers, attesting, papers
from governance.actions.reviews import PROPOSERS
from governance.attesting import Wish
from governance.models import Attestation, Vote
from governance.states import ATTESTERS, PROPOSER, AttestationState
from guard import clock, things
from guard.doors import act, acting, consequence, grade_of
from guard.policy import COLUMNS, Who
from guard.refusals import Absent, Blocked, Denied
from guard.states import perform
from people.actions import tell

What, State = Attestation.What, AttestationState
ENDERS = Who(roles=ATTESTERS.roles, standings={"reviewer", "proposer"})
_WHY = "an act works on rows that it was handed"


@act("attestation.proposed", who=PROPOSERS, subject="edge.target_dataset", needs="columns")
def propose_attestation(*, by: Any, edge: ColumnEdge, wish: Wish, reason: str = "") -> Attestation:
    """Say that a piece of column lineage carries nothing, carries less, or is no more. Nothing changes by it yet.

    Args:
        by: who says it; never agrees to it. Sees the columns of both ends.
        edge: with both datasets at hand.
        wish: what is said, with evidence and an end.
        reason: a remark.

    Raises:
        Absent: an end that `by` does not see.
        Invalid: no evidence, no end or one too far, a level or condition that cannot hold, no SQL to bind it to.
        Blocked: the same is proposed or holds already.
    """
    _see(by, edge.source_dataset, edge.target_dataset)
    edge.refresh_from_db(fields=["gone_at", "sql_hash", "source", "held"])
    passes = attesting.passes_of(edge)
    attesting.check(edge, wish, passes)
    there = Attestation.objects.unrestricted(_WHY).filter(edge=edge.pk, thing__state__in=(State.OPEN, State.LIVE))
    if there.filter(what=wish.what).exists():
        raise Blocked(_("The same is proposed, or holds, already."), code="asked-already")
    dataset = edge.target_dataset
    thing = things.new_thing(
        kind=Attestation.KIND, title=f"{wish.what.capitalize()} on lineage of {dataset.key}", domain=dataset.domain,
        level=2, state=State.OPEN,
    )  # fmt: skip  # its level is that of both datasets, through the joints below
    attestation = Attestation(
        thing=thing, what=wish.what, edge=edge, source_dataset=edge.source_dataset, source_id=edge.source_id,
        source_name=edge.source_name, target_dataset=dataset, target_id=edge.target_id, target_name=edge.target_name,
        rank=passes, method=wish.method, lowers_to=wish.lowers_to, conditions=dict(wish.conditions),
        sql_hash="" if wish.what == What.REMOVAL else edge.sql_hash, evidence=wish.evidence.strip(), proposer=by,
        ends_on=wish.ends_on,
    )  # fmt: skip
    attestation.content_hash = attesting.content_of(attestation)
    attestation.save(force_insert=True)
    things.link(thing, "attests", edge.source_dataset)
    if edge.source_dataset_id != edge.target_dataset_id:
        things.link(thing, "attests", dataset)
    things.give(thing, reason="proposer", grade=COLUMNS, person=by)
    for person in attesting.called_for(attestation):
        things.give(thing, reason="reviewer", grade=COLUMNS, person=person)
        tell(person, thing, "attestation.proposed", _("Lineage waits for your agreement."))
    acting().note(attestation=thing.key, **_facts(attestation))
    return attestation


@act("attestation.approved", who=ATTESTERS, subject="attestation", needs="columns")
def approve_attestation(*, by: Any, attestation: Attestation, reason: str = "", on_behalf_of: str = "") -> Attestation:
    """Agree. The last agreement that the level asks for makes it hold; agreeing twice changes nothing.

    Args:
        by: another person than who proposed it or said the lineage.
        attestation: open.
        reason: for the record.
        on_behalf_of: username of who let `by` stand in for them.

    Raises:
        Blocked: LIN-1, LIN-3, LIN-4, DEP-1, or decided already.
        Denied: not whom the level asks for, or nobody's deputy.
    """
    held = _hold(by, attestation)
    if papers.said_by(held, by) == Vote.Verdict.APPROVE and held.state in (State.OPEN, State.LIVE, State.DONE):
        return held
    perform(held, "approve", by=by, reason=reason)
    slot = _slot(held, by)
    papers.cast(held, slot, Vote.Verdict.APPROVE, reason)
    acting().note(slot=slot, content=held.content_hash[:12])
    if not attesting.tally_of(held).open:
        _carry_out(by, held)
    return held


@act("attestation.rejected", who=ATTESTERS, subject="attestation", needs="columns")
def reject_attestation(*, by: Any, attestation: Attestation, reason: str = "", on_behalf_of: str = "") -> Attestation:
    """Refuse it, with a reason; what arrives goes on counting."""
    held = _hold(by, attestation)
    perform(held, "reject", by=by, reason=reason)
    papers.cast(held, _slot(held, by), Vote.Verdict.REJECT, reason)
    _put(held, decided_at=clock.now())
    said = _("What you said of lineage was not accepted. The reason stands there.")
    tell(held.proposer, held, "attestation.rejected", said)
    return held


@act("attestation.withdrawn", who=PROPOSER, subject="attestation", needs="columns")
def withdraw_attestation(*, by: Any, attestation: Attestation, reason: str = "") -> Attestation:
    """Take back one's own proposal."""
    held = _hold(by, attestation)
    perform(held, "withdraw", by=by, reason=reason)
    _put(held, decided_at=clock.now())
    return held


@act("attestation.ended", who=ENDERS, subject="attestation", needs="columns")
def end_attestation(*, by: Any, attestation: Attestation, reason: str = "") -> Attestation:
    """End it before its day: what it held back arrives again at once."""
    held = _hold(by, attestation)
    perform(held, "end", by=by, reason=reason)
    _end(held)
    return held


@act("attestations.looked_after", who=Who(anyone=True))
def look_after_attestations(*, by: Any) -> int:
    """End what reached its day, and tell once of what holds no longer: the SQL changed, the source became stricter.

    Idempotent; the nightly work calls it. What an edge lets through never waits for it, but for the day.

    Returns:
        How many were ended or told of.
    """
    rows = Attestation.objects.unrestricted("what is over ends, whoever looks").filter(thing__state=State.LIVE)
    rows = rows.select_related("thing__domain", "source_dataset__thing__domain", "target_dataset__thing__domain")
    looked_after = [
        attestation for attestation in rows.select_related("proposer").order_by("pk") if _look_after(by, attestation)
    ]
    settle_stirred()
    acting().note(counts={"attestations": len(looked_after)})
    return len(looked_after)


def _look_after(by: Any, attestation: Attestation) -> bool:
    """End or tell of one attestation, if there is anything to say of it."""
    faults = attesting.faults_of(attestation)
    attesting.recap([attestation])
    if not faults or ("ended" not in faults and attestation.told_at is not None):
        if not faults and attestation.told_at is not None:
            _put(attestation, told_at=None)
        return False
    if "ended" in faults:
        perform(attestation, "expire", by=by)
        _end(attestation)
        consequence("attestation.expired", attestation, because="LIN-6", ended=str(attestation.ends_on))
    else:
        _put(attestation, told_at=clock.now())
        consequence("attestation.lost_hold", attestation, because="LIN-4", faults=faults)
    for person in {p.pk: p for p in [attestation.proposer, *attesting.called_for(attestation)]}.values():
        tell(person, attestation, "attestation.ended", _("Levels that were held back arrive again."))
    return True


# -- what the verbs share
def _see(by: Any, *datasets: Any) -> None:
    """Both ends are seen with their columns; what one may not see is absent."""
    if any(grade_of(by, dataset.thing) < COLUMNS for dataset in datasets):
        raise Absent()


def _hold(by: Any, attestation: Attestation) -> Attestation:
    """Hold it until the act ends, and read it and its datasets again."""
    thing = things.lock(attestation)
    rows = Attestation.objects.unrestricted(_WHY).select_related(
        "thing__domain", "source_dataset__thing__domain", "target_dataset__thing__domain", "proposer"
    )
    held: Attestation = rows.get(pk=thing.pk)
    _see(by, held.source_dataset, held.target_dataset)
    return held


def _slot(attestation: Attestation, by: Any) -> str:
    if papers.has_spoken(attestation, by):
        raise Blocked(_("You decided on this already."), code="decided")
    slots, seat = attesting.tally_of(attestation).open, acting().seat_of(by)
    for slot in slots:
        if as_what := approvers.fits(seat, attestation.source_dataset, slot):
            return as_what
    words = " / ".join(str(approvers.SLOT_WORDS.get(name, name)) for slot in slots for name in slot.fits)
    raise Denied(_("At this level these decide: %(who)s.") % {"who": words})


def _carry_out(by: Any, attestation: Attestation) -> None:
    """Everybody agreed: it holds; of a removal the edge goes."""
    _put(attestation, decided_at=clock.now())
    if attestation.what == What.REMOVAL:
        perform(attestation, "take-out", by=by)
        take_out([attestation.edge_id])
    else:
        perform(attestation, "hold", by=by)
        attesting.recap([attestation])
        settle_stirred()
    consequence("lineage.attested", attestation.target_dataset, attestation=attestation.key, **_facts(attestation))
    tell(attestation.proposer, attestation, "attestation.approved", _("What you said of lineage holds now."))


def _end(attestation: Attestation) -> None:
    _put(attestation, ended_at=clock.now())
    attesting.recap([attestation])
    settle_stirred()


def _facts(attestation: Attestation) -> dict[str, Any]:
    """For the ledger: by number, since who reads of one end may not know of the other."""
    return {
        "what": attestation.what, "edge": attestation.edge_id, "rank": attestation.rank, "method": attestation.method,
        "lowers_to": attestation.lowers_to, "sql": attestation.sql_hash[:12], "ends_on": str(attestation.ends_on or ""),
    }  # fmt: skip


def _put(attestation: Attestation, **fields: Any) -> None:
    Attestation.objects.unrestricted(_WHY).filter(pk=attestation.pk).update(**fields)
    for name, value in fields.items():
        setattr(attestation, name, value)
