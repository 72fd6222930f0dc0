"""Verbs about emergencies: access taken before anybody agreed, short and loud, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Dataset
from governance import approvers, granting, opening
from governance.granting import Terms
from governance.models import Grant, Mode, Place
from governance.states import GrantState
from guard import clock, things
from guard.doors import act, acting
from guard.gates import errors_of, judge
from guard.policy import COLUMNS, Who
from guard.refusals import Blocked, Invalid
from guard.states import perform
from people.actions import tell
from people.models import Role, User

PURPOSE = "emergency"
LEAST = 20  # letters of a reason
REVIEWERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.PRIVACY})


@act("glass.broken", who=Who(anyone=True), subject="dataset", needs="exists")
def break_glass(*, by: Any, dataset: Dataset, reason: str, columns: Sequence[str] = ()) -> Grant:
    """Take access in an emergency, for the hours that the level allows. Governance and security are told at once.

    Args:
        by: somebody with a role that the level names, who may know that the dataset exists.
        dataset: that is needed now.
        reason: in a sentence; read by whoever looks at it afterwards.
        columns: names; none for the whole table.

    Raises:
        Invalid: no reason.
        Blocked: ACC-12 (not one's role, or an earlier one waits to be looked at), or access runs already.
    """
    if len(reason.strip()) < LEAST:
        raise Invalid(errors={"reason": [_("Say in a sentence what happened and what you need it for.")]})
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one emergency of a person at a time
    things.lock(dataset)
    mine = opening.live_ones(by, dataset).filter(thing__state=GrantState.GRANTED)
    if (other := mine.first()) is not None:
        raise Blocked(_("%(key)s runs already. It opens this dataset for you.") % {"key": other.key}, code="runs")
    names = list(dict.fromkeys(name.strip() for name in columns if name.strip()))
    terms = Terms(PURPOSE, names, Mode.QUERY, None, reason.strip())
    thing = things.new_thing(
        kind="grant", title=f"Access to {dataset.key}", domain=dataset.domain, level=2, state=GrantState.DRAFT
    )
    until = clock.now() + timedelta(hours=approvers.rules_of(dataset.level)["glass_hours"])
    grant = Grant(
        thing=thing, dataset=dataset, requester=by, place=Place.GLASS, until=until,
        content_hash=granting.hash_of(dataset.key, by.username, terms), **terms.fields,
    )  # fmt: skip
    if findings := errors_of(judge(grant, ["ACC-12"], by)):
        raise Blocked(findings=findings)
    grant.save(force_insert=True)
    things.link(thing, "opens", dataset)
    things.give(thing, reason="requester", grade=COLUMNS, person=by)
    perform(grant, "take", by=by, reason=reason)
    opening.begin(grant)
    acting().note(grant=grant.key, until=str(until), requester=by.username, counts={"columns": len(names)})
    _raise_alarm(grant)
    return grant


@act("glass.looked_at", who=REVIEWERS, subject="grant")
def review_glass(*, by: Any, grant: Grant, is_justified: bool, reason: str = "") -> Grant:
    """Say afterwards whether an emergency was one. What was not, and still runs, ends now. The same twice is once.

    Raises:
        Blocked: ACC-11 (one's own, or not one's duty), or looked at already with another result.
        Invalid: no reason.
    """
    held = opening.hold(grant)
    if held.reviewed_by_id == by.pk and held.is_justified == is_justified:
        return held
    perform(held, "review", by=by, reason=reason)
    if held.reviewed_at is not None:
        raise Blocked(_("Somebody looked at this already."), code="decided")
    opening.put(held, reviewed_by=by, reviewed_at=clock.now(), is_justified=is_justified, review_note=reason.strip())
    acting().note(justified=is_justified, requester=held.requester.username, dataset=held.dataset.key)
    if not is_justified and held.state in (GrantState.GRANTED, GrantState.SUSPENDED):
        perform(held, "revoke", by=by, reason=reason)
        opening.put(held, note=reason.strip())
        opening.end(held)
    tell(held.requester, held, "glass.looked_at", _("Somebody looked at what you took in an emergency."))
    return held


def _raise_alarm(grant: Grant) -> None:
    """Governance, security, and who answers for the data, at once."""
    names = [*approvers.rules_of(grant.level)["glass_tells"], *approvers.STANDINGS]
    people = {person.pk: person for name in names for person in approvers.holders(grant.dataset, name)}
    people.pop(grant.requester_id, None)
    for person in people.values():
        things.give(grant, reason="reviewer", grade=COLUMNS, person=person)
        tell(person, grant, "glass.broken", _("Access was taken in an emergency. Look at it afterwards."))
