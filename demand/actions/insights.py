"""Verbs about insights: what was understood, what supports it, and what says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from demand import documents, handed
from demand.evidence import CONTRADICTS, SUPPORTS, evidence_of, recount
from demand.models import Insight, Quote
from demand.states import ANYONE, PM
from guard import things
from guard.doors import act, acting
from guard.models import Domain
from guard.refusals import Denied, Invalid
from guard.states import perform
from people.actions import tell
from web.markdown import render

LOWEST = 2  # a paraphrase of what people said is never public
_FIELDS = {"statement", "kind", "severity", "frequency"}


@act("insight.drafted", who=PM)
def draft_insight(
    *, by: Any, domain: Domain, statement: str, title: str = "", kind: str = Insight.Sort.PAIN, severity: int = 1,
    frequency: str = Insight.Frequency.MONTHLY, supporting: Sequence[Quote] = (),
    contradicting: Sequence[Quote] = (), measured_value: str = "", measured_source: str = "",
    measured_on: date | None = None, level: int = LOWEST,
) -> Insight:  # fmt: skip
    """Write down what was understood.

    Args:
        by: who acts; becomes its author.
        domain: where it belongs.
        statement: in our words, not a quote.
        title: short; the statement's beginning when empty.
        kind: Insight.Sort.
        severity: 0 to 3.
        frequency: Insight.Frequency.
        supporting: quotes that say so.
        contradicting: quotes that say otherwise.
        measured_value: a number that stands beside, with its unit.
        measured_source: where the number comes from, such as a metric's code.
        measured_on: the day of the number.
        level: 2 to 5.

    Returns:
        The insight, in state draft.
    """
    handed.in_own_domain(by, domain)
    handed.require(statement=statement)
    _check(kind=kind, severity=severity, frequency=frequency)
    handed.one_of("level", level, range(LOWEST, 6))
    handed.may_read(by, *supporting, *contradicting)
    thing = things.new_thing(
        kind="insight", title=handed.line(title or statement), domain=domain, level=level, state="draft"
    )
    insight: Insight = Insight.objects.create(
        thing=thing, statement=handed.text(statement), kind=kind, severity=severity, frequency=frequency,
        measured_value=measured_value.strip(), measured_source=measured_source.strip(), measured_on=measured_on,
    )  # fmt: skip
    things.give(thing, person=by, reason="author", grade=4)
    _join(insight, supporting, SUPPORTS)
    _join(insight, contradicting, CONTRADICTS)
    _recount(by, insight)
    documents.put(insight)
    return insight


@act("insight.evidence_added", who=PM, subject="insight")
def add_evidence(*, by: Any, insight: Insight, quotes: Sequence[Quote], role: str = SUPPORTS) -> Insight:
    """Add quotes that support an insight; with role ``contradicts`` quotes that say otherwise."""
    handed.one_of("role", role, (SUPPORTS, CONTRADICTS))
    handed.may_read(by, *quotes)
    if not quotes:
        raise Invalid(errors={"quotes": [_("Choose at least one quote.")]})
    things.lock(insight)
    _join(insight, quotes, role)
    acting().note(counts={role: len(quotes)})
    _recount(by, insight)
    things.touch(insight)
    return insight


@act("insight.measured", who=PM, subject="insight")
def measure_insight(*, by: Any, insight: Insight, value: str, source: str, on: date | None = None) -> Insight:
    """Put a number from a named source beside an insight (INS-1)."""
    handed.require(measured_value=value, measured_source=source)
    things.lock(insight)
    insight.measured_value, insight.measured_source, insight.measured_on = value.strip(), source.strip(), on
    insight.save(update_fields=["measured_value", "measured_source", "measured_on"])
    _recount(by, insight)
    things.touch(insight)
    return insight


@act("insight.contradictions_answered", who=PM, subject="insight")
def answer_contradictions(*, by: Any, insight: Insight, answer: str) -> Insight:
    """Say in text why the insight holds in spite of the quotes that contradict it today (INS-2)."""
    handed.require(answer=answer)
    things.lock(insight)
    insight.answer_md, insight.answer_html = handed.text(answer), render(answer)
    insight.answered_keys = list(evidence_of(insight).contradicting)
    insight.save(update_fields=["answer_md", "answer_html", "answered_keys"])
    acting().note(counts={"answered": len(insight.answered_keys)})
    things.touch(insight)
    return insight


@act("insight.supported", who=PM, subject="insight")
def support_insight(*, by: Any, insight: Insight, quotes: Sequence[Quote] = (), reason: str = "") -> Insight:
    """Mark an insight as supported: INS-1, INS-2.

    Args:
        by: who acts.
        insight: draft or disputed.
        quotes: further quotes that support it.
        reason: why, for the record.
    """
    handed.may_read(by, *quotes)
    _join(insight, quotes, SUPPORTS)
    _recount(by, insight)
    perform(insight, "support", by=by, reason=reason)
    return insight


@act("insight.disputed", who=ANYONE, subject="insight")
def dispute_insight(*, by: Any, insight: Insight, quote: Quote, reason: str = "") -> Insight:
    """Say that a quote contradicts an insight; any reader of both may."""
    handed.may_read(by, quote)
    perform(insight, "dispute", by=by, quote=quote, reason=reason)
    _join(insight, [quote], CONTRADICTS)
    _recount(by, insight)
    for author in things.standing_people(insight, "author"):
        if author.pk != by.pk:
            tell(author, insight, "insight.disputed", _("A quote contradicts your insight: answer it."))
    return insight


@act("insight.retired", who=PM, subject="insight")
def retire_insight(*, by: Any, insight: Insight, reason: str) -> Insight:
    """Retire an insight that is true no more."""
    perform(insight, "retire", by=by, reason=reason)
    return insight


@act("insight.revised", who=PM, subject="insight")
def revise_insight(
    *, by: Any, insight: Insight, changes: dict[str, Any], expected_version: int | None = None
) -> Insight:
    """Change title, statement, kind, severity or frequency; a no-op edit changes nothing.

    Raises:
        Invalid: for another field or an unknown value.
        Stale: when somebody changed it in between.
    """
    unknown = set(changes) - _FIELDS - {"title"}
    if unknown:
        raise Invalid(errors={name: [_("This cannot be changed here.")] for name in sorted(unknown)})
    _check(**{name: changes[name] for name in ("kind", "severity", "frequency") if name in changes})
    changed = {name for name in _FIELDS & set(changes) if getattr(insight, name) != changes[name]}
    title = handed.line(changes.get("title", insight.title)) or insight.title
    if not changed and title == insight.title and expected_version in (None, insight.thing.row_version):
        return insight
    things.touch(insight, expected_version=expected_version, title=title)
    for name in changed:
        setattr(insight, name, changes[name])
    handed.require(statement=insight.statement)
    if changed:
        insight.save(update_fields=sorted(changed))
    acting().note(fields=sorted(changed))
    documents.put(insight)
    return insight


@act("insight.weakened", who=ANYONE, subject=None)
def weaken_insight(*, by: Any, insight: Insight, because: str = "INS-1") -> Insight:
    """Take the support away from an insight whose evidence fell short; the rule decides, not the person.

    Raises:
        Denied: while its evidence is enough.
    """
    acting().subject(insight)
    if evidence_of(insight).is_enough:
        raise Denied()
    perform(insight, "weaken", by=by)
    acting().note(because=because)
    for author in things.standing_people(insight, "author"):
        tell(author, insight, "insight.weakened", _("Evidence of your insight was withdrawn: it needs another voice."))
    return insight


def _recount(by: Any, insight: Insight) -> None:
    """Count the evidence again; a supported insight that falls short becomes a draft."""
    if recount(insight):
        weaken_insight(by=by, insight=insight)


def _join(insight: Insight, quotes: Iterable[Quote], role: str) -> None:
    for quote in quotes:
        if quote.purged_at is not None:
            raise Invalid(errors={"quotes": [_("%(key)s was withdrawn.") % {"key": quote.key}]})
        things.link(insight, "rests_on", quote, role=role)


def _check(**values: Any) -> None:
    choices = {"kind": Insight.Sort, "severity": Insight.Severity, "frequency": Insight.Frequency}
    for name, value in values.items():
        handed.one_of(name, value, choices[name].values)
