"""What a rule is: where it counts, what it does when its condition holds, and how seriously it is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guard.policy import ACTIONS, NOTHING, SAMPLE
from guard.rules.python import Decide, Facts, to_python
from guard.rules.tree import Node, Unreadable, read
from guard.rules.vocabulary import MOVE, SHIPPED, SIGHT, VERB

PERMIT, DENY, MASK, REQUIRE, GATE = "permit", "deny", "mask", "require", "gate"
EFFECTS = (PERMIT, DENY, MASK, REQUIRE, GATE)
OFF, DRY_RUN, WARN, BLOCK = "off", "dry_run", "warn", "block"
MODES = (OFF, DRY_RUN, WARN, BLOCK)
# Rules about rules would be able to hide the rule that hides them.
NEVER = frozenset({"rule", "change"})


@dataclass(frozen=True)
class Rule:
    """One rule in force.

    Args:
        key: of its Thing, such as RUL-1001; findings carry it.
        code: its name in files.
        version: number of its version.
        effect: deny or mask narrow sight, deny and require judge a verb, gate judges a move; permit only ships.
        action: for sight an action of `guard.policy.ACTIONS` (what is finer goes too), else a ledger code or a move.
        kinds: kinds of things; empty means every kind but rules and changes of them.
        when: the condition; None when it cannot be read any more, which counts as the stricter answer.
        mode: off, dry_run, warn or block.
        title: for people.
    """

    key: str
    code: str
    version: int
    effect: str
    action: str
    kinds: frozenset[str]
    when: Node | None
    mode: str
    title: str = ""
    decide: Decide | None = None

    def speaks_of(self, kind: str) -> bool:
        """Whether things of this kind are in its scope."""
        return kind in self.kinds if self.kinds else kind not in NEVER

    @property
    def is_sight(self) -> bool:
        """Whether it narrows what is seen, rather than judging an act."""
        return where_of(self.effect, self.action) in (SIGHT, SHIPPED)

    @property
    def cap(self) -> int:
        """The highest grade that remains when a rule about sight matches."""
        return SAMPLE if self.effect == MASK else max(NOTHING, ACTIONS[self.action] - 1)

    def bites(self, facts: Facts) -> bool:
        """Whether it narrows, refuses or stands in the way, given the facts; what cannot be decided does."""
        if self.decide is None:
            return self.effect != PERMIT
        try:
            holds = self.decide(facts)
        except KeyError:
            return self.effect != PERMIT
        return not holds if self.effect in (REQUIRE, GATE) else holds


def where_of(effect: str, action: str) -> str:
    """Where a rule of this effect counts: it decides which attributes are known."""
    if effect == PERMIT:
        return SHIPPED
    if effect == GATE:
        return MOVE
    return SIGHT if effect == MASK or (effect == DENY and action in ACTIONS) else VERB


def rule_of(row: Mapping[str, Any]) -> Rule:
    """A rule from its stored form. One whose condition cannot be read stays in force, as the stricter answer."""
    try:
        node: Node | None = read(row["when"], where_of(row["effect"], row["action"]))
    except Unreadable:
        node = None
    return Rule(
        row["key"], row["code"], row["version"], row["effect"], row["action"], frozenset(row["kinds"]), node,
        row["mode"], row.get("title", ""), to_python(node) if node is not None else None,
    )  # fmt: skip


def permits(rules: Iterable[Rule], facts: Facts) -> bool:
    """Whether rules together let something through: nothing does by itself, and deny beats permit."""
    rules = list(rules)
    if any(rule.effect == DENY and rule.bites(facts) for rule in rules):
        return False
    return any(rule.effect == PERMIT and rule.bites(facts) for rule in rules)
