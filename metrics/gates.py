"""MET-1 to MET-9: what must hold of a metric (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import prohibited
from guard import clock, things
from guard.doors import grade_of
from guard.gates import Finding, gate
from guard.kinds import url_of
from guard.models import Thing
from guard.policy import COLUMNS
from metrics import checks, inputs
from metrics.definition import ATOMIC
from metrics.drafts import as_definition
from metrics.find import find_metric_by_code, find_metrics_by_code
from metrics.fingerprint import inputs_of
from metrics.models import ChangeKind, Metric
from metrics.states import BELOW_DEFINED, LIVE, MEANT, MetricState

CERTIFIED_FOR = timedelta(days=365)
# States in which something of another room relies on a metric (MET-8); the words are the public states of domain.md.
RELIES: Mapping[str, frozenset[str]] = {
    "product": frozenset({"trial", "live", "iterate"}),
    "prd": frozenset({"in_review", "changes_requested", "approved", "building", "launched", "measuring"}),
    "decision": frozenset({"proposed", "accepted", "implemented"}),
}
Found = Iterator[Finding]
_RULES = "the rules MET-1 to MET-9 hold for hidden rows too; findings are filtered for the reader"


@gate("MET-1", kind="metric", title=gettext_lazy("It has an owner, a steward, a caliber and a unit"))
def is_answered_for(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """Somebody answers for it and it says what is counted, in which unit."""
    link = url_of(metric)
    if not things.standing_people(metric, "owner"):
        yield Finding("MET-1", _("Nobody owns this metric. Appoint a business owner."), link=link)
    if not things.standing_people(metric, "steward"):
        yield Finding("MET-1", _("Nobody is its technical steward. Appoint one."), link=link)
    helpers = names(things.standing_people(metric, "owner"))
    if not metric.caliber_md.strip():
        yield Finding("MET-1", _("It does not say what is counted and what is left out."), who=helpers, link=link)
    if not metric.unit.strip():
        yield Finding("MET-1", _("It has no unit."), who=helpers, link=link)


@gate("MET-2", kind="metric", title=gettext_lazy("Its inputs are defined and lead nowhere in a circle"))
def inputs_hold(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """Inputs at `defined` or above, no cycle, a source, and a ratio that says what a zero denominator gives.

    Facts:
        inputs: metrics that a definition under way would use; without them the current ones are judged.
    """
    coming = facts.get("inputs")
    below = coming if coming is not None else inputs.inputs_of(metric)
    for other in below:
        if metric.pk in inputs.closure_of([other.pk]):
            sentence = _("%(code)s is itself made from this metric: a circle.") % {"code": other.code}
            yield Finding("MET-2", sentence, link=url_of(other), subject=other.thing)
    if coming is not None:
        return
    for other in below:
        if other.state in BELOW_DEFINED:
            sentence = _("Its input %(code)s is not defined.") % {"code": other.code}
            helpers = names(things.standing_people(other, "owner"))
            yield Finding("MET-2", sentence, who=helpers, link=url_of(other), subject=other.thing)
    yield from _ground(metric)


def _ground(metric: Metric) -> Found:
    link = url_of(metric)
    if metric.current is None:
        yield Finding("MET-2", _("It has no definition yet."), link=link)
        return
    definition = as_definition(metric.current.definition)
    if definition.kind == ATOMIC and not definition.source_dataset:
        yield Finding("MET-2", _("It names no dataset that it is measured from."), link=link)
    for problem in checks.denominator_problems(definition):
        yield Finding("MET-2", problem.sentence, link=link, subject=_named(problem.codes))


def _named(codes: Sequence[str]) -> Thing | None:
    """The thing of the first metric that a sentence names, so that it is kept from readers who may not see it."""
    found = find_metric_by_code(codes[0]) if codes else None
    return found.thing if found is not None else None


@gate("MET-3", kind="metric", title=gettext_lazy("No other live metric has its formula or its name"))
def means_one_thing(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """One formula, one metric (synonym: merge); one name, one formula (homonym: merge or rename)."""
    if metric.current is None:
        return
    mine = metric.current.fingerprint
    others = Metric.objects.unrestricted(_RULES).filter(thing__state__in=MEANT).exclude(pk=metric.pk)
    for other in others.filter(current__fingerprint=mine).order_by("code") if mine else ():
        sentence = _("%(code)s has the same formula. Merge the two.") % {"code": other.code}
        yield Finding("MET-3", sentence, link=url_of(other), subject=other.thing)
    same_name = others.filter(names__overlap=metric.names).exclude(current__fingerprint=mine)
    for other in same_name.order_by("code"):
        sentence = _("%(code)s has the same name and another formula. Merge or rename.") % {"code": other.code}
        yield Finding("MET-3", sentence, link=url_of(other), subject=other.thing)


@gate("MET-4", kind="metric", title=gettext_lazy("Nothing is added up that cannot be"))
def sums_only_what_adds(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """A composite adds up no non-additive input."""
    if metric.current is None:
        return
    definition = as_definition(metric.current.definition)
    codes = inputs_of(definition)
    known = find_metrics_by_code(codes)
    found = {code: known.get(code) for code in codes}
    additivity = {code: other.additivity for code, other in found.items() if other is not None}
    for problem in checks.sum_problems(definition, additivity):
        yield Finding("MET-4", problem.sentence, link=url_of(metric), subject=_named(problem.codes))


@gate("MET-5", kind="metric", title=gettext_lazy("Every column that it reads has a level"))
def columns_are_classified(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """No unclassified source column, through the inputs too."""
    for source in inputs.sources_of(metric):
        dataset = source.dataset
        if not source.unclassified and (source.columns or dataset.is_classified):
            continue
        can_see = grade_of(actor, dataset.thing) >= COLUMNS
        words = {"dataset": dataset.title, "columns": ", ".join(source.unclassified[:12])}
        sentence = (
            _("%(dataset)s: no level yet for %(columns)s.") % words
            if can_see and source.unclassified
            else _("%(dataset)s has columns without a level.") % words
        )
        helpers = names(things.standing_people(dataset, "owner", "steward"))
        yield Finding("MET-5", sentence, who=helpers, link=url_of(dataset), subject=dataset.thing)


@gate("MET-6", kind="metric", title=gettext_lazy("It was certified within a year, and its sources are as signed"))
def certification_holds(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """What makes a certification lapse by itself; asked every night and after every change of a source."""
    if metric.state != MetricState.CERTIFIED or metric.certified_at is None:
        return
    if clock.now() - metric.certified_at > CERTIFIED_FOR:
        yield Finding("MET-6", _("It was certified more than a year ago."), link=url_of(metric))
    for source in inputs.sources_of(metric):
        signed = metric.certified_sources.get(source.dataset.key)
        if signed is not None and signed != source.dataset.schema_hash:
            sentence = _("%(dataset)s has other columns than when it was signed.") % {"dataset": source.dataset.title}
            yield Finding("MET-6", sentence, link=url_of(source.dataset), subject=source.dataset.thing)


@gate("MET-7", kind="metric", title=gettext_lazy("A change of meaning says from when, and what becomes of old values"))
def change_is_dated(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """A MODEL change needs its first day and a choice for the past.

    Facts:
        change_kind, effective_from, backfill: of the definition under way.
    """
    if facts.get("change_kind") != ChangeKind.MODEL:
        return
    if not facts.get("effective_from"):
        yield Finding("MET-7", _("Say from which day the new meaning counts."), link=url_of(metric))
    if not facts.get("backfill"):
        yield Finding("MET-7", _("Say what happens to the values before that day."), link=url_of(metric))


@gate("MET-8", kind="metric", title=gettext_lazy("Nothing live relies on it"))
def nothing_relies_on_it(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """No live product, PRD or decision under review, and no live metric, uses it."""
    users = [user for user in inputs.users_of(metric) if user.state in RELIES.get(user.kind, ())]
    users += [other.thing for other in inputs.outputs_of(metric) if other.state in LIVE]
    for user in users:
        yield Finding(
            "MET-8",
            _("%(key)s %(title)s still uses it.") % {"key": user.key, "title": user.title},
            who=names(things.standing_people(user, "owner", "pm", "author", "decision_maker")),
            link=url_of(user),
            subject=user,
        )


@gate("MET-9", kind="metric", title=gettext_lazy("It reads nothing that must not be kept"), law=True)
def reads_nothing_prohibited(metric: Metric, actor: Any, facts: Mapping[str, Any]) -> Found:
    """No prohibited category on a column of any dataset that it reads, through the inputs too (guard.schemes)."""
    yield from prohibited.findings_on("MET-9", [source.dataset for source in inputs.sources_of(metric)], actor)


def names(people: list[Any]) -> tuple[str, ...]:
    """Names of those who can help."""
    return tuple(str(person) for person in people)
