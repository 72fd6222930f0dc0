"""Two rules of the demo organisation: one that blocks, and one that is still on trial."""

from __future__ import annotations

from typing import Any

from demo.teller import Teller
from governance import actions as governance
from governance.rules.preview import effect_of_change

_LEVEL = {"attr": "resource.level"}
_ROLES = {"attr": "principal.roles"}


def _example(verdict: str, level: int, *roles: str, **held: int) -> dict[str, Any]:
    return {"verdict": verdict, "facts": {"resource.level": level, "principal.roles": list(roles)}, "held": held}


MASK: dict[str, Any] = {
    "code": "raw-needs-a-grant",
    "title": "Raw samples of restricted data need a grant",
    "effect": "mask",
    "action": "raw",
    "kinds": ["dataset"],
    "mode": "block",
    "when": {"and": [{"ge": [_LEVEL, 4]}, {"not": {"exists": {"standing": ["grant"], "grade": 6}}}]},
    "examples": [_example("deny", 4, owner=6), _example("allow", 4, grant=6), _example("allow", 3, owner=6)],
}
GATE: dict[str, Any] = {
    "code": "privacy-reads-restricted-prds",
    "title": "Privacy or security approves PRDs with restricted data",
    "effect": "gate",
    "action": "approve",
    "kinds": ["prd"],
    "mode": "dry_run",
    "when": {"or": [{"lt": [_LEVEL, 4]}, {"has": [_ROLES, ["privacy", "security"]]}]},
    "examples": [_example("deny", 4, "data_pm"), _example("allow", 4, "privacy"), _example("allow", 3)],
}


def tell(teller: Teller) -> None:
    """Grace proposes both, security agrees to them."""
    for body, reason in (
        (MASK, "An owner does not need raw rows of restricted data; who does asks for a grant that ends."),
        (GATE, "Counted for a month before it blocks anybody: how many PRDs would wait for privacy?"),
    ):
        whole = {**body, "domain": teller.domain.slug, "owner": "gus"}
        with teller.ago(21):
            change = governance.propose_rule(by=teller.grace, body=whole, reason=reason)
        with teller.ago(20):
            digest = effect_of_change(change, teller.sol).digest
            governance.approve_change(by=teller.sol, change=change, preview=digest)
