"""SRC: can the sources be relied upon?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.cadence import asked_freshness
from prds.lint.case import Case
from prds.lint.facts import DatasetFacts
from prds.lint.registry import ERROR, WARNING, Found, at_reference, rule
from prds.references import Reference

_FLOORS = {"ODS": 0, "DWD": 1, "DWS": 2, "ADS": 3}


@rule(
    "SRC-101",
    ERROR,
    title=gettext_lazy("A dataset is not governed"),
    why=gettext_lazy("Nobody answers for it, or nobody has looked at how sensitive it is (PRD-G3, PRD-G4)."),
    hint=gettext_lazy("Name an owner and a steward, and have the levels of its columns reviewed."),
    is_law=True,
    needs_facts=True,
)
def sources_are_governed(case: Case) -> Iterator[Found]:
    for one in case.refers("dataset"):
        facts = case.facts.datasets.get(one.target)
        for message in _faults(case, one, facts):
            yield at_reference(one, message)


def _faults(case: Case, reference: Reference, facts: DatasetFacts | None) -> Iterator[str]:
    name = {"name": reference.target}
    if facts is None:
        yield _("There is no dataset “%(name)s”.") % name
        return
    if not facts.owner:
        yield _("“%(name)s” has no data owner.") % name
    if not facts.steward:
        yield _("“%(name)s” has no steward.") % name
    if not facts.is_reviewed:
        yield _("The level of “%(name)s” has not been reviewed.") % name
    elif facts.review_due and facts.review_due < case.facts.today:
        yield _("The review of “%(name)s” was due on %(day)s.") % {**name, "day": facts.review_due.isoformat()}
    elif facts.has_new_columns:
        yield _("“%(name)s” has columns that are newer than its review.") % name
    bare = sorted(column for column, rank in facts.read_columns(reference.columns).items() if rank is None)
    if bare:
        yield _("“%(name)s” has columns without a level: %(columns)s.") % {**name, "columns": ", ".join(bare[:8])}


@rule(
    "SRC-102",
    WARNING,
    title=gettext_lazy("A layer is skipped"),
    why=gettext_lazy("It is debt that the next product pays."),
    hint=gettext_lazy("Go through the layer between, or give the reason in the model section."),
    needs_facts=True,
)
def layers_are_kept(case: Case) -> Iterator[Found]:
    for one in case.refers("dataset"):
        facts = case.facts.datasets.get(one.target)
        skipped = _skipped(facts) if facts else ""
        if facts and skipped and not _gives_reason(case, one.target, facts.layer):
            words = {"name": one.target, "layer": facts.layer, "below": skipped}
            yield at_reference(one, _("“%(name)s” (%(layer)s) reads %(below)s directly.") % words)


def _skipped(facts: DatasetFacts) -> str:
    """The lowest layer that is read over the head of another one."""
    floor = _FLOORS.get(facts.layer.upper())
    below = sorted((layer.upper() for layer in facts.upstream_layers), key=lambda layer: _FLOORS.get(layer, 9))
    far = [layer for layer in below if floor is not None and layer in _FLOORS and floor - _FLOORS[layer] > 1]
    return far[0] if far else ""


def _gives_reason(case: Case, name: str, layer: str) -> bool:
    """A sentence of the model section with a reason that names the table or its layer."""
    short = name.rsplit(".", maxsplit=1)[-1].strip('"')
    for one in case.said("model"):
        is_about = short in one.raw or layer.upper() in one.text
        if is_about and case.words.has("reasons", one.text):
            return True
    return False


@rule(
    "SRC-103",
    WARNING,
    title=gettext_lazy("A source cannot keep what the PRD promises"),
    why=gettext_lazy("The promise cannot hold."),
    hint=gettext_lazy("Wait for the incident to close, or promise no more than the source gives."),
    needs_facts=True,
)
def sources_keep_the_promise(case: Case) -> Iterator[Found]:
    asked = asked_freshness(case)
    for one in case.refers("dataset"):
        facts = case.facts.datasets.get(one.target)
        if facts and facts.has_open_incident:
            yield at_reference(one, _("“%(name)s” has an open quality incident.") % {"name": one.target})
        if facts and asked and facts.freshness_minutes is not None and facts.freshness_minutes > asked[0]:
            yield at_reference(one, _("“%(name)s” is less fresh than what is promised.") % {"name": one.target})
