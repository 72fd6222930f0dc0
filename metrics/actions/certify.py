"""Certification: two people sign, neither of whom defined it; it ends by itself (MET-6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from guard import clock, things
from guard.doors import act, acting, held_by
from guard.policy import Who
from guard.refusals import Denied
from guard.states import perform
from metrics import inputs, marks
from metrics.gates import CERTIFIED_FOR
from metrics.models import Metric, Signoff
from metrics.signatures import definers_of, drift_of, signatures_of
from metrics.states import MetricState
from people.models import Role

_WHY = "an act works on rows that it was handed"
ANYBODY = Who(anyone=True)  # the table of moves says who
Capacity = Signoff.Capacity


@act("metric.submitted", who=ANYBODY, subject="metric")
def submit_metric(*, by: Any, metric: Metric, reason: str = "") -> Metric:
    """Ask for certification.

    Raises:
        Blocked: MET-1 to MET-5, or another state.
        Denied: not one of its keepers.
    """
    perform(metric, "submit", by=by, reason=reason)
    marks.void_signatures(metric)
    marks.tell_keepers(metric, "metric.submitted", _("It waits for your signature."), but=by)
    return metric


@act("metric.signed", who=ANYBODY, subject="metric")
def certify_metric(*, by: Any, metric: Metric, reason: str = "") -> Metric:
    """Sign the certification as steward or as governance lead; with both signatures it is certified.

    Args:
        by: the technical steward or a governance lead; the two are different people, and neither defined any version
            since the last certification.
        metric: in review.
        reason: a remark for the record.

    Returns:
        The metric, `in_review` after the first signature and `certified` after the second.

    Raises:
        Blocked: MET-1 to MET-5, or another state.
        Denied: who defined it, who signed already, or neither steward nor governance lead.
    """
    perform(metric, "certify", by=by, reason=reason)
    if by.pk in definers_of(metric):
        raise Denied(_("Whoever defined it does not certify it. Another steward or governance lead can."))
    signed = {signature.capacity: signature.person_id for signature in signatures_of(metric)}
    if by.pk in signed.values():
        raise Denied(_("You have signed. The other signature comes from another person."))
    capacity = next((free for free in _capacities(by, metric) if free not in signed), None)
    if capacity is None:
        raise Denied(_("This signature is there already. The other one is missing."))
    Signoff.objects.create(metric=metric, version=metric.current, capacity=capacity, person=by, signed_at=clock.now())
    acting().note(capacity=str(capacity), version=metric.version)
    if len(signed) == 1:
        _complete(by, metric)
    return metric


@act("metric.sent_back", who=ANYBODY, subject="metric")
def send_back_metric(*, by: Any, metric: Metric, reason: str = "") -> Metric:
    """Send a metric back to its definer, with the reason; signatures are void.

    Raises:
        Blocked: not in review.
        Denied: neither steward nor governance lead.
        Invalid: no reason.
    """
    perform(metric, "send-back", by=by, reason=reason)
    marks.void_signatures(metric)
    marks.tell_keepers(metric, "metric.sent_back", _("It was sent back. Read the reason in its history."), but=by)
    return metric


@act("metrics.lapsed", who=Who(roles={Role.DATA_ENGINEER, Role.GOVERNANCE_LEAD}))
def lapse_metrics(*, by: Any, ids: Iterable[int]) -> int:
    """End the certifications that no longer hold (MET-6); idempotent. Returns how many.

    Args:
        by: the service account of the nightly work, or whoever changed a source.
        ids: metrics to look at.
    """
    rows = Metric.objects.unrestricted("certifications end whoever looks").filter(
        pk__in=list(ids), thing__state=MetricState.CERTIFIED
    )
    count = 0
    for metric in rows.order_by("pk"):
        things.lock(metric)
        why = drift_of(metric, by) if metric.state == MetricState.CERTIFIED else ""
        if why:
            marks.lapse(metric, why)
            count += 1
    acting().note(counts={"metrics": count})
    return count


def _capacities(by: Any, metric: Metric) -> list[str]:
    """In what capacities somebody may sign."""
    found: list[str] = []
    if any(held.reason == "steward" for held in held_by(by, metric.thing)):
        found.append(Capacity.STEWARD)
    if Role.GOVERNANCE_LEAD in by.principal.roles:
        found.append(Capacity.GOVERNANCE)
    return found


def _complete(by: Any, metric: Metric) -> None:
    """Both have signed: it is certified for a year, on its sources as they are today."""
    perform(metric, "complete", by=by)
    at = clock.now()
    rows = Signoff.objects.unrestricted(_WHY).filter(metric=metric, version=metric.current, voided_at=None)
    rows.update(completed_at=at)
    hashes = {source.dataset.key: source.dataset.schema_hash for source in inputs.sources_of(metric)}
    marks.keep(
        metric, certified_by=by, certified_at=at, certified_until=(at + CERTIFIED_FOR).date(),
        certified_sources=hashes, drift_reason="",
    )  # fmt: skip
    acting().note(certified=True)
    marks.tell_keepers(metric, "metric.certified", _("It is certified now."), but=by)
