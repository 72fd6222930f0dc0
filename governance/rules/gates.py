"""The rules about changing rules: POL-1 to POL-7 (governance.md 3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from governance.models import PolicyChange
from governance.rules import bodies, changing, data, examples
from governance.rules.preview import FELT, effect_of_change
from guard.gates import INFO, Finding, gate
from guard.kinds import url_of
from people.models import Role, RoleHeld

Facts = Mapping[str, Any]
RULE = PolicyChange.What.RULE


@gate("POL-1", kind="change", title=lazy("Somebody else decides"), law=True)
def another_person_decides(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Who proposes a change of the policy never decides on it."""
    if actor.pk == change.proposer_id:
        yield Finding("POL-1", _("You proposed this, so another person decides."), who=_others(change))


@gate("POL-2", kind="change", title=lazy("Enough people agreed"), law=True)
def enough_people_agreed(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """One other person; two when what blocks is touched; and never the owner of the rule alone."""
    found = changing.agreed(change)
    if found.missing:
        said = ngettext("%(count)d more person must agree.", "%(count)d more people must agree.", found.missing)
        yield Finding("POL-2", said % {"count": found.missing}, who=_others(change))
    if found.owner_alone:
        yield Finding("POL-2", _("The owner of the rule is not enough alone."), who=_others(change))


@gate("POL-3", kind="change", title=lazy("Its examples hold"), law=True)
def examples_hold(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """At least one that is let through and one that is not; every one as it says."""
    if change.what != RULE:
        return
    for fault in examples.faults_of(change.after["examples"]):
        yield Finding("POL-3", fault, who=[str(change.proposer)])
    for number, one in enumerate(examples.try_examples(bodies.compiled(change.after), change.after["examples"]), 1):
        if not one.holds:
            got = one.got or _("undecided")
            yield Finding(
                "POL-3",
                _("Example %(number)d should be %(verdict)s and is %(got)s.")
                % {"number": number, "verdict": one.verdict, "got": got},
                who=[str(change.proposer)],
            )


@gate("POL-4", kind="change", title=lazy("Its effect was looked at"), law=True)
def effect_was_looked_at(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Who agrees has seen who gains and who loses; the digest of the preview says which one."""
    if change.what not in FELT:
        return
    if "preview" not in facts:
        yield Finding("POL-4", _("Who agrees confirms that they looked at the effect."), severity=INFO)
    elif facts["preview"] != effect_of_change(change, actor).digest:
        yield Finding(
            "POL-4", _("Look at the effect first; it is not the one that you confirmed."), link=url_of(change)
        )  # fmt: skip


@gate("POL-5", kind="change", title=lazy("It opens nothing to who proposed it"), law=True)
def author_gains_nothing(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """What widens its author's access is refused; somebody who gains nothing may propose the same."""
    if change.what in FELT and effect_of_change(change, actor).author_gains:
        yield Finding(
            "POL-5",
            _("This opens something to %(who)s, who proposed it. Somebody else must propose it.")
            % {"who": change.proposer},
            who=_others(change),
        )


@gate("POL-6", kind="change", title=lazy("What it starts from still stands"), law=True)
def nothing_changed_since(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Another change in between voids this one, and one beside it that leaves no room for it."""
    said = _("Something else is in force since this was proposed. Propose it again.")
    if changing.standing(change.what, change.target) == change.before:
        said = data.unsound(change.what, change.target, change.after)
    if said:
        yield Finding("POL-6", said, who=[str(change.proposer)])


@gate("POL-7", kind="change", title=lazy("No level falls by it"), law=True)
def no_level_falls(change: PolicyChange, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Levels are lowered by reviews only, one by one, never by what they are counted with (case 33)."""
    if change.what == RULE:
        return
    falling = data.falling(change.what, change.target, change.after)
    if falling:
        said = ngettext(
            "%(count)d column would count less. Review its level first.",
            "%(count)d columns would count less. Review their levels first.",
            falling,
        )
        yield Finding("POL-7", said % {"count": falling}, who=[str(change.proposer)])


def _others(change: PolicyChange) -> list[str]:
    """Who can help: at most five who may decide and did not propose."""
    roles = (Role.GOVERNANCE_LEAD, Role.SECURITY, Role.PRIVACY)
    held = RoleHeld.objects.filter(role__in=roles, person__is_active=True).exclude(person_id=change.proposer_id)
    people = {row.person_id: str(row.person) for row in held.select_related("person").order_by("person_id")}
    return list(people.values())[:5]
