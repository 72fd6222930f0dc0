"""A condition, and a whole rule, as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guard.kinds import KINDS
from guard.rules.rule import DENY, GATE, MASK, PERMIT, REQUIRE, Rule
from guard.rules.tree import All, Any_, Attr, Compare, Has, Holds, In, Node, Not, Truth
from guard.states import TABLES

Words = Callable[[str], str]


def attribute_words() -> dict[str, str]:
    """What each attribute is called."""
    return {
        "principal.clearance": _("the person's clearance there"),
        "principal.roles": _("the person's roles"),
        "principal.standing": _("what a standing opens to the person"),
        "principal.active": _("the person's account is active"),
        "resource.kind": _("the kind"),
        "resource.level": _("the level"),
        "resource.domain": _("the domain"),
        "resource.state": _("the state"),
        "context.grade": _("what is asked for"),
        "context.has_reason": _("a reason is given"),
    }


def comparison_words() -> dict[str, str]:
    """How each comparison is said."""
    return {
        "eq": _("%(left)s is %(right)s"),
        "ne": _("%(left)s is not %(right)s"),
        "lt": _("%(left)s is below %(right)s"),
        "le": _("%(left)s is at most %(right)s"),
        "gt": _("%(left)s is above %(right)s"),
        "ge": _("%(left)s is at least %(right)s"),
    }


def action_words() -> dict[str, str]:
    """What each action of sight is called."""
    return {
        "exists": _("its existence"),
        "read": _("its name"),
        "columns": _("its columns"),
        "profile": _("its profile"),
        "sample": _("a masked sample"),
        "raw": _("a raw sample"),
    }


def sentence_of(node: Node | None) -> str:
    """A condition in words; brackets say what belongs together."""
    if node is None:
        return _("a condition that cannot be read any more")
    return _say(node, top=True)


def _say(node: Node, top: bool = False) -> str:
    match node:
        case Truth(value):
            return _("always") if value else _("never")
        case All(parts) | Any_(parts):
            word = pgettext("condition", " and ") if isinstance(node, All) else pgettext("condition", " or ")
            said = word.join(_say(part) for part in parts)
            return said if top or len(parts) == 1 else f"({said})"
        case Not(part):
            return _("not (%(condition)s)") % {"condition": _say(part, top=True)}
        case Compare():
            return _compare(node)
        case In(left, words):
            return _("%(left)s is one of: %(words)s") % _named(left, words)
        case Has(left, words):
            return _("%(left)s hold any of: %(words)s") % _named(left, words)
        case Holds(standings, grade):
            return _("the person stands on it as %(standings)s with %(grade)s or more") % {
                "standings": _or(reason.replace("_", " ") for reason in standings), "grade": _grade(grade),
            }  # fmt: skip


def _compare(node: Compare) -> str:
    words = attribute_words()
    left, right = words[node.left.name], node.right
    if isinstance(right, bool):
        holds = right if node.op == "eq" else not right
        return left if holds else _("not (%(condition)s)") % {"condition": left}
    said = words[right.name] if isinstance(right, Attr) else _value(node.left.name, right)
    return comparison_words()[node.op] % {"left": left, "right": said}


def _value(name: str, value: Any) -> str:
    if name in ("resource.level", "principal.clearance"):
        return f"L{value}"
    if name in ("principal.standing", "context.grade"):
        return _grade(value)
    if name == "resource.kind" and value in KINDS:
        return str(KINDS[value].label)
    return str(value)


def _grade(grade: int) -> str:
    return _("grade %(grade)d") % {"grade": grade}


def _named(left: Attr, words: Iterable[str]) -> dict[str, str]:
    return {"left": attribute_words()[left.name], "words": _or(_value(left.name, word) for word in words)}


def _or(words: Iterable[str]) -> str:
    return _(", ").join(words)


def rule_sentence(rule: Rule) -> str:
    """The whole rule: what it does, to what, when."""
    told = {"what": _what(rule), "condition": sentence_of(rule.when), "scope": _scope(rule)}
    return {
        PERMIT: _("Whoever is in this case may see it: %(condition)s."),
        DENY: _("%(what)s is closed for %(scope)s when this holds: %(condition)s."),
        MASK: _("Samples of %(scope)s are masked when this holds: %(condition)s."),
        REQUIRE: _("%(what)s is refused for %(scope)s unless this holds: %(condition)s."),
        GATE: _("%(what)s waits for %(scope)s until this holds: %(condition)s."),
    }[rule.effect] % told


def _scope(rule: Rule) -> str:
    if not rule.kinds:
        return _("every kind of thing")
    return _or(str(KINDS[kind].plural) if kind in KINDS else kind for kind in sorted(rule.kinds))


def _what(rule: Rule) -> str:
    if rule.is_sight:
        return _("Sight of %(what)s") % {"what": action_words()[rule.action]}
    if rule.effect == GATE:
        moves = [TABLES[kind].moves.get(rule.action) for kind in sorted(rule.kinds) if kind in TABLES]
        label = next((str(move.label) for move in moves if move is not None), rule.action)
        return _("The move “%(move)s”") % {"move": label}
    return _("The act %(verb)s") % {"verb": rule.action}


def refusal_of(rule: Rule) -> str:
    """What somebody reads whom a rule stands in the way of: its title and what it asks."""
    condition = sentence_of(rule.when)
    if rule.effect in (REQUIRE, GATE):
        return _("%(title)s: this must hold: %(condition)s.") % {"title": rule.title, "condition": condition}
    return _("%(title)s: this must not hold: %(condition)s.") % {"title": rule.title, "condition": condition}
