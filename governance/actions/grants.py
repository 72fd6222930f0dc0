"""Verbs about access: ask, approve, reject, withdraw, renew, revoke; the nightly end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Column, Dataset
from governance import approvers, granting, reviewing
from governance.granting import Terms
from governance.models import Grant, Mode, Vote
from governance.states import DECIDERS, LIVE, GrantState
from guard import clock, things
from guard.doors import act, acting, consequence, grade_of
from guard.policy import COLUMNS, PROFILE, Who
from guard.refusals import Blocked, Denied, Invalid
from guard.states import TABLES, perform
from people.actions import tell

WARN_DAYS = 7
_WHY = "an act works on rows that it was handed"


@act("access.asked", who=Who(anyone=True), subject="dataset", needs="exists")
def ask_access(
    *, by: Any, dataset: Dataset, purpose: str, columns: Sequence[str] = (), ends_on: date | None = None,
    mode: str = Mode.QUERY, purpose_note: str = "", reason: str = "",
) -> Grant:  # fmt: skip
    """Ask to use a dataset for a purpose until a day.

    Args:
        by: who needs it; whoever may know that it exists may ask.
        dataset: to use.
        purpose: one of those that the dataset allows.
        columns: names; compulsory from L3 on.
        ends_on: last day.
        mode: query, export or api.
        purpose_note: what for, in words.
        reason: for the record.

    Raises:
        Invalid: an unknown mode, or columns that are not there (said only to readers of columns).
        Blocked: ACC-1 to ACC-4, ACC-6; or a request that is open already.
    """
    _refuse_second(by, dataset)
    names = list(dict.fromkeys(name.strip() for name in columns if name.strip()))
    terms = Terms(purpose.strip(), names, mode, ends_on, purpose_note.strip())
    return _ask(by, dataset, terms)


@act("access.renewal_asked", who=Who(standings={"requester"}), subject="grant")
def renew_access(*, by: Any, grant: Grant, ends_on: date | None, reason: str = "") -> Grant:
    """Ask for longer: a new decision on the same terms. The running grant stays until the new one is decided.

    Raises:
        Blocked: the grant does not run, or its renewal is asked for already.
    """
    held = _hold(grant)
    if held.state != GrantState.GRANTED:
        raise Blocked(_("Only access that runs can be renewed. Ask anew."), code="state")
    again = Grant.objects.unrestricted(_WHY).filter(renews=held, thing__state__in=LIVE)
    if again.exists():
        raise Blocked(_("A renewal is asked for already."), code="asked-already")
    terms = Terms(held.purpose, list(held.columns), held.mode, ends_on, held.purpose_note)
    return _ask(by, held.dataset, terms, renews=held)


@act("grant.approved", who=DECIDERS, subject="grant")
def approve_grant(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """Agree to a request, in any order; the last agreement of the level's matrix opens the dataset. Twice is once.

    Raises:
        Blocked: ACC-1 to ACC-6, a seat that is taken, or decided otherwise.
        Denied: not whom the level asks for.
    """
    held = _hold(grant)
    mine = [vote.verdict for vote in reviewing.votes_of(held.thing, held.content_hash) if vote.person_id == by.pk]
    if mine == [Vote.Verdict.APPROVE] and held.state in LIVE:
        return held
    perform(held, "approve", by=by, reason=reason)
    if mine:
        raise Blocked(_("You decided on this already."), code="decided")
    slot = _seat(held, by)
    Vote.objects.create(
        thing=held.thing, person=by, slot=slot, verdict=Vote.Verdict.APPROVE, reason=reason, at=clock.now(),
        content_hash=held.content_hash,
    )  # fmt: skip
    acting().note(slot=slot)
    tally = granting.tally_of(held)
    if tally.open:
        if (move := _step(tally)) and TABLES["grant"].moves[move].to != held.state:
            perform(held, move, by=by)
        return held
    perform(held, "grant", by=by, reason=reason)
    acting().note(seats={tally.slots[number].name: person.username for number, person in tally.filled.items()})
    _open(held)
    return held


@act("grant.rejected", who=DECIDERS, subject="grant")
def reject_grant(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """Refuse a request, with the reason that the requester reads."""
    held = _hold(grant)
    if held.state == GrantState.REJECTED and _voted(held, by, Vote.Verdict.REJECT):
        return held
    perform(held, "reject", by=by, reason=reason)
    slots = approvers.slots_for(held.dataset, held.level, {held.requester_id})
    slot = next((as_what for one in slots if (as_what := approvers.fits(by, held.dataset, one))), "")
    if not slot:
        raise Denied(_deciders(slots))
    if _voted(held, by, Vote.Verdict.APPROVE):
        raise Blocked(_("You agreed to this already. Revoke it once it is granted."), code="decided")
    Vote.objects.create(
        thing=held.thing, person=by, slot=slot, verdict=Vote.Verdict.REJECT, reason=reason, at=clock.now(),
        content_hash=held.content_hash,
    )  # fmt: skip
    _set(held, ended_at=clock.now())
    tell(held.requester, held, "grant.rejected", _("Your request for access was not granted. The reason stands there."))
    return held


@act("access.withdrawn", who=Who(standings={"requester"}), subject="grant")
def withdraw_request(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """Take back one's own request before it is decided."""
    held = _hold(grant)
    if held.state == GrantState.WITHDRAWN:
        return held
    perform(held, "withdraw", by=by, reason=reason)
    _set(held, ended_at=clock.now())
    return held


