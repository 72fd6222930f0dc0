"""Saying what a metric computes: a new version, its kind of change computed from the difference (MET-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guard import things
from guard.doors import act, acting
from guard.policy import Who
from guard.refusals import Invalid
from guard.states import perform
from metrics import inputs, marks
from metrics.drafts import EXTRAS, Draft, as_definition, draft, plain_value, print_of
from metrics.find import find_metrics_by_code
from metrics.fingerprint import fingerprint, inputs_of
from metrics.models import Additivity, Backfill, Metric, MetricVersion
from metrics.states import MetricState
from metrics.versions import Kind, VersionError, change_kind, next_version, parse_kind, parse_version
from web import markdown

_WHY = "an act works on rows that it was handed"
RESET = frozenset({MetricState.IN_REVIEW, MetricState.CERTIFIED, MetricState.LAPSED})


@act("metric.defined", who=Who(anyone=True), subject="metric")
def define_metric(
    *, by: Any, metric: Metric, definition: Mapping[str, Any], expressions: Mapping[str, str] | None = None,
    kind_of_change: str = "", change_reason: str = "", effective_from: date | None = None, backfill: str = "",
    expected_version: int | None = None,
) -> MetricVersion:  # fmt: skip
    """Give a metric a new version; a definition that says the same as the current one changes nothing.

    Args:
        by: the owner or a data PM.
        metric: what is defined.
        definition: words of `metrics.definition.Definition` and `metrics.drafts.EXTRAS`; those left out stay.
        expressions: SQL by dialect, for people to read.
        kind_of_change: addition, revision or model, to raise what was computed; never to lower it.
        change_reason: why.
        effective_from: first day of a new meaning; compulsory for a MODEL change.
        backfill: none, restated or both_series; compulsory for a MODEL change.
        expected_version: row version that the editor saw.

    Returns:
        The current version, new or not.

    Raises:
        Invalid: words, names or columns that do not hold; a kind lower than computed.
        Blocked: MET-2 (a circle), MET-7, or a state in which meaning no longer changes.
        Denied: neither owner nor data PM.
    """
    things.lock(metric)
    made = draft(by, metric, definition, expressions or {})
    kind = _kind(metric, made, kind_of_change)
    if metric.current is not None and kind == Kind.NONE:
        _may(metric, by)
        return metric.current
    _backfill(backfill)
    facts: dict[str, Any] = {"inputs": [m for _code, m, _part in made.inputs], "reason": change_reason}
    if metric.current is not None:
        facts |= {"change_kind": kind.code, "effective_from": effective_from, "backfill": backfill}
    perform(metric, "define" if metric.state == MetricState.PROPOSED else "redefine", by=by, **facts)
    before = metric.current
    said = {"change_reason": change_reason.strip()[:300], "effective_from": effective_from, "backfill": backfill}
    version = _new_version(by, metric, made, kind, said)
    _mirror(metric, made, version)
    things.touch(metric, expected_version=_after_move(expected_version), title=made.definition.display_name)
    marks.rename(metric, made.definition.synonyms)
    _join(metric, made)
    acting().note(version=str(version), kind=kind.code, diff={"version": [str(before or ""), str(version)]})
    if before is not None:
        _follow(by, metric, kind)
    _refresh_above(metric, is_new_meaning=before is not None and kind == Kind.MODEL)
    marks.index(metric)
    return version


def _may(metric: Metric, by: Any) -> None:
    """Nobody learns that nothing would change who could not have changed it."""
    from guard.doors import held_by
    from guard.refusals import Denied
    from metrics.states import DEFINERS

    if not DEFINERS.permits(by.principal, held_by(by, metric.thing)):
        raise Denied(_("The business owner or a data PM can change the definition."))


def _after_move(expected: int | None) -> int | None:
    """The move counted the version up once."""
    return None if expected is None else expected + 1


def _kind(metric: Metric, made: Draft, asked: str) -> Kind:
    if metric.current is None:
        return Kind.MODEL
    stored = metric.current.definition
    old = as_definition(stored)
    computed = change_kind(old, made.definition, old_inputs=_then(metric), new_inputs=made.known).kind
    if computed == Kind.NONE and any(stored.get(n, d) != made.extras[n] for n, d in EXTRAS.items()):
        computed = Kind.ADDITION
    if not asked or computed == Kind.NONE:
        return computed
    try:
        raised = parse_kind(asked)
        next_version("", computed, raised)
    except VersionError as fault:
        raise Invalid(errors={"kind_of_change": [str(fault)]}) from fault
    return raised


def _then(metric: Metric) -> dict[str, str]:
    """Fingerprints of the inputs as the current version wrote them; what they mean now is not this one's change."""
    codes = inputs_of(as_definition(metric.current.definition)) if metric.current is not None else []
    known = find_metrics_by_code(codes)
    found = {code: known.get(code) for code in codes}
    return {code: print_of(m) if m is not None else f"code:{code}" for code, m in found.items()}


