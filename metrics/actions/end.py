"""Verbs that end a metric: deprecated, retired, merged into another, rejected."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guard import things
from guard.doors import act, acting, grade_of
from guard.models import Link
from guard.policy import READ, Who
from guard.refusals import Absent, Invalid
from guard.states import perform
from metrics import inputs, marks
from metrics.models import Metric
from metrics.states import MEANT
from people.actions import tell

_WHY = "an act works on rows that it was handed"
ANYBODY = Who(anyone=True)  # the table of moves says who


@act("metric.deprecated", who=ANYBODY, subject="metric")
def deprecate_metric(*, by: Any, metric: Metric, reason: str = "", replaced_by: Metric | None = None) -> Metric:
    """Say that a metric should no longer be used, and which one should.

    Raises:
        Absent: a replacement that `by` may not see.
        Invalid: no reason, or a replacement that does not mean anything itself.
    """
    if replaced_by is not None:
        _replacement(by, metric, replaced_by, "replaced_by")
    perform(metric, "deprecate", by=by, reason=reason)
    marks.void_signatures(metric)
    marks.keep(metric, replaced_by=replaced_by)
    marks.tell_consumers(metric, "metric.deprecated", _("A metric that this uses is deprecated."), but=by)
    return metric


@act("metric.retired", who=ANYBODY, subject="metric")
def retire_metric(*, by: Any, metric: Metric, reason: str = "") -> Metric:
    """End a deprecated metric that nothing live uses.

    Raises:
        Blocked: MET-8.
    """
    perform(metric, "retire", by=by, reason=reason)
    return metric


@act("metric.rejected", who=ANYBODY, subject="metric")
def reject_metric(*, by: Any, metric: Metric, reason: str = "") -> Metric:
    """Turn down a proposal, with the reason."""
    perform(metric, "reject", by=by, reason=reason)
    marks.void_signatures(metric)
    for person in things.standing_people(metric, "proposer"):
        tell(person, metric, "metric.rejected", _("Your proposal was turned down. Read the reason."))
    return metric


@act("metric.merged", who=ANYBODY, subject="metric")
def merge_metric(*, by: Any, metric: Metric, into: Metric, reason: str = "") -> Metric:
    """Merge a metric into another: its names become synonyms there, its code leads there, what was made of it is
    made of the other.

    Args:
        by: who acts; must see both.
        metric: what ends.
        into: what stays; has a meaning.
        reason: why they are one.

    Returns:
        What stays.

    Raises:
        Absent: `into` is hidden from `by`.
        Invalid: itself, one without a meaning, one made of this metric, or no reason.
    """
    _replacement(by, metric, into, "into")
    perform(metric, "merge", by=by, reason=reason)
    moved = [metric.code, metric.title, *metric.synonyms]
    marks.void_signatures(metric)
    marks.keep(metric, replaced_by=into, synonyms=[], names=[])
    marks.rename(into, [*into.synonyms, *(name for name in moved if name != into.title)])
    things.touch(into)
    _repoint(metric, into)
    things.link(metric, "merged_into", into)
    marks.index(metric)
    marks.index(into)
    acting().note(counts={"synonyms": len(moved)})
    marks.tell_consumers(metric, "metric.merged", _("A metric that this uses was merged into another."), but=by)
    marks.tell_keepers(into, "metric.merged", _("Another metric was merged into it."), but=by)
    return into


def _replacement(by: Any, metric: Metric, other: Metric, field: str) -> None:
    if grade_of(by, other.thing) < READ:
        raise Absent()
    if other.pk == metric.pk:
        raise Invalid(errors={field: [_("Choose another metric than this one.")]})
    if other.state not in MEANT:
        raise Invalid(errors={field: [_("Choose a metric that is defined.")]})
    if metric.pk in inputs.closure_of([other.pk]):
        raise Invalid(errors={field: [_("The other metric is made from this one.")]})


def _repoint(metric: Metric, into: Metric) -> None:
    """What was derived from the old one, or offers it, is joined to the new one. Definitions name it by its old code,
    which leads there."""
    joints = Link.objects.unrestricted(_WHY).filter(target=metric.thing, relation__in=("derives", "offers"))
    for joint in joints.select_related("source"):
        things.unlink(joint.source, joint.relation, metric, role=joint.role)
        if joint.source_id != into.pk:
            things.link(joint.source, joint.relation, into, role=joint.role, pinned=joint.pinned)
