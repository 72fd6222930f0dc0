"""Examples stored with a rule: facts, and whether the rule lets them through. They must hold before anybody agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guard.policy import Held
from guard.rules.python import Facts
from guard.rules.rule import Rule
from guard.rules.tree import attributes_of
from guard.rules.vocabulary import ATTRIBUTES, NUMBER, STANDINGS, WORDS, YES, is_plain

ALLOW, DENY = "allow", "deny"
MOST = 40


@dataclass(frozen=True)
class Tried:
    """An example and what became of it; `got` is empty when the rule could not decide."""

    verdict: str
    facts: Mapping[str, Any]
    held: Mapping[str, int]
    got: str

    @property
    def holds(self) -> bool:
        return self.got == self.verdict


def faults_of(examples: Any) -> list[str]:
    """What is wrong with the form of examples; sentences."""
    if not isinstance(examples, list) or len(examples) > MOST:
        return [_("Give the examples as a list.")]
    faults = []
    for number, one in enumerate(examples, start=1):
        if not isinstance(one, dict) or not set(one) <= {"verdict", "facts", "held"} or "verdict" not in one:
            faults.append(_("Example %(number)d: give a verdict, facts and what is held.") % {"number": number})
            continue
        if one["verdict"] not in (ALLOW, DENY):
            faults.append(_("Example %(number)d: the verdict is allow or deny.") % {"number": number})
        facts, held = one.get("facts", {}), one.get("held", {})
        if not isinstance(facts, dict) or not all(_fits(name, value) for name, value in facts.items()):
            faults.append(_("Example %(number)d: a fact is not in the vocabulary.") % {"number": number})
        if not isinstance(held, dict) or not all(
            reason in STANDINGS and type(grade) is int and 0 <= grade <= 6 for reason, grade in held.items()
        ):
            faults.append(_("Example %(number)d: a standing is not in the vocabulary.") % {"number": number})
    for verdict in (ALLOW, DENY):
        if not any(isinstance(one, dict) and one.get("verdict") == verdict for one in examples):
            faults.append(_("Store at least one example with the verdict %(verdict)s.") % {"verdict": verdict})
    return faults


def _fits(name: object, value: Any) -> bool:
    known = ATTRIBUTES.get(name) if isinstance(name, str) else None
    if known is None or known.name == "principal.standing":  # that follows from what is held
        return False
    if known.type == NUMBER:
        return type(value) is int and 0 <= value <= 6
    if known.type == YES:
        return isinstance(value, bool)
    if known.type == WORDS:
        return isinstance(value, list) and all(is_plain(word) for word in value)
    return value == "" or is_plain(value)


def try_examples(rule: Rule, examples: list[dict[str, Any]]) -> list[Tried]:
    """Ask the rule about each example. One whose facts do not say what the condition asks for is not decided."""
    asked = attributes_of(rule.when) - {"exists", "principal.standing"} if rule.when is not None else set()
    tried = []
    for one in examples:
        facts, held = one.get("facts", {}), one.get("held", {})
        got = _verdict(rule, facts, held) if asked <= set(facts) and rule.when is not None else ""
        tried.append(Tried(one["verdict"], facts, held, got))
    return tried


def _verdict(rule: Rule, facts: Mapping[str, Any], held: Mapping[str, int]) -> str:
    kind = facts.get("resource.kind")
    if kind is not None and not rule.speaks_of(kind):
        return ALLOW
    values = {name: frozenset(value) if isinstance(value, list) else value for name, value in facts.items()}
    values["principal.standing"] = max(held.values(), default=0)
    known = Facts(values, tuple(Held(reason, grade) for reason, grade in held.items()))
    return DENY if rule.bites(known) else ALLOW
