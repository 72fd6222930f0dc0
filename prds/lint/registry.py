"""The registry of lint rules and the one function that runs them. Pure: the same input gives the same findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise

from prds.lint.case import Case, Said
from prds.lint.facts import UNKNOWN_FACTS, Document, Facts
from prds.lint.wordlists import Words, shipped_words
from prds.references import Reference

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
_EXCERPT = 160


@dataclass(frozen=True)
class Found:
    """What a rule yields: where, and what is wrong there."""

    message: str
    section: str = ""
    excerpt: str = ""
    line: int = 1
    subject: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule. `why` and `hint` are lazy sentences; `is_law` rules cannot be waived; `needs_facts` rules are silent
    when nobody asked the database."""

    id: str
    severity: str
    title: str | Promise
    why: str | Promise
    hint: str | Promise
    check: Callable[[Case], Iterable[Found]]
    is_law: bool = False
    needs_facts: bool = False


@dataclass(frozen=True)
class LintFinding:
    """One finding, in the language in which the lint ran.

    `subject` names what the finding is about, such as ``metric:refund_rate_7d``, so that whoever shows it can hide
    what a reader may not know. `line` is 1-based in the whole document.
    """

    rule_id: str
    severity: str
    section: str
    excerpt: str
    message: str
    hint: str
    line: int = 1
    subject: str = ""
    is_law: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


RULES: dict[str, Rule] = {}


def rule(
    rule_id: str,
    severity: str,
    *,
    title: str | Promise,
    why: str | Promise,
    hint: str | Promise,
    is_law: bool = False,
    needs_facts: bool = False,
) -> Callable[[Callable[[Case], Iterable[Found]]], Callable[[Case], Iterable[Found]]]:
    """Register a rule under its public id.

    Raises:
        ValueError: when the id is taken or the severity unknown: a rule can never be replaced silently.
    """
    if rule_id in RULES or severity not in SEVERITIES:
        raise ValueError(rule_id)

    def keep(check: Callable[[Case], Iterable[Found]]) -> Callable[[Case], Iterable[Found]]:
        RULES[rule_id] = Rule(rule_id, severity, title, why, hint, check, is_law, needs_facts)
        return check

    return keep


def excerpt_of(text: str) -> str:
    """A piece of the text on one line, cut at a length that a page can show."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"


def at(said: Said, message: str, subject: str = "") -> Found:
    """Found in a sentence."""
    return Found(message, said.section, excerpt_of(said.raw), said.line, subject)


def at_section(case: Case, slug: str, message: str, subject: str = "") -> Found:
    """Found in a section as a whole."""
    return Found(message, slug, "", case.line_of(slug), subject)


def at_reference(reference: Reference, message: str) -> Found:
    """Found at a reference."""
    return Found(message, reference.section, str(reference), reference.line, f"{reference.kind}:{reference.target}")


def lint(
    document: Document, facts: Facts = UNKNOWN_FACTS, *, words: Words | None = None, only: Collection[str] = ()
) -> list[LintFinding]:
    """Run the rules over a document.

    Args:
        document: the PRD version.
        facts: what the database knows; without it the rules that need it are silent.
        words: an organisation's word lists, else the shipped ones.
        only: ids of rules to run, else all.

    Returns:
        Findings in the order of the document, then of severity and id; the same for the same input.
    """
    case = Case(document, facts, words or shipped_words())
    return in_order(document, _run(case, only))


def in_order(document: Document, found: Iterable[LintFinding]) -> list[LintFinding]:
    """Findings in the order of the document, then of severity and id."""
    order = {section.slug: place for place, section in enumerate(document.sections)}

    def place_of(one: LintFinding) -> tuple[int, int, int, str, str]:
        weight = SEVERITIES.index(one.severity)
        return order.get(one.section, -1), one.line, weight, one.rule_id, one.message

    return sorted(found, key=place_of)


def _run(case: Case, only: Collection[str]) -> Iterator[LintFinding]:
    for one in RULES.values():
        if (only and one.id not in only) or (one.needs_facts and not case.facts.is_known):
            continue
        for hit in dict.fromkeys(one.check(case)):
            yield LintFinding(
                one.id, one.severity, hit.section, hit.excerpt, str(hit.message), str(one.hint), hit.line, hit.subject,
                one.is_law,
            )  # fmt: skip


def errors(findings: Iterable[LintFinding], waived: Collection[str] = ()) -> list[LintFinding]:
    """The findings that block PRD-G1: errors whose rule is not waived. A rule that stands for the law stays."""
    return [one for one in findings if one.severity == ERROR and (one.is_law or one.rule_id not in waived)]
