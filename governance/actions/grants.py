"""Verbs about access: ask, approve, reject, withdraw, renew, revoke."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Column, Dataset
from governance import approvers, granting, opening, papers, reviewing
from governance.granting import Terms
from governance.models import Grant, Mode, Place, Vote
from governance.opening import hold
from governance.states import DECIDERS, HELD, LIVE, WAITING, GrantState
from guard import clock, things
from guard.doors import act, acting, grade_of
from guard.policy import COLUMNS, READ, Who
from guard.refusals import Blocked, Denied, Invalid
from guard.states import TABLES, perform
from people.actions import tell
from prds.models import Prd

_WHY = "an act works on rows that it was handed"


@act("access.asked", who=Who(anyone=True), subject="dataset", needs="exists")
def ask_access(
    *, by: Any, dataset: Dataset, purpose: str, columns: Sequence[str] = (), ends_on: date | None = None,
    mode: str = Mode.QUERY, purpose_note: str = "", prd: Prd | None = None, is_masked: bool = False, reason: str = "",
) -> Grant:  # fmt: skip
    """Ask to use a dataset for a purpose until a day.

    Args:
        by: who needs it; whoever may know that it exists may ask.
        dataset: to use.
        purpose: one of those that the dataset allows.
        columns: names; compulsory from L3 on.
        ends_on: last day, by the time zone of the house.
        mode: query, export or api.
        purpose_note: what for, in words.
        prd: that needs it; access ends with it.
        is_masked: values above one's own clearance may stay masked.
        reason: for the record.

    Raises:
        Invalid: an unknown mode or PRD, or columns that are not there (said only to readers of columns).
        Blocked: ACC-1 to ACC-9; or a request that is open already.
    """
    things.lock(dataset)
    if (other := opening.live_ones(by, dataset).first()) is not None:
        raise Blocked(
            _("%(key)s is asked for or runs already. Withdraw or renew that one.") % {"key": other.key},
            code="asked-already",
        )
    names = list(dict.fromkeys(name.strip() for name in columns if name.strip()))
    terms = Terms(purpose.strip(), names, mode, ends_on, purpose_note.strip(), prd, is_masked)
    return _ask(by, dataset, terms)


@act("access.renewal_asked", who=Who(standings={"requester"}), subject="grant")
def renew_access(
    *, by: Any, grant: Grant, ends_on: date | None, prd: Prd | None = None, reason: str = ""
) -> Grant:  # fmt: skip
    """Ask for longer: a new decision on the same terms. What runs goes on until that one is decided, and after a no.

    Args:
        by: who holds it.
        grant: that runs or is suspended.
        ends_on: the new last day; never further from the day of the decision than the level allows.
        prd: when it is for another PRD now.
        reason: for the record.

    Raises:
        Blocked: the grant does not run, never ends, was taken in an emergency, or its renewal is asked for already.
    """
    held = hold(grant)
    if held.state not in HELD:
        raise Blocked(_("Only access that runs can be renewed. Ask anew."), code="state")
    if held.is_emergency:
        raise Blocked(_("What was taken in an emergency is not renewed. Ask for access."), code="emergency")
    if held.ends_on is None:
        raise Blocked(_("This access has no end, so there is nothing to renew."), code="permanent")
    again = Grant.objects.unrestricted(_WHY).filter(renews=held, thing__state__in=LIVE)
    if again.exists():
        raise Blocked(_("A renewal is asked for already."), code="asked-already")
    terms = granting.terms_of(held, ends_on=ends_on, prd=prd or held.prd)
    return _ask(by, held.dataset, terms, renews=held)


@act("grant.approved", who=DECIDERS, subject="grant")
def approve_grant(*, by: Any, grant: Grant, reason: str = "", on_behalf_of: str = "") -> Grant:
    """Agree to a request, or to let a suspended grant run again, in any order. Twice is once.

    The last agreement of the level's matrix opens the dataset.

    Args:
        by: another person than who asked.
        grant: asked for, or stopped.
        reason: for the record.
        on_behalf_of: username of who let `by` stand in for them.

    Raises:
        Blocked: ACC-1 to ACC-9, DEP-1, a seat that is taken, or decided otherwise.
        Denied: not whom the level asks for, or nobody's deputy.
    """
    held = hold(grant)
    if papers.said_by(held, by) == Vote.Verdict.APPROVE and held.state in LIVE:
        return held
    perform(held, "approve", by=by, reason=reason)
    if papers.has_spoken(held, by):
        raise Blocked(_("You decided on this already."), code="decided")
    slot = _seat(held, acting().seat_of(by))
    papers.cast(held, slot, Vote.Verdict.APPROVE, reason)
    acting().note(slot=slot, **_names(held))
    tally = granting.tally_of(held)
    if tally.open:
        move = _step(tally) if held.state in WAITING else ""
        if move and TABLES["grant"].moves[move].to != held.state:
            perform(held, move, by=by)
        return held
    perform(held, "grant", by=by, reason=reason)
    acting().note(seats={tally.slots[number].name: person.username for number, person in tally.filled.items()})
    opening.begin(held)
    tell(held.requester, held, "grant.granted", _("You have access, for the purpose and until the day you named."))
    return held


@act("grant.rejected", who=DECIDERS, subject="grant")
def reject_grant(*, by: Any, grant: Grant, reason: str = "", on_behalf_of: str = "") -> Grant:
    """Refuse a request, with the reason that the requester reads."""
    held = hold(grant)
    if held.state == GrantState.REJECTED and papers.said_by(held, by) == Vote.Verdict.REJECT:
        return held
    perform(held, "reject", by=by, reason=reason)
    slots = approvers.slots_for(held.dataset, held.level, {held.requester_id})
    seat = acting().seat_of(by)
    slot = next((as_what for one in slots if (as_what := approvers.fits(seat, held.dataset, one))), "")
    if not slot:
        raise Denied(_deciders(slots))
    if papers.has_spoken(held, by):
        raise Blocked(_("You agreed to this already. Revoke it once it is granted."), code="decided")
    papers.cast(held, slot, Vote.Verdict.REJECT, reason)
    acting().note(**_names(held))
    opening.put(held, ended_at=clock.now())
    tell(held.requester, held, "grant.rejected", _("Your request for access was not granted. The reason stands there."))
    return held


@act("access.withdrawn", who=Who(standings={"requester"}), subject="grant")
def withdraw_request(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """Take back one's own request before it is decided."""
    held = hold(grant)
    if held.state == GrantState.WITHDRAWN:
        return held
    perform(held, "withdraw", by=by, reason=reason)
    acting().note(**_names(held))
    opening.put(held, ended_at=clock.now())
    return held