def _backfill(backfill: str) -> None:
    if backfill not in Backfill.values:
        raise Invalid(errors={"backfill": [_("Choose one of those offered.")]})


def _new_version(by: Any, metric: Metric, made: Draft, kind: Kind, said: Mapping[str, Any]) -> MetricVersion:
    model, revision, addition = parse_version(next_version(metric.version, kind))
    stored = made.stored()
    old = metric.current.definition if metric.current is not None else {}
    columns = [{"dataset": made.dataset.key, "columns": list(made.columns)}] if made.dataset is not None else []
    version: MetricVersion = MetricVersion.objects.create(
        metric=metric, model=model, revision=revision, addition=addition, definition=stored,
        expressions=dict(made.definition.extra_expressions),
        source_columns=columns + [{"dataset": join.key, "columns": []} for join in made.joins],
        fingerprint=fingerprint(made.definition, made.known), change_kind=kind.code, defined_by=by,
        **said,
        diff={name: [old.get(name), value] for name, value in stored.items() if old and old.get(name) != value},
    )  # fmt: skip
    return version


def _mirror(metric: Metric, made: Draft, version: MetricVersion) -> None:
    """The fields by which lists filter follow the current version."""
    words = made.definition
    same = ("unit", "timezone", "fiscal_calendar", "null_policy", "late_data_policy", "non_additive_dimensions")
    fields = {name: plain_value(getattr(words, name)) for name in same}
    fields["timezone"] = fields["timezone"] or "UTC"
    marks.keep(
        metric, **fields, **made.extras, current=version, metric_kind=words.kind, caliber_md=words.caliber,
        caliber_html=markdown.render(words.caliber) if words.caliber else "",
        additivity=_additivity(words),
    )  # fmt: skip


def _additivity(words: Any) -> str:
    from metrics.definition import additivity_of

    said = additivity_of(words)
    return said if said in Additivity.values else Additivity.NON_ADDITIVE


def _join(metric: Metric, made: Draft) -> None:
    """Joints of the current version: those that still hold are kept, others end, and the level settles."""
    from guard.models import Link

    wanted: set[tuple[str, int, str]] = set()
    if made.dataset is not None:
        rank = inputs.rank_of_columns(made.dataset, made.columns) if made.columns else None
        things.link(metric, "measured_from", made.dataset, columns=made.columns, carried_rank=rank)
        wanted.add(("measured_from", made.dataset.pk, ""))
    for dataset in made.joins:
        things.link(metric, "measured_from", dataset, role="join")
        wanted.add(("measured_from", dataset.pk, "join"))
    for _code, other, part in made.inputs:
        things.link(metric, "derives", other, role=part, pinned=other.version)
        wanted.add(("derives", other.pk, part))
    joints = Link.objects.unrestricted(_WHY).filter(source=metric.thing, relation__in=("measured_from", "derives"))
    for joint in joints.select_related("target"):
        if (joint.relation, joint.target_id, joint.role) not in wanted:
            things.unlink(metric, joint.relation, joint.target, role=joint.role)


def _follow(by: Any, metric: Metric, kind: Kind) -> None:
    """MET-7: a new meaning ends the certification and is told to everybody who relied on the old one."""
    marks_needed = metric.state in RESET and kind == Kind.MODEL
    if metric.state == MetricState.IN_REVIEW or marks_needed:
        marks.void_signatures(metric)
    if marks_needed:
        marks.keep(metric, certified_by=None, certified_at=None, certified_until=None, certified_sources={})
        marks.by_rule(metric, MetricState.DEFINED, "metric.reset", "MET-7", version=metric.version)
    if kind == Kind.MODEL:
        said = _("A metric that this uses has a new meaning. Check what you pinned.")
        told = marks.tell_consumers(metric, "metric.meaning_changed", said, but=by)
        marks.tell_keepers(metric, "metric.meaning_changed", _("It has a new meaning."), but=by)
        acting().note(counts={"told": told})


def _refresh_above(metric: Metric, *, is_new_meaning: bool) -> None:
    """What is made of this metric has another fingerprint now; certified ones lapse when the meaning is new."""
    rows = Metric.objects.unrestricted(_WHY).filter(pk__in=inputs.above([metric.pk]), current__isnull=False)
    pending = list(rows.order_by("pk"))
    for _round in pending:
        if not sum(_reprint(other) for other in pending):
            break
    for other in pending:
        if is_new_meaning and other.state == MetricState.CERTIFIED:
            marks.lapse(other, _("One of its inputs has a new meaning."), because="MET-7")


def _reprint(metric: Metric) -> bool:
    """Bring the fingerprint of a current version up to its inputs; whether it changed."""
    version = metric.current
    mark = fingerprint(as_definition(version.definition), _then(metric)) if version is not None else ""
    if version is None or mark == version.fingerprint:
        return False
    MetricVersion.objects.unrestricted(_WHY).filter(pk=version.pk).update(fingerprint=mark)
    version.fingerprint = mark
    return True
