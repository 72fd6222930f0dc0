"""DEC-1 to DEC-7: what must be true before a decision is attested (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Dataset
from guard.gates import Finding, gate
from guard.kinds import url_of
from guard.models import Link
from guard.things import standing_people
from metrics.models import Metric, Tier
from usage.models import DataRole, Decision, Evidence, Reversibility

Facts = Mapping[str, Any]
Findings = Iterator[Finding]
WHY = "a gate judges whoever looks; the reader's view of its findings is filtered"


def _evidence(decision: Decision) -> list[Evidence]:
    return list(Evidence.objects.unrestricted(WHY).filter(decision=decision).select_related("thing__domain"))


def _found(decision: Decision, rule: str, sentence: str) -> Finding:
    return Finding(rule, sentence, who=(str(decision.drafted_by),), link=url_of(decision), subject=decision.thing)


@gate("DEC-1", kind="decision", title=gettext_lazy("Evidence is pinned"))
def evidence_is_pinned(decision: Decision, actor: Any, facts: Facts) -> Findings:
    if not _evidence(decision):
        yield _found(decision, "DEC-1", _("Nothing is pinned that it rests on."))


@gate("DEC-2", kind="decision", title=gettext_lazy("There was a choice"))
def there_was_a_choice(decision: Decision, actor: Any, facts: Facts) -> Findings:
    if len(decision.options) < 2:
        yield _found(decision, "DEC-2", _("Fewer than two options: doing nothing is one, too."))
    elif decision.chosen_option not in decision.options:
        yield _found(decision, "DEC-2", _("None of the options is chosen."))


@gate("DEC-3", kind="decision", title=gettext_lazy("A step without return was looked at from the other side"))
def one_way_is_weighed(decision: Decision, actor: Any, facts: Facts) -> Findings:
    if decision.reversibility != Reversibility.ONE_WAY:
        return
    if not decision.counter_evidence.strip():
        yield _found(decision, "DEC-3", _("It cannot be undone, and no evidence against it is named."))
    if not decision.affected_people.strip():
        yield _found(decision, "DEC-3", _("It cannot be undone, and nobody says who is affected."))


@gate("DEC-4", kind="decision", title=gettext_lazy("Data alone did not decide on one number"))
def not_one_number_alone(decision: Decision, actor: Any, facts: Facts) -> Findings:
    """Data-driven needs a guardrail metric or an insight beside a single metric."""
    if decision.data_role != DataRole.DATA_DRIVEN:
        return
    evidence = _evidence(decision)
    metrics = [one.thing_id for one in evidence if one.thing.kind == "metric"]
    has_insight = any(one.thing.kind == "insight" for one in evidence)
    has_guardrail = Metric.objects.unrestricted(WHY).filter(pk__in=metrics, tier=Tier.GUARDRAIL).exists()
    if len(metrics) <= 1 and not has_insight and not has_guardrail:
        yield _found(decision, "DEC-4", _("One number decided, without a guardrail or an insight beside it."))


@gate("DEC-5", kind="decision", title=gettext_lazy("A day to look back is set"))
def review_is_set(decision: Decision, actor: Any, facts: Facts) -> Findings:
    if decision.review_on is None:
        yield _found(decision, "DEC-5", _("No day to look back is set."))


@gate("DEC-6", kind="decision", title=gettext_lazy("Data about persons is used for what it may be used for"), law=True)
def purpose_is_allowed(decision: Decision, actor: Any, facts: Facts) -> Findings:
    """A consequence for single persons needs a purpose that every dataset behind the evidence allows."""
    if not decision.has_person_consequence:
        return
    if not decision.purpose:
        yield _found(decision, "DEC-6", _("It has consequences for single persons, and no purpose is named."))
        return
    for dataset in _datasets_behind(decision):
        if decision.purpose not in dataset.allowed_purposes:
            yield Finding(
                "DEC-6", _("%(dataset)s may not be used for “%(purpose)s”.")
                % {"dataset": dataset.title, "purpose": decision.purpose},
                who=tuple(str(person) for person in standing_people(dataset, "owner")), link=url_of(dataset),
                subject=dataset.thing,
            )  # fmt: skip


def _datasets_behind(decision: Decision) -> list[Dataset]:
    seen: set[int] = set()
    waiting = {one.thing_id for one in _evidence(decision)}
    while waiting:
        seen |= waiting
        joints = Link.objects.unrestricted(WHY).filter(source_id__in=waiting, relation__in=["derives", "measured_from"])
        waiting = set(joints.values_list("target_id", flat=True)) - seen
    return list(Dataset.objects.unrestricted(WHY).filter(pk__in=seen).order_by("pk"))


@gate("DEC-7", kind="decision", title=gettext_lazy("The product's manager does not attest for others"), law=True)
def manager_does_not_attest(decision: Decision, actor: Any, facts: Facts) -> Findings:
    """Who builds the product may not vouch for its use (domain.md: the PM of the product may not attest)."""
    attester = facts.get("attester", actor)
    joints = Link.objects.unrestricted(WHY).filter(source=decision.thing, relation="uses").select_related("target")
    for joint in joints:
        if attester.pk in {person.pk for person in standing_people(joint.target, "pm")}:
            yield Finding(
                "DEC-7", _("The manager of the product may not attest decisions made with it."),
                who=tuple(str(person) for person in standing_people(decision, "decision_maker")),
                link=url_of(decision), subject=decision.thing,
            )  # fmt: skip
