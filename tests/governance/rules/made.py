"""Rules as they are proposed, agreed to and put in force by the people of the cast."""

from __future__ import annotations

from typing import Any

from governance import actions
from governance.models import PolicyChange, Rule
from governance.rules.preview import effect_of_change
from people.models import User

LOOK = "a test looks at what is there"
REASON = "Agreed in the privacy round of this week."
STRICT = {"ge": [{"attr": "resource.level"}, 3]}
WHEN = {"and": [STRICT, {"not": {"has": [{"attr": "principal.roles"}, ["privacy", "governance_lead"]]}}]}


def example(verdict: str, level: int, *roles: str, **held: int) -> dict[str, Any]:
    facts = {"resource.level": level, "principal.roles": list(roles)}
    return {"verdict": verdict, "facts": facts, "held": held}


def body(**given: Any) -> dict[str, Any]:
    """A rule that closes columns of strict things to all but privacy and governance."""
    return {
        "code": "columns-for-privacy", "title": "Columns of strict data are for privacy", "domain": "growth",
        "owner": "sol", "effect": "deny", "action": "columns", "kinds": ["dataset"], "mode": "block", "when": WHEN,
        "examples": [example("deny", 3), example("allow", 2), example("allow", 5, "privacy")], **given,
    }  # fmt: skip


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def change(found: PolicyChange) -> PolicyChange:
    rows = PolicyChange.objects.unrestricted(LOOK).select_related("thing__domain", "proposer")
    return rows.get(pk=found.pk)


def rule(code: str = "columns-for-privacy") -> Rule:
    return Rule.objects.unrestricted(LOOK).select_related("thing__domain", "owner").get(code=code)


def agree(found: PolicyChange, *people: User) -> PolicyChange:
    for person in people:
        reader = fresh(person)
        actions.approve_change(by=reader, change=change(found), preview=effect_of_change(change(found), reader).digest)
    return change(found)


def in_force(by: User, *others: User, **given: Any) -> Rule:
    """A rule that was proposed by one and agreed to by others."""
    found = actions.propose_rule(by=fresh(by), body=body(**given), reason=REASON)
    agree(found, *others)
    return rule(body(**given)["code"])