@act("grant.revoked", who=Who(anyone=True), subject="grant")
def revoke_grant(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """End a running grant now; the reason is kept. Twice is once."""
    held = _hold(grant)
    if held.state == GrantState.REVOKED:
        return held
    perform(held, "revoke", by=by, reason=reason)
    _close(held)
    if held.requester_id != by.pk:
        tell(held.requester, held, "grant.revoked", _("Your access was ended. The reason stands there."))
    return held


@act("grants.expired", who=Who(anyone=True))
def expire_grants(*, by: Any) -> int:
    """End what has reached its day, once, and tell once; warn seven days before. Idempotent; returns how many ended."""
    today = clock.now().date()
    rows = Grant.objects.unrestricted("what has ended ends, whoever looks").filter(
        thing__state=GrantState.GRANTED, ended_at=None
    )
    rows = rows.select_related("thing__domain", "dataset__thing__domain", "requester")
    over = list(rows.filter(ends_on__lt=today).select_for_update(of=("self",), skip_locked=True))
    for grant in over:
        perform(grant, "expire", by=by)
        _close(grant)
        consequence("grant.expired", grant, because="ACC-2", ended=str(grant.ends_on))
        tell(grant.requester, grant, "grant.expired", _("Your access has ended on its day. Ask again if you need it."))
    soon = rows.filter(ends_on__range=(today, today + timedelta(days=WARN_DAYS)), warned_at=None)
    warned = list(soon.select_for_update(of=("self",), skip_locked=True))
    for grant in warned:
        tell(grant.requester, grant, "grant.ending", _("Your access ends soon. Renew it if you still need it."))
        _set(grant, warned_at=clock.now())
    acting().note(counts={"expired": len(over), "warned": len(warned)})
    return len(over)


# -- what the verbs share
def _ask(by: Any, dataset: Dataset, terms: Terms, renews: Grant | None = None) -> Grant:
    _check(by, dataset, terms)
    thing = things.new_thing(
        kind="grant", title=f"Access to {dataset.key}", domain=dataset.domain, level=2, state=GrantState.DRAFT
    )
    grant: Grant = Grant.objects.create(
        thing=thing, dataset=dataset, requester=by, renews=renews,
        content_hash=granting.hash_of(dataset.key, by.username, terms), **asdict(terms),
    )  # fmt: skip
    things.link(thing, "opens", dataset)
    things.give(thing, reason="requester", grade=COLUMNS, person=by)
    perform(grant, "ask", by=by)
    for person in _call_deciders(grant):
        tell(person, thing, "access.asked", _("A request for access waits for your decision."))
    acting().note(
        grant=thing.key, purpose=terms.purpose, mode=terms.mode, ends_on=str(terms.ends_on),
        counts={"columns": len(terms.columns)},
    )  # fmt: skip
    return grant


def _check(by: Any, dataset: Dataset, terms: Terms) -> None:
    errors: dict[str, list[str]] = {}
    if terms.mode not in Mode.values:
        errors["mode"] = [_("Choose query, export or API.")]
    if not terms.purpose:
        errors["purpose"] = [_("Say what you need it for.")]
    if terms.columns and grade_of(by, dataset.thing) >= COLUMNS:
        rows = Column.objects.unrestricted("names of columns are checked for who may read them").filter(dataset=dataset)
        known = rows.filter(name__in=terms.columns).values_list("name", flat=True)
        if missing := set(terms.columns) - set(known):
            errors["columns"] = [_("There is no column %(name)s.") % {"name": name} for name in sorted(missing)]
    if errors:
        raise Invalid(errors=errors)


def _refuse_second(by: Any, dataset: Dataset) -> None:
    things.lock(dataset)
    open_ones = Grant.objects.unrestricted(_WHY).filter(requester=by, dataset=dataset, thing__state__in=LIVE)
    if (other := open_ones.select_related("thing").first()) is not None:
        raise Blocked(
            _("%(key)s is asked for or runs already. Withdraw or renew that one.") % {"key": other.key},
            code="asked-already",
        )


def _call_deciders(grant: Grant) -> list[Any]:
    """Give sight to the owner and stewards whom the matrix names; everybody who may fill a seat is told, at once."""
    slots = approvers.slots_for(grant.dataset, grant.level, {grant.requester_id})
    people = {p.pk: p for slot in slots for name in slot.fits for p in approvers.holders(grant.dataset, name)}
    people.pop(grant.requester_id, None)
    for person in people.values():
        if any(name in approvers.STANDINGS for slot in slots if (name := approvers.fits(person, grant.dataset, slot))):
            things.give(grant, reason="reviewer", grade=COLUMNS, person=person)
    return list(people.values())


def _hold(grant: Grant) -> Grant:
    thing = things.lock(grant)
    rows = Grant.objects.unrestricted(_WHY).select_related("thing__domain", "dataset__thing__domain", "requester")
    held: Grant = rows.get(pk=thing.pk)
    return held


def _voted(grant: Grant, by: Any, verdict: str) -> bool:
    votes = reviewing.votes_of(grant.thing, grant.content_hash)
    return any(vote.person_id == by.pk and vote.verdict == verdict for vote in votes)


def _seat(grant: Grant, by: Any) -> str:
    """As what this person agrees: a seat that is still free, or that others make free by moving over."""
    now, then = granting.tally_of(grant), granting.tally_of(grant, also=by)
    if by.pk in (person.pk for person in then.filled.values()):
        number = next(number for number, person in then.filled.items() if person.pk == by.pk)
        return approvers.fits(by, grant.dataset, then.slots[number])
    if not any(approvers.fits(by, grant.dataset, slot) for slot in now.slots):
        raise Denied(_deciders(now.slots))
    out = {grant.requester_id} | {person.pk for person in now.filled.values()}
    raise Blocked(
        _("Your seat is taken: somebody agreed in it already. Still needed: %(word)s (%(names)s).")
        % {
            "word": ", ".join(str(approvers.SLOT_WORDS.get(slot.name, slot.name)) for slot in now.open),
            "names": ", ".join(approvers.names_for(now.open, grant.dataset, out)) or _("nobody yet"),
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


def _open(grant: Grant) -> None:
    """Give the standing that a grant is, until the end of its last day; a renewal takes the place of the old one."""
    assert grant.ends_on is not None  # noqa: S101 - ACC-2 held a line before
    until = datetime.combine(grant.ends_on + timedelta(days=1), time(), tzinfo=UTC)
    things.give(grant.dataset, reason="grant", grade=PROFILE, person=grant.requester, until=until)
    _set(grant, granted_at=clock.now(), approved_rank=grant.dataset.level)
    if grant.renews_id is not None:
        rows = Grant.objects.unrestricted(_WHY).select_related("thing__domain")
        old = rows.get(pk=grant.renews_id)
        if old.state == GrantState.GRANTED:
            perform(old, "renew", by=acting().by)
            _set(old, ended_at=clock.now())
    consequence("dataset.opened", grant.dataset, grant=grant.key, to=grant.requester.username, until=str(grant.ends_on))
    tell(grant.requester, grant, "grant.granted", _("You have access, for the purpose and until the day you named."))


def _close(grant: Grant) -> None:
    """End the standing, unless another running grant of the same person keeps it."""
    _set(grant, ended_at=clock.now())
    rows = Grant.objects.unrestricted(_WHY).filter(
        dataset=grant.dataset_id, requester=grant.requester_id, thing__state=GrantState.GRANTED
    )
    if not rows.exclude(pk=grant.pk).exists():
        things.end_standing(grant.dataset, reason="grant", person=grant.requester)


def _set(grant: Grant, **fields: Any) -> None:
    Grant.objects.unrestricted(_WHY).filter(pk=grant.pk).update(**fields)
    for name, value in fields.items():
        setattr(grant, name, value)
