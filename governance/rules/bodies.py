"""What a rule may say: the form in which files, changes and pages give it, read and checked whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from governance.models import RuleEffect, RuleMode
from governance.rules import examples
from guard.doors.acts import SUBJECTS
from guard.kinds import KINDS
from guard.models import Domain
from guard.policy import ACTIONS
from guard.refusals import Invalid
from guard.rules.rule import DENY, GATE, MASK, NEVER, PERMIT, Rule, rule_of, where_of
from guard.rules.tree import Unreadable, read
from guard.rules.vocabulary import is_plain
from guard.states import TABLES
from people.models import User

FIELDS = ("code", "title", "domain", "owner", "effect", "action", "kinds", "mode", "when", "examples")
DECIDES = ("effect", "action", "kinds", "mode", "when")  # what changes who may do what; the rest is paperwork
Errors = dict[str, list[str]]


def read_body(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check a rule.

    Args:
        given: the ten fields.

    Returns:
        The same, in one form for equal rules: kinds sorted, texts trimmed.

    Raises:
        Invalid: with every fault at its field.
    """
    errors: Errors = {}
    for name in sorted(set(FIELDS) ^ set(given)):
        errors[name] = [_("Say this.") if name in FIELDS else _("There is no such field.")]
    if errors:
        raise Invalid(errors=errors)
    body = {name: given[name] for name in FIELDS}
    for field, check in _CHECKS.items():
        if fault := check(body):
            errors.setdefault(field, []).extend(fault)
    if not errors:
        errors = _condition(body)
    if errors:
        raise Invalid(errors=errors)
    body["kinds"] = sorted(set(body["kinds"]))
    body["title"] = body["title"].strip()
    return body


def compiled(body: Mapping[str, Any], key: str = "", version: int = 0) -> Rule:
    """The rule of a body, to be asked."""
    return rule_of({**body, "key": key, "version": version})


def row_of(body: Mapping[str, Any], key: str, version: int) -> dict[str, Any]:
    """The rule of a body as the book in force would hold it."""
    names = ("code", "effect", "action", "kinds", "when", "mode", "title")
    return {"key": key, "version": version, **{name: body[name] for name in names}}


def _code(body: dict[str, Any]) -> list[str]:
    return [] if is_plain(body["code"]) else [_("A code is of small letters, digits and dashes.")]


def _title(body: dict[str, Any]) -> list[str]:
    title = body["title"]
    fits = isinstance(title, str) and 5 <= len(title.strip()) <= 120 and title.isprintable()
    return [] if fits else [_("Say in 5 to 120 letters what the rule is for.")]


def _domain(body: dict[str, Any]) -> list[str]:
    known = isinstance(body["domain"], str) and Domain.objects.filter(slug=body["domain"]).exists()
    return [] if known else [_("There is no such domain.")]


def _owner(body: dict[str, Any]) -> list[str]:
    known = isinstance(body["owner"], str) and User.objects.filter(
        username=body["owner"], is_active=True, is_service=False
    )
    return [] if known and known.exists() else [_("Name somebody who works here.")]


def _effect(body: dict[str, Any]) -> list[str]:
    if body["effect"] == PERMIT:
        return [_("A rule narrows. What is permitted comes with the product and is widened by nobody.")]
    return [] if body["effect"] in RuleEffect.values else [_("There is no such effect.")]


def _mode(body: dict[str, Any]) -> list[str]:
    return [] if body["mode"] in RuleMode.values else [_("There is no such mode.")]


def _kinds(body: dict[str, Any]) -> list[str]:
    kinds = body["kinds"]
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        return [_("Give the kinds as a list.")]
    if unknown := sorted(kind for kind in kinds if kind not in KINDS or kind in NEVER):
        return [_("No rule speaks of: %(kinds)s.") % {"kinds": ", ".join(unknown)[:200]}]
    return []


def _action(body: dict[str, Any]) -> list[str]:
    effect, action, kinds = body["effect"], body["action"], body["kinds"]
    if not isinstance(action, str):
        return [_("Name what it judges.")]
    if effect == MASK:
        return [] if action == "raw" else [_("A mask is laid on the raw sample: write raw.")]
    if effect == GATE:
        able = isinstance(kinds, list) and bool(kinds) and all(
            isinstance(kind, str) and kind in TABLES and action in TABLES[kind].moves for kind in kinds
        )  # fmt: skip
        return [] if able else [_("A gate names a move, and kinds that all have this move.")]
    if effect == DENY and action in ACTIONS:
        return []
    if SUBJECTS.get(action) is None:
        return [_("Name what is looked at, or an act on something, such as grant.approved.")]
    return []


_CHECKS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "code": _code, "title": _title, "domain": _domain, "owner": _owner, "effect": _effect, "mode": _mode,
    "kinds": _kinds, "action": _action, "examples": lambda body: examples.faults_of(body["examples"]),
}  # fmt: skip


def _condition(body: dict[str, Any]) -> Errors:
    try:
        read(body["when"], where_of(body["effect"], body["action"]))
    except Unreadable as fault:
        said = _("%(place)s: this cannot be read (%(code)s): %(word)s")
        return {"when": [said % {"place": fault.place or "/", "code": fault.code, "word": fault.word}]}
    except RecursionError:
        return {"when": [_("This is nested too deeply.")]}
    slugs = _slugs(body["when"])
    missing = slugs - set(Domain.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return {"when": [_("There is no domain %(slug)s.") % {"slug": min(missing)}]} if missing else {}


def _slugs(tree: Any) -> set[str]:
    """The domains that a condition names."""
    if not isinstance(tree, dict):
        return set()
    ((op, body),) = tree.items()
    if op in ("and", "or"):
        return set().union(*(_slugs(part) for part in body))
    if op == "not":
        return _slugs(body)
    if op in ("eq", "ne", "in") and body[0] == {"attr": "resource.domain"}:
        return set(body[1]) if isinstance(body[1], list) else {body[1]}
    return set()


def differs(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Whether a change touches what a blocking rule decides: somebody could come to see or do more."""
    return before is not None and before["mode"] == RuleMode.BLOCK and any(before[n] != after[n] for n in DECIDES)
