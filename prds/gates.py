"""PRD-G1 to G13: what must be true before a PRD is approved (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import prohibited
from catalog.models import Dataset
from guard import clock
from guard.gates import ERROR, Finding, gate
from guard.joints import rows_of
from guard.kinds import url_of
from guard.memory import expect, rows_by
from guard.things import carried_floor, people_standing_on, standing_people
from metrics.models import Metric
from metrics.states import BELOW_DEFINED, LIVE
from prds import content
from prds.checking import lint_of, references_of
from prds.models import Approval, Prd, PrdReference, ReviewSlot, Verdict
from prds.sources import columns_of, linked, personal_datasets, sources_of_metrics
from prds.writers import writers_of
from talk.blocking import open_blocking_comments
from web.cells import day

Facts = Mapping[str, Any]
Findings = Iterator[Finding]
WHY = "a gate judges whoever looks; the reader's view of its findings is filtered"


JUDGED_BY_OTHERS = ("MET-101", "SRC-101", "SEC-101", "PRB-001", "DEC-101")  # G2, G3 and G4, G5, G9, G10 say these


def _metrics(prd: Prd) -> list[Metric]:
    found = rows_of(Metric, [thing.pk for thing in linked(prd, "uses")])
    return [found[pk] for pk in sorted(found)]


def _datasets(prd: Prd) -> list[Dataset]:
    found = rows_of(Dataset, [thing.pk for thing in linked(prd, "reads")])
    return [found[pk] for pk in sorted(found)]


def _unresolved(prd: Prd, kind: str) -> list[PrdReference]:
    return [row for row in references_of(prd) if row.kind == kind and row.thing_id is None]


def _names(thing: Any, *reasons: str) -> tuple[str, ...]:
    return tuple(str(person) for person in standing_people(thing, *reasons))


@gate("PRD-G1", kind="prd", title=gettext_lazy("The text has no open fault"))
def text_has_no_error(prd: Prd, actor: Any, facts: Facts) -> Findings:
    """Lint errors block, warnings inform (domain.md 2.2); what other gates judge in their own words stays theirs."""
    for found in lint_of(prd):
        if found.severity == ERROR and found.rule_id not in JUDGED_BY_OTHERS:
            yield Finding(
                "PRD-G1", found.message, who=(str(prd.author),), link=f"{url_of(prd)}#{found.section}",
                section=found.section, excerpt=found.excerpt, subject=prd.thing, rule=found.rule_id,
            )  # fmt: skip


@gate("PRD-G2", kind="prd", title=gettext_lazy("Every metric is there, defined and has an owner"))
def metrics_have_owners(prd: Prd, actor: Any, facts: Facts) -> Findings:
    for reference in _unresolved(prd, "metric"):
        yield Finding(
            "PRD-G2",
            _("There is no metric “%(name)s” that the author may see. Once there is, save the section again.")
            % {"name": reference.target},
            who=(str(prd.author),), link=f"{url_of(prd)}#{reference.section}", section=reference.section,
            subject=prd.thing,
        )  # fmt: skip
    metrics = _metrics(prd)
    owners = people_standing_on(metrics, "owner")
    for metric in metrics:
        if metric.pk not in owners:
            yield Finding(
                "PRD-G2", _("%(metric)s has no owner. Appoint one.") % {"metric": metric.title},
                who=(str(prd.author),), link=url_of(metric), subject=metric.thing,
            )  # fmt: skip
        if metric.state in BELOW_DEFINED:
            yield Finding(
                "PRD-G2", _("%(metric)s is not defined yet.") % {"metric": metric.title},
                who=tuple(str(p) for p in owners.get(metric.pk, [])), link=url_of(metric), subject=metric.thing,
            )  # fmt: skip


@gate("PRD-G3", kind="prd", title=gettext_lazy("Every dataset has an owner, a steward and a reviewed level"), law=True)
def datasets_are_reviewed(prd: Prd, actor: Any, facts: Facts) -> Findings:
    for reference in _unresolved(prd, "dataset"):
        yield Finding(
            "PRD-G3",
            _("There is no dataset “%(name)s” that the author may see. Once there is, save the section again.")
            % {"name": reference.target},
            who=(str(prd.author),), link=f"{url_of(prd)}#{reference.section}", section=reference.section,
            subject=prd.thing,
        )  # fmt: skip
    today = clock.now().date()
    for dataset in _datasets(prd):
        for reason, sentence in (
            ("owner", _("%(dataset)s has no data owner.")), ("steward", _("%(dataset)s has no steward.")),
        ):  # fmt: skip
            if not standing_people(dataset, reason):
                yield Finding(
                    "PRD-G3", sentence % {"dataset": dataset.title}, link=url_of(dataset), subject=dataset.thing,
                )  # fmt: skip
        if not dataset.is_review_current(today):
            yield Finding(
                "PRD-G3", _review_fault(dataset, today), who=_names(dataset, "steward", "owner"), link=url_of(dataset),
                subject=dataset.thing,
            )  # fmt: skip


def _review_fault(dataset: Dataset, today: Any) -> str:
    if dataset.reviewed_at is None:
        return _("The level of %(dataset)s was never reviewed.") % {"dataset": dataset.title}
    if dataset.review_due is not None and dataset.review_due < today:
        return _("The review of %(dataset)s was due on %(day)s.") % {
            "dataset": dataset.title,
            "day": day(dataset.review_due),
        }
    return _("Columns of %(dataset)s came or changed after its review.") % {"dataset": dataset.title}


@gate("PRD-G4", kind="prd", title=gettext_lazy("Every column that a metric reads is classified"))
def metric_columns_are_classified(prd: Prd, actor: Any, facts: Facts) -> Findings:
    for link, dataset in sources_of_metrics(prd):
        open_ones = [column.name for column in columns_of(dataset.pk) if column.level is None]
        names = [name for name in open_ones if not link.columns or name in link.columns][:4]
        if names:
            yield Finding(
                "PRD-G4", _("%(dataset)s: %(columns)s read by a metric and not classified.")
                % {"dataset": dataset.title, "columns": ", ".join(names)},
                who=_names(dataset, "steward", "owner"), link=url_of(dataset), subject=dataset.thing,
            )  # fmt: skip


@gate("PRD-G5", kind="prd", title=gettext_lazy("The declared level covers what it reads"))
def declared_level_covers(prd: Prd, actor: Any, facts: Facts) -> Findings:
    reads = carried_floor(prd.thing)
    if prd.declared_level is None:
        yield Finding(
            "PRD-G5", _("No level is declared."), who=(str(prd.author),), link=f"{url_of(prd)}#security",
            section="security", subject=prd.thing,
        )  # fmt: skip
    elif prd.declared_level < reads:
        yield Finding(
            "PRD-G5", _("Declared level L%(declared)d is below L%(reads)d, the highest that it reads.")
            % {"declared": prd.declared_level, "reads": reads},
            who=(str(prd.author),), link=f"{url_of(prd)}#security", section="security", subject=prd.thing,
        )  # fmt: skip


def latest_approvals(prd: Prd) -> list[tuple[ReviewSlot, Approval | None, bool]]:
    """Each slot with its newest verdict that is not a mere comment, and whether that approves the words as they are."""
    hashes = content.hashes_of(prd.current) if prd.current else {}
    verdicts = {approval.slot_id: approval for approval in rows_by("prd", prd.pk, _approvals)}
    return [
        (
            slot,
            said := verdicts.get(slot.pk),
            said is not None and said.verdict == Verdict.APPROVE and said.is_current(hashes, slot),
        )
        for slot in rows_by("prd", prd.pk, _slots)
    ]


def _slots(prd_ids: list[int]) -> list[tuple[int, ReviewSlot]]:
    rows = ReviewSlot.objects.unrestricted(WHY).filter(prd__in=prd_ids).select_related("reviewer").order_by("pk")
    return [(row.prd_id, row) for row in rows]


def _approvals(prd_ids: list[int]) -> list[tuple[int, Approval]]:
    rows = Approval.objects.unrestricted(WHY).filter(slot__prd__in=prd_ids).exclude(verdict=Verdict.COMMENT)
    rows = rows.select_related("reviewer", "version").annotate(of=F("slot__prd_id")).order_by("pk")
    return [(row.of, row) for row in rows]


@gate("PRD-G6", kind="prd", title=gettext_lazy("Every required review approves the words as they are"))
def reviews_are_current(prd: Prd, actor: Any, facts: Facts) -> Findings:
    for slot, said, is_current in latest_approvals(prd):
        if is_current:
            continue
        if slot.reviewer is None:
            sentence = _("%(role)s: nobody is named to review.") % {"role": slot}
        elif said is None:
            sentence = _("%(role)s: waits for %(person)s.") % {"role": slot, "person": slot.reviewer}
        elif said.verdict == Verdict.APPROVE:
            sentence = _("%(role)s: approved version %(number)d; its sections were changed since.") % {
                "role": slot, "number": said.version.number,
            }  # fmt: skip
        else:
            sentence = _("%(role)s: %(person)s asked for changes.") % {"role": slot, "person": said.reviewer}
        who = (str(slot.reviewer),) if slot.reviewer else (str(prd.author),)
        yield Finding("PRD-G6", sentence, who=who, link=f"{url_of(prd)}#reviews", subject=prd.thing)


@gate("PRD-G7", kind="prd", title=gettext_lazy("Nobody approves their own words"), law=True)
def approver_did_not_write(prd: Prd, actor: Any, facts: Facts) -> Findings:
    writers = writers_of(prd)
    approver = facts.get("approver")
    if approver is not None and approver.pk in writers:
        yield Finding("PRD-G7", _("Who wrote it cannot approve it."), link=url_of(prd), subject=prd.thing)
    for slot, said, is_current in latest_approvals(prd):
        if is_current and said is not None and said.reviewer_id in writers:
            yield Finding(
                "PRD-G7", _("%(role)s: approved by somebody who wrote it.") % {"role": slot},
                who=(str(prd.author),), link=f"{url_of(prd)}#reviews", subject=prd.thing,
            )  # fmt: skip


@gate("PRD-G8", kind="prd", title=gettext_lazy("No blocking comment is open"))
def no_blocking_comment(prd: Prd, actor: Any, facts: Facts) -> Findings:
    for comment in open_blocking_comments(prd.thing):
        yield Finding(
            "PRD-G8", _("A blocking comment of %(person)s is open.") % {"person": comment.author},
            who=(str(comment.author),), link=f"{url_of(prd)}#comments", subject=prd.thing,
        )  # fmt: skip


@gate("PRD-G9", kind="prd", title=gettext_lazy("It rests on an insight or a request"))
def demand_is_linked(prd: Prd, actor: Any, facts: Facts) -> Findings:
    if not linked(prd, "cites"):
        yield Finding(
            "PRD-G9", _("No insight or request is cited. Write {{insight:…}} or {{request:…}} in the problem."),
            who=(str(prd.author),), link=f"{url_of(prd)}#problem", section="problem", subject=prd.thing,
        )  # fmt: skip


@gate("PRD-G10", kind="prd", title=gettext_lazy("Somebody else than the author decides with it"))
def decision_is_named(prd: Prd, actor: Any, facts: Facts) -> Findings:
    maker = prd.decision_maker
    sentence = ""
    if maker is None:
        sentence = _("No decision maker is named.")
    elif not maker.is_active:
        sentence = _("%(person)s, the decision maker, has left.") % {"person": maker}
    elif maker.pk in writers_of(prd):
        sentence = _("The decision maker wrote it; name somebody else.")
    elif not _has_words(prd, "decision"):
        sentence = _("The section on the decision is empty.")
    if sentence:
        yield Finding(
            "PRD-G10", sentence, who=(str(prd.author),), link=f"{url_of(prd)}#decision", section="decision",
            subject=prd.thing,
        )  # fmt: skip


def _has_words(prd: Prd, slug: str) -> bool:
    return any(s.slug == slug and s.own_body.strip() for s in content.sections_of(prd.current))


@gate("PRD-G11", kind="prd", title=gettext_lazy("No metric stands twice"))
def metrics_are_not_doubled(prd: Prd, actor: Any, facts: Facts) -> Findings:
    metrics = _metrics(prd)
    expect("fingerprint", [m.current.fingerprint for m in metrics if m.current and m.current.fingerprint])
    for metric in metrics:
        if metric.current is None or not metric.current.fingerprint:
            continue
        for twin in rows_by("fingerprint", metric.current.fingerprint, _twins):
            if twin.pk == metric.pk:
                continue
            yield Finding(
                "PRD-G11", _("%(metric)s is the same number as %(twin)s. Merge the two.")
                % {"metric": metric.title, "twin": twin.title},
                who=_names(metric, "owner"), link=url_of(metric), subject=twin.thing,
            )  # fmt: skip


def _twins(prints: list[str]) -> list[tuple[str, Metric]]:
    """The live metrics of each of these fingerprints."""
    rows = Metric.objects.unrestricted(WHY).filter(current__fingerprint__in=prints, thing__state__in=LIVE)
    return [(metric.current.fingerprint, metric) for metric in rows]


@gate("PRD-G12", kind="prd", title=gettext_lazy("Personal data has a purpose and an end"), law=True)
def personal_data_has_purpose(prd: Prd, actor: Any, facts: Facts) -> Findings:
    personal = personal_datasets(prd)
    if not personal:
        return
    for is_missing, sentence in (
        (not prd.purpose, _("%(dataset)s holds personal data and no purpose is named.")),
        (prd.retention_days is None, _("%(dataset)s holds personal data and nothing says how long it is kept.")),
    ):
        if is_missing:
            yield Finding(
                "PRD-G12", sentence % {"dataset": personal[0].title}, who=(str(prd.author),),
                link=f"{url_of(prd)}#security", section="security", subject=personal[0].thing,
            )  # fmt: skip
    for dataset in personal:
        if prd.purpose and dataset.allowed_purposes and prd.purpose not in dataset.allowed_purposes:
            yield Finding(
                "PRD-G12", _("%(dataset)s may not be used for “%(purpose)s”.")
                % {"dataset": dataset.title, "purpose": prd.purpose},
                who=_names(dataset, "owner"), link=url_of(dataset), subject=dataset.thing,
            )  # fmt: skip


@gate("PRD-G13", kind="prd", title=gettext_lazy("It reads nothing that must not be kept"), law=True)
def reads_nothing_prohibited(prd: Prd, actor: Any, facts: Facts) -> Findings:
    """No prohibited category on a column of any dataset that it reads, through metrics too (guard.schemes)."""
    read = [*_datasets(prd), *(dataset for _link, dataset in sources_of_metrics(prd))]
    yield from prohibited.findings_on("PRD-G13", read, actor)
