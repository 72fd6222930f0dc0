"""Gates: what must be true before a move. Declared once, read by page, checklist, API, command and test alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from guard import clock
from guard.doors.reading import grades_of
from guard.memory import rows_by
from guard.models import Thing, Waiver
from guard.policy import READ
from guard.rules import live
from guard.rules.rule import BLOCK, WARN

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Finding:
    """One thing that stands in the way, or should be known.

    Args:
        id: public rule id, such as ``PRD-G2``.
        sentence: what is wrong, in the reader's language.
        severity: error blocks, warning informs, info is a remark.
        who: names of those who can help.
        link: where it is mended.
        subject: what it speaks of; hidden from readers who may not see that.
        section: slug of the section meant.
        excerpt: the words meant.
        rule: finer rule below the gate, such as TOOL-001 below PRD-G1; waivers name it.
    """

    id: str
    sentence: str
    severity: str = ERROR
    who: Sequence[str] = ()
    link: str = ""
    subject: Thing | None = None
    section: str = ""
    excerpt: str = ""
    rule: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The form in which the API gives it."""
        return {
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity,
            "sentence": str(self.sentence),
            "who": list(self.who),
            "link": self.link,
            "subject": self.subject.key if self.subject is not None else None,
            "section": self.section,
        }


Check = Callable[[Any, Any, Mapping[str, Any]], Iterable[Finding]]


@dataclass(frozen=True)
class Gate:
    """A rule by its public id. A rule of the law cannot be waived."""

    id: str
    kind: str
    title: str | Promise
    check: Check
    law: bool = False


GATES: dict[tuple[str, str], Gate] = {}


def gate(rule_id: str, *, kind: str, title: str | Promise, law: bool = False) -> Callable[[Check], Check]:
    """Declare a gate: a generator over (object, actor, facts) that yields a finding for each fault.

    Args:
        rule_id: public id.
        kind: kind of the object judged.
        title: what holds when it passes.
        law: cannot be waived.
    """

    def wrap(check: Check) -> Check:
        GATES[kind, rule_id] = Gate(rule_id, kind, title, check, law)
        return check

    return wrap


@dataclass(frozen=True)
class Result:
    """One line of a checklist: a gate and what it found."""

    gate: Gate
    findings: Sequence[Finding]

    @property
    def is_passed(self) -> bool:
        return not any(finding.severity == ERROR for finding in self.findings)


def judge(obj: Any, gate_ids: Iterable[str], actor: Any, facts: Mapping[str, Any] | None = None) -> list[Result]:
    """Run gates on an object, in the order given, for one reader.

    Args:
        obj: the governed object.
        gate_ids: public ids.
        actor: who asks; findings about things hidden from them lose their names, never their ids.
        facts: what the move was called with.

    Returns:
        One result a gate, passed ones too. Waived errors become remarks.
    """
    thing, facts = getattr(obj, "thing", obj), facts or {}
    found = [(g, list(g.check(obj, actor, facts))) for g in (GATES[thing.kind, rule] for rule in gate_ids)]
    found += _stored(thing, actor, facts)
    waived = _waived(thing)
    hidden = _hidden([finding.subject for _g, findings in found for finding in findings], actor)
    return [
        Result(
            g,
            [
                _filtered(finding, hidden, None if g.law else waived.get(finding.rule or finding.id))
                for finding in findings
            ],
        )
        for g, findings in found
    ]


def _stored(thing: Thing, actor: Any, facts: Mapping[str, Any]) -> list[tuple[Gate, list[Finding]]]:
    """The rules in force that are gates of this move, beside the gates that rooms declare; nobody waives them."""
    severity = {BLOCK: ERROR, WARN: WARNING}
    found = []
    for rule, judged in live.judged_move(str(facts.get("move", "")), actor, thing, facts):
        line = Gate(rule.key, thing.kind, rule.title, lambda *_given: [], law=True)
        found.append((line, [Finding(rule.key, judged.sentence, severity[rule.mode])] if judged else []))
    return found


def errors_of(results: Iterable[Result]) -> list[Finding]:
    """The findings that block."""
    return [finding for result in results for finding in result.findings if finding.severity == ERROR]


def blockers(obj: Any, move: str, actor: Any, facts: Mapping[str, Any] | None = None) -> list[Finding]:
    """What keeps `obj` from making `move`, as `actor` may know it."""
    from guard import states

    thing = getattr(obj, "thing", obj)
    facts = {"move": move, **(facts or {})}
    return errors_of(judge(obj, states.move_of(thing.kind, move).gates, actor, facts))


def _waived(thing: Thing) -> dict[str, Any]:
    return dict(rows_by("thing", thing.pk, _waivers))


def _waivers(thing_ids: list[int]) -> list[tuple[int, tuple[str, Any]]]:
    rows = Waiver.objects.unrestricted("a waiver counts whoever looks").filter(
        thing_id__in=thing_ids, expires_on__gte=clock.now().date()
    )
    return [(pk, (rule, until)) for pk, rule, until in rows.values_list("thing_id", "rule_id", "expires_on")]


def _hidden(subjects: Iterable[Thing | None], actor: Any) -> set[int]:
    things = {thing.pk: thing for thing in subjects if thing is not None}
    return {pk for pk, grade in grades_of(actor, things.values()).items() if grade < READ}


def _filtered(finding: Finding, hidden: set[int], waived_until: Any) -> Finding:
    if finding.subject is not None and finding.subject.pk in hidden:
        finding = replace(finding, sentence=_("1 restricted item"), who=(), link="", subject=None, excerpt="")
    if waived_until is not None and finding.severity == ERROR:
        sentence = _("%(sentence)s (waived until %(day)s)") % {"sentence": finding.sentence, "day": waived_until}
        finding = replace(finding, severity=INFO, sentence=sentence)
    return finding
