"""MET-1xx: are the numbers defined, owned, focused and honest?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.case import Case, has_number
from prds.lint.facts import MetricFacts
from prds.lint.registry import ERROR, WARNING, Found, at, at_reference, rule
from prds.references import Reference

DEFINED = frozenset({"defined", "in_review", "certified", "lapsed", "deprecated"})
_FOCUS = 3
_NUMBERED = ("summary", "problem", "decision", "goals", "metrics", "acceptance", "experiment")


@rule(
    "MET-101",
    ERROR,
    title=gettext_lazy("A metric cannot be relied upon"),
    why=gettext_lazy("Approval would stand on sand (PRD-G2)."),
    hint=gettext_lazy("Give it an owner, define it, or pin its current version."),
    needs_facts=True,
)
def metrics_can_be_relied_upon(case: Case) -> Iterator[Found]:
    for one in case.refers("metric"):
        facts = case.facts.metrics.get(one.target)
        for message in _faults(one, facts):
            yield at_reference(one, message)


def _faults(reference: Reference, facts: MetricFacts | None) -> Iterator[str]:
    name = {"name": reference.target}
    if facts is None:
        yield _("There is no metric “%(name)s”.") % name
        return
    if not facts.owner:
        yield _("The metric “%(name)s” has no business owner.") % name
    if facts.state not in DEFINED:
        yield _("The metric “%(name)s” is not defined yet, or no longer.") % name
    pinned, current = reference.pinned_version, facts.version
    if pinned and current and pinned.split(".")[0] != current.split(".")[0]:
        versions = {**name, "pinned": pinned, "current": current}
        yield _("“%(name)s” is pinned to %(pinned)s, and its meaning is now %(current)s.") % versions


@rule(
    "MET-102",
    ERROR,
    title=gettext_lazy("A number has no definition"),
    why=gettext_lazy("An undefined number means whatever its reader likes."),
    hint=gettext_lazy("Refer to the metric beside the number: {{metric:code@1.0.0}}."),
)
def numbers_are_defined(case: Case) -> Iterator[Found]:
    for slug in _NUMBERED:
        lines = list(case.said(slug, quotes=False))
        referred = {one.block for one in lines if "{{metric:" in one.raw.replace(" ", "")}
        for one in lines:
            if case.words.has("reconcile", one.text):
                continue  # "revenue ties to the ledger within 0.1 %": the number is the tolerance
            hit = next(case.words.find("metric_like", one.text), None)
            if hit and one.block not in referred and has_number(one.text):
                yield at(one, _("“%(word)s” with a number refers to no metric.") % {"word": hit.word})


@rule(
    "MET-103",
    WARNING,
    title=gettext_lazy("A success metric lacks dimensions, time zone or period"),
    why=gettext_lazy("Two teams will read two numbers."),
    hint=gettext_lazy("Complete the metric's definition."),
    needs_facts=True,
)
def success_metrics_are_complete(case: Case) -> Iterator[Found]:
    for one in case.refers("metric", "success"):
        facts = case.facts.metrics.get(one.target)
        if facts is None:
            continue
        missing = [] if facts.dimensions else [_("dimensions")]
        missing += [] if facts.timezone else [_("a time zone")]
        missing += [] if facts.period else [_("a period")]
        if missing:
            what = {"name": one.target, "what": ", ".join(missing)}
            yield at_reference(one, _("“%(name)s” has no %(what)s.") % what)


@rule(
    "MET-104",
    WARNING,
    title=gettext_lazy("A metric that cannot be added up is shown as a total"),
    why=gettext_lazy("The total would be wrong."),
    hint=gettext_lazy("Show it per group, or compute the total anew from the data."),
    needs_facts=True,
)
def totals_are_additive(case: Case) -> Iterator[Found]:
    stiff = {code for code, facts in case.facts.metrics.items() if facts.additivity == "non_additive"}
    for reference in case.document.references:
        if reference.kind != "metric" or reference.target not in stiff:
            continue
        for one in case.said(reference.section):
            is_here = f"metric:{reference.target}" in one.raw.replace(" ", "")
            if is_here and case.words.means("sums", one.text):
                yield at(
                    one, _("“%(name)s” cannot be added up.") % {"name": reference.target}, f"metric:{reference.target}"
                )


@rule(
    "MET-105",
    WARNING,
    title=gettext_lazy("There are too many success metrics"),
    why=gettext_lazy("Without focus every result is a success."),
    hint=gettext_lazy("Keep at most three; the others are inputs or guardrails."),
)
def success_has_focus(case: Case) -> Iterator[Found]:
    success = case.refers("metric", "success")
    if len(success) > _FOCUS:
        yield at_reference(success[_FOCUS], _("%(count)d success metrics; three are enough.") % {"count": len(success)})


@rule(
    "MET-106",
    WARNING,
    title=gettext_lazy("Success is a vanity count"),
    why=gettext_lazy("Such a count can only go up, whatever happens."),
    hint=gettext_lazy("Add a rate that says what the count is worth."),
)
def success_is_no_vanity(case: Case) -> Iterator[Found]:
    if any(_is_rate(case, one) for one in case.refers("metric")):
        return
    for one in case.refers("metric", "success"):
        if _is_vanity(case, one):
            yield at_reference(one, _("“%(name)s” only counts, and no rate stands beside it.") % {"name": one.target})


def _is_vanity(case: Case, reference: Reference) -> bool:
    facts = case.facts.metrics.get(reference.target)
    return case.words.has("vanity", f"{_as_words(reference.target)} {facts.name if facts else ''}")


def _is_rate(case: Case, reference: Reference) -> bool:
    facts = case.facts.metrics.get(reference.target)
    return case.words.has("rate_units", f"{_as_words(reference.target)} {facts.unit if facts else ''}") or (
        "%" in facts.unit if facts else False
    )


def _as_words(code: str) -> str:
    """A code as words: its parts are words, and the usual endings for quotients are rates."""
    parts = code.casefold().split("_")
    return " ".join("rate" if part in {"cr", "cvr", "ctr", "pct"} else part for part in parts)
