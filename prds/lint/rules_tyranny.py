"""TYR: data tyranny made visible (product.md "Two traps of the trade")."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.case import Case, Said, has_number
from prds.lint.registry import ERROR, WARNING, Found, at, at_reference, at_section, rule


@rule(
    "TYR-001",
    ERROR,
    title=gettext_lazy("A success metric has no guardrail"),
    why=gettext_lazy("A measure that becomes a target is met at the cost of something else."),
    hint=gettext_lazy("Add a metric that must not get worse: {{metric:code@1.0.0 role=guardrail}}."),
)
def success_has_a_guardrail(case: Case) -> Iterator[Found]:
    success = case.refers("metric", "success")
    if success and not case.refers("metric", "guardrail"):
        yield at_reference(success[0], _("No guardrail stands beside the success metric."))


@rule(
    "TYR-002",
    ERROR,
    title=gettext_lazy("It is not said what stays human judgement"),
    why=gettext_lazy("Numbers would rule people."),
    hint=gettext_lazy("Say in the decision what a person judges, and how one may appeal what happens by itself."),
)
def people_keep_the_judgement(case: Case) -> Iterator[Found]:
    if "decision" not in case.sections:
        return
    if not case.says("human_judgement", "decision"):
        yield at_section(case, "decision", _("It is not said what stays human judgement."))
    automatic = case.first("automatic", "decision")
    if automatic and not case.says("appeal", "decision", "fairness"):
        yield at(automatic, _("Something happens by itself, and nobody may appeal."))


@rule(
    "TYR-003",
    ERROR,
    title=gettext_lazy("People are measured without protection"),
    why=gettext_lazy("It is surveillance by dashboard."),
    hint=gettext_lazy("Fill the fairness section; appraisal, pay or discipline need a one-way decision first."),
)
def people_are_protected(case: Case) -> Iterator[Found]:
    if not case.says_something("fairness"):
        for one in case.refers("metric"):
            facts = case.facts.metrics.get(one.target)
            if facts and facts.grain_is_person:
                yield at_reference(one, _("This metric is about single persons, and the fairness section is empty."))
    if case.facts.has_one_way_decision:
        return
    said = case.first("personal_purposes", *(slug for slug in case.slugs if slug not in {"fairness", "open"}))
    if said:
        yield at(said, _("Appraisal, pay or discipline of people needs a one-way decision."))
    for purpose in case.facts.purposes:
        if case.words.has("personal_purposes", purpose):
            yield at_section(
                case, "security", _("The purpose “%(name)s” needs a one-way decision.") % {"name": purpose}
            )


@rule(
    "TYR-004",
    WARNING,
    title=gettext_lazy("Only numbers speak"),
    why=gettext_lazy("The map is not the territory."),
    hint=gettext_lazy("Add an insight from people; for a one-way decision add a second metric."),
)
def numbers_are_not_alone(case: Case) -> Iterator[Found]:
    metrics = case.refers("metric")
    if metrics and not case.refers("insight"):
        yield at_section(case, "problem", _("All evidence is numbers: no insight is referred to."))
    one_way = case.first("one_way", "decision")
    if one_way and len(metrics) == 1:
        yield at(one_way, _("A one-way decision rests on a single metric."))


@rule(
    "TYR-005",
    WARNING,
    title=gettext_lazy("A ranking shows no uncertainty"),
    why=gettext_lazy("It is false precision."),
    hint=gettext_lazy("Add a confidence interval, a note on case mix, or min_group_size, or drop the ranking."),
)
def rankings_show_uncertainty(case: Case) -> Iterator[Found]:
    looked = [slug for slug in case.slugs if slug not in {"fairness", "open"}]
    said = next((one for one in case.said(*looked, quotes=False) if case.words.means("ranking", one.text)), None)
    if said and not case.says("uncertainty", *case.slugs):
        yield at(said, _("There is a ranking without a word on its uncertainty."))


@rule(
    "TYR-006",
    WARNING,
    title=gettext_lazy("A target has no baseline or no source"),
    why=gettext_lazy("Invented targets are met by inventing numbers."),
    hint=gettext_lazy("Write “from 3.1 % to 3.3 %” and refer to the metric or name the source."),
)
def targets_have_a_baseline(case: Case) -> Iterator[Found]:
    for one in case.said("goals"):
        is_target = case.words.means("target_verbs", one.text) and has_number(one.text)
        if not is_target or case.words.has("non_goals", one.text) or case.words.has("limit_words", one.text):
            continue
        missing = [] if case.words.has("baselines", one.text) else [_("a baseline")]
        missing += [] if _has_source(case, one) else [_("a source")]
        if missing:
            yield at(one, _("This target lacks %(what)s.") % {"what": _(" and ").join(missing)})


def _has_source(case: Case, target: Said) -> bool:
    """A reference or a word of source in the same paragraph or list item."""
    near = [one for one in case.said("goals") if one.block == target.block]
    return any(one.has_reference or case.words.has("source_words", one.text) for one in near)


@rule(
    "TYR-007",
    WARNING,
    title=gettext_lazy("A cause is claimed without an experiment"),
    why=gettext_lazy("A correlation is sold as a cause."),
    hint=gettext_lazy("Refer to an experiment, name what speaks against it, or say “goes with” instead."),
)
def causes_are_tested(case: Case) -> Iterator[Found]:
    if case.refers("experiment") or any(
        case.words.means("experiment_words", one.text) for one in case.said("experiment")
    ):
        return
    if case.says("counter_evidence", *case.slugs):
        return
    for one in case.said(*(slug for slug in case.slugs if slug != "open"), quotes=False):
        hit = next(case.words.meant("causal", one.text), None)
        if hit and ("{{metric:" in one.raw.replace(" ", "") or case.words.has("metric_like", one.text)):
            yield at(one, _("“%(word)s” claims a cause that nothing here has tested.") % {"word": hit.word})
