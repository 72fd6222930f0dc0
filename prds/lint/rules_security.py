"""SEC: levels, personal data, small groups, and what must never stand in a document."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.case import Case, has_number
from prds.lint.facts import DatasetFacts, MetricFacts
from prds.lint.personal import CARD, EMAIL, PHONE, RESIDENT_ID, find_personal
from prds.lint.registry import ERROR, WARNING, Found, at_reference, at_section, rule

_NAMES = {
    EMAIL: gettext_lazy("an e-mail address"),
    PHONE: gettext_lazy("a phone number"),
    CARD: gettext_lazy("a payment card number"),
    RESIDENT_ID: gettext_lazy("a resident id"),
}


@rule(
    "SEC-101",
    ERROR,
    title=gettext_lazy("The declared level is below what is read"),
    why=gettext_lazy("It would leak (PRD-G5)."),
    hint=gettext_lazy("Declare at least the highest level that is read, or read fewer columns."),
    needs_facts=True,
)
def level_is_high_enough(case: Case) -> Iterator[Found]:
    computed, declared = case.level, case.document.declared_level
    if computed is None or (declared is not None and declared >= computed):
        return
    if declared is None:
        message = _("No level is declared; what is read makes it L%(computed)d.") % {"computed": computed}
    else:
        levels = {"declared": declared, "computed": computed}
        message = _("L%(declared)d is declared; what is read makes it L%(computed)d.") % levels
    yield at_section(case, "security", message)


@rule(
    "SEC-102",
    ERROR,
    title=gettext_lazy("Personal data has no purpose, retention or access policy"),
    why=gettext_lazy("The law asks for all three."),
    hint=gettext_lazy("Say in the security section what the data is for, how long it is kept and who may see it."),
    is_law=True,
)
def personal_data_is_lawful(case: Case) -> Iterator[Found]:
    if not _reads_personal_data(case):
        return
    has_time = any(case.words.has("retention", one.text) and has_number(one.text) for one in case.said("security"))
    missing = [] if case.says("purposes", "security") or case.facts.purposes else [_("a purpose")]
    missing += [] if has_time else [_("a retention period")]
    missing += [] if case.says("access", "security") else [_("an access policy")]
    if missing:
        what = {"what": ", ".join(missing)}
        yield at_section(case, "security", _("There is personal data without %(what)s.") % what)


def _reads_personal_data(case: Case) -> bool:
    if case.facts.has_personal_data:
        return True
    for one in case.refers("dataset"):
        facts = case.facts.datasets.get(one.target)
        if facts and facts.personal_columns & set(facts.read_columns(one.columns)):
            return True
    return case.first("personal_data", "sources", "security", "model") is not None


@rule(
    "SEC-103",
    WARNING,
    title=gettext_lazy("Small groups can be singled out"),
    why=gettext_lazy("People in small groups can be recognised again."),
    hint=gettext_lazy("Offer fewer dimensions, coarser ones, or hide groups below the minimum."),
    needs_facts=True,
)
def groups_are_large_enough(case: Case) -> Iterator[Found]:
    for one in case.refers("metric"):
        metric = case.facts.metrics.get(one.target)
        for name in metric.source_datasets if metric else ():
            dataset = case.facts.datasets.get(name)
            if metric and dataset and _is_too_fine(metric, dataset, case.facts.min_group_size):
                yield at_reference(
                    one, _("The slices of “%(name)s” are smaller than its smallest group.") % {"name": one.target}
                )


def _is_too_fine(metric: MetricFacts, dataset: DatasetFacts, smallest: int) -> bool:
    """More cells than rows / min_group_size: on average a cell holds fewer people than the smallest group."""
    counts = [dataset.cardinalities[name] for name in metric.dimensions if name in dataset.cardinalities]
    size = metric.min_group_size or smallest
    return bool(counts) and dataset.row_count is not None and prod(counts) * size > dataset.row_count


@rule(
    "SEC-104",
    ERROR,
    title=gettext_lazy("Personal data stands in the text"),
    why=gettext_lazy("Documents leak too."),
    hint=gettext_lazy("Take it out; write an invented example on example.com instead."),
    is_law=True,
)
def text_holds_no_personal_data(case: Case) -> Iterator[Found]:
    for section in case.document.sections:
        for one in find_personal(section.body):
            line = section.line + section.body.count("\n", 0, one.start)
            yield Found(_("Here stands %(what)s.") % {"what": _NAMES[one.kind]}, section.slug, one.masked, line)
    for one in find_personal(case.document.title):
        yield Found(_("Here stands %(what)s.") % {"what": _NAMES[one.kind]}, "", one.masked, 1)