@act("grant.revoked", who=Who(anyone=True), subject="grant")
def revoke_grant(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """End a running or suspended grant now; the reason is kept. Twice is once."""
    held = hold(grant)
    if held.state == GrantState.REVOKED:
        return held
    perform(held, "revoke", by=by, reason=reason)
    acting().note(**_names(held))
    opening.put(held, note=reason.strip())
    opening.end(held)
    if held.requester_id != by.pk:
        tell(held.requester, held, "grant.revoked", _("Your access was ended. The reason stands there."))
    return held


# -- what the verbs share
def _ask(by: Any, dataset: Dataset, terms: Terms, renews: Grant | None = None) -> Grant:
    _check(by, dataset, terms)
    thing = things.new_thing(
        kind="grant", title=f"Access to {dataset.key}", domain=dataset.domain, level=2, state=GrantState.DRAFT
    )
    grant: Grant = Grant.objects.create(
        thing=thing, dataset=dataset, requester=by, renews=renews, place=Place.NEXT if renews else Place.HELD,
        content_hash=granting.hash_of(dataset.key, by.username, terms), **terms.fields,
    )  # fmt: skip
    things.link(thing, "opens", dataset)
    if terms.prd is not None:
        things.link(thing, "serves", terms.prd)
    things.give(thing, reason="requester", grade=COLUMNS, person=by)
    perform(grant, "ask", by=by)
    for person in opening.call_deciders(grant):
        tell(person, thing, "access.asked", _("A request for access waits for your decision."))
    acting().note(
        grant=thing.key, mode=terms.mode, ends_on=str(terms.ends_on), prd=terms.prd.key if terms.prd else "",
        masked=terms.is_masked, counts={"columns": len(terms.columns)}, **_names(grant),
    )  # fmt: skip
    return grant


def _check(by: Any, dataset: Dataset, terms: Terms) -> None:
    errors: dict[str, list[str]] = {}
    if terms.mode not in Mode.values:
        errors["mode"] = [_("Choose query, export or API.")]
    if not terms.purpose:
        errors["purpose"] = [_("Say what you need it for.")]
    if terms.prd is not None and grade_of(by, terms.prd.thing) < READ:
        errors["prd"] = [_("There is no such PRD that you may see.")]
    if terms.columns and grade_of(by, dataset.thing) >= COLUMNS:
        rows = Column.objects.unrestricted("names of columns are checked for who may read them").filter(dataset=dataset)
        known = rows.filter(name__in=terms.columns).values_list("name", flat=True)
        if missing := set(terms.columns) - set(known):
            errors["columns"] = [_("There is no column %(name)s.") % {"name": name} for name in sorted(missing)]
    if errors:
        raise Invalid(errors=errors)


def _names(grant: Grant) -> dict[str, str]:
    """Who and what, kept in the record by name: it outlives the rows."""
    return {"requester": grant.requester.username, "dataset": grant.dataset.key, "purpose": grant.purpose}


def _seat(grant: Grant, by: Any) -> str:
    """As what somebody's seat agrees: one that is still free, or that others make free by moving over."""
    now, then = granting.tally_of(grant), granting.tally_of(grant, also=by)
    if by.pk in (person.pk for person in then.filled.values()):
        number = next(number for number, person in then.filled.items() if person.pk == by.pk)
        return approvers.fits(by, grant.dataset, then.slots[number])
    if not any(approvers.fits(by, grant.dataset, slot) for slot in now.slots):
        raise Denied(_deciders(now.slots))
    raise Blocked(
        _("Your seat is taken: somebody agreed in it already. Still needed: %(word)s (%(names)s).")
        % {
            "word": ", ".join(str(approvers.SLOT_WORDS.get(slot.name, slot.name)) for slot in now.open),
            "names": ", ".join(granting.who_can(grant, now)) or _("nobody yet"),
        },
        code="seat-taken",
    )  # fmt: skip


def _step(tally: reviewing.Tally) -> str:
    """The move that says how far it got: the furthest seat on the way from owner to governance; none for the others."""
    names = {tally.slots[number].name for number in tally.filled}
    if "governance_lead" in names:
        return "agree-governance"
    return "agree-owner" if "owner" in names else ""


def _deciders(slots: Sequence[approvers.Slot]) -> str:
    words = ", ".join(str(approvers.SLOT_WORDS.get(slot.name, slot.name)) for slot in slots)
    return _("At this level these decide: %(who)s.") % {"who": words}
