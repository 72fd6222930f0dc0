"""A change of the policy: what it says, who agreed to it, and what it puts in force."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.models import PolicyChange, Rule, RuleMode, RuleVersion, Vote
from governance.reviewing import votes_of
from governance.rules import data
from governance.states_rules import LEGISLATORS, ChangeState
from guard import clock, ledger, outbox, things
from guard.doors import consequence
from guard.models import Domain
from guard.rules import live
from people.models import User

_WHY = "an act works on rows that it was handed"
RULE = PolicyChange.What.RULE
CARRY_OVER = "governance.carry_over"  # work that follows the end of a scheme


def hash_of(what: str, target: str, before: Any, after: Any, reason: str) -> str:
    """SHA-256 over what a vote agrees to."""
    body = {"what": what, "target": target, "before": before, "after": after, "reason": reason.strip()}
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


def standing(what: str, target: str) -> dict[str, Any] | None:
    """What is in force now for a target, in the form of changes; None when there is nothing."""
    if what != RULE:
        return data.current(what, target)
    rule = rule_named(target)
    return rule.body() if rule is not None else None


def rule_named(code: str) -> Rule | None:
    """The rule with this code, whoever looks: the desk works on it."""
    rows = Rule.objects.unrestricted(_WHY).select_related("thing__domain", "owner")
    found: Rule | None = rows.filter(code=code).first()
    return found


@dataclass(frozen=True)
class Agreed:
    """Who agreed so far, and what is still missing."""

    people: list[User] = field(default_factory=list)
    needed: int = 1
    owner_alone: bool = False

    @property
    def missing(self) -> int:
        """How many more must agree."""
        return max(self.needed - len(self.people), 1 if self.owner_alone else 0)


def agreed(change: PolicyChange, also: Any = None) -> Agreed:
    """Count the votes that still hold: of people who may still decide, and never of who proposed.

    Args:
        change: to be agreed to.
        also: somebody counted as if they agreed, too.
    """
    votes = votes_of(change.thing, change.content_hash)
    people = {vote.person_id: vote.person for vote in votes if vote.verdict == Vote.Verdict.APPROVE}
    if also is not None:
        people[also.pk] = also
    people = {
        pk: one for pk, one in people.items() if pk != change.proposer_id and LEGISLATORS.permits(one.principal)
    }  # fmt: skip
    owners = owners_of(change)
    alone = bool(people) and all(one.username in owners for one in people.values())
    return Agreed(list(people.values()), 2 if change.is_loosening else 1, alone)


def owners_of(change: PolicyChange) -> set[str]:
    """The owners of the rule, as it is and as it would be: none of them is enough alone."""
    if change.what != RULE:
        return set()
    return {body["owner"] for body in (change.before, change.after) if body}


def put_in_force(change: PolicyChange) -> None:
    """Write what was agreed to; inside the act of the last agreement."""
    if change.what == RULE:
        rule = _put_rule(change)
        PolicyChange.objects.unrestricted(_WHY).filter(pk=change.pk).update(rule=rule)
        change.rule = rule
        rules = Rule.objects.unrestricted(_WHY).select_related("thing__domain", "owner").exclude(mode=RuleMode.OFF)
        live.publish(one.row() for one in rules)
        consequence("rule.changed", rule, change=change.key, version=rule.version, mode=rule.mode)
    else:
        data.put(change.what, change.target, change.after)
        if change.what == PolicyChange.What.SCHEME:
            outbox.start(CARRY_OVER)
        consequence("policy.changed", change, what=change.what, target=change.target)


def _put_rule(change: PolicyChange) -> Rule:
    body = change.after
    fields = {name: body[name] for name in ("effect", "action", "kinds", "when", "mode", "examples")}
    owner, domain = User.objects.get(username=body["owner"]), Domain.objects.get(slug=body["domain"])
    rule = rule_named(body["code"])
    if rule is None:
        thing = things.new_thing(kind="rule", title=body["title"], domain=domain, level=1, state=body["mode"])
        rule = Rule.objects.create(thing=thing, code=body["code"], owner=owner, **fields)
    else:
        things.lock(rule)
        things.touch(rule, title=body["title"], domain=domain, state=body["mode"])
        Rule.objects.unrestricted(_WHY).filter(pk=rule.pk).update(owner=owner, version=rule.version + 1, **fields)
        rule.refresh_from_db()
    things.end_standing(rule, reason="owner")
    things.give(rule, person=owner, reason="owner", grade=2)
    RuleVersion.objects.create(rule=rule, number=rule.version, body=body, change=change, at=clock.now())
    return rule


def is_open(what: str, target: str) -> PolicyChange | None:
    """The change that waits for this target, if any: one at a time."""
    rows = PolicyChange.objects.unrestricted(_WHY).filter(what=what, target=target, thing__state=ChangeState.OPEN)
    found: PolicyChange | None = rows.select_related("thing__domain", "proposer").first()
    return found


def kept_in(what: str, after: Mapping[str, Any], given: str) -> Domain | None:
    """The domain in which the paper lies: the rule's own, or the one given."""
    slug = after["domain"] if what == RULE else given
    return Domain.objects.filter(slug=slug).first()
