"""Verbs about scans: ask for one, write down what it found. What it proposes is reviewed like anybody's proposal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions import label_column
from catalog.labels import Said
from catalog.models import Dataset, Label
from governance import labelling, proposing, reviewing
from governance.actions.lending import give_back, lent
from governance.actions.reviews import PROPOSERS, amend_levels, propose_levels
from governance.models import LevelReview, Scan, ScanFinding
from governance.scanner import ORIGIN, VERSION, sampling
from governance.scanner.kinds import category_code
from governance.scanner.verdict import Verdict
from governance.scanner.weighing import Weighed, weigh
from guard import clock, jobs, things
from guard.doors import act, acting
from guard.policy import Who
from guard.refusals import Blocked

WORK = "governance.scan"
SCANNERS = PROPOSERS
LONGEST_SCAN = timedelta(minutes=30)
_WHY = "an act works on rows that it was handed"


@act("scan.started", who=SCANNERS, subject="dataset", needs="profile")
def start_scan(*, by: Any, dataset: Dataset, in_worker: bool = True) -> Scan:
    """Ask the scanner to look at a dataset.

    Args:
        by: who asks: counts as the proposer of what is found, so somebody else decides on it.
        dataset: with its warehouse at hand.
        in_worker: False where the caller carries it out at once (the command line).

    Returns:
        The scan, waiting.

    Raises:
        NoAddress, NotReadable: the warehouse has no address, or is no PostgreSQL.
        Blocked: a scan of it is under way.
    """
    sampling.refuse_unless_readable(dataset)
    things.lock(dataset)
    waiting = Scan.objects.unrestricted(_WHY).filter(dataset=dataset, state=Scan.State.WAITING)
    waiting.filter(started_at__lt=clock.now() - LONGEST_SCAN).update(state=Scan.State.FAILED, ended_at=clock.now())
    if waiting.exists():
        raise Blocked(_("A scan of it is under way."), code="scanning")
    columns_now = Dataset.objects.unrestricted(_WHY).values_list("schema_hash", flat=True).get(pk=dataset.pk)
    scan: Scan = Scan.objects.create(dataset=dataset, by=by, version=VERSION, schema_hash=columns_now)
    if in_worker:
        job = jobs.start_job(WORK, by=by, arguments={"scan": scan.pk})
        _set(scan, job=job.uid)
    acting().note(scan=scan.pk, scanner=ORIGIN)
    return scan


@act("scan.failed", who=Who(anyone=True))
def fail_scan(*, by: Any, scan: Scan, said: str) -> Scan:
    """Say that a scan came to nothing; its reader is told why, without any value."""
    _set(scan, state=Scan.State.FAILED, said=said[:300], ended_at=clock.now())
    give_back(scan.dataset, scan.by)
    acting().subject(scan.dataset)
    acting().note(scan=scan.pk)
    return scan


@act("dataset.scanned", who=SCANNERS, subject="scan.dataset", needs="profile")
def record_scan(*, by: Any, scan: Scan, verdicts: Mapping[str, Verdict]) -> Scan:
    """Write down what a scan found, and propose levels and categories where nobody has spoken.

    Args:
        by: who asked for the scan.
        scan: waiting, with its dataset at hand.
        verdicts: by name of column: counts and shapes, no values.

    Returns:
        The scan, done; with the review of what it proposes, if anything.
    """
    dataset = scan.dataset
    things.lock(dataset)
    scan.refresh_from_db(fields=["state"])
    if scan.state != Scan.State.WAITING:
        raise Blocked(_("This scan is over."), code="state")
    weighed = weigh(dataset, verdicts)
    proposed = [one for one in weighed if one.stance == ScanFinding.Stance.PROPOSED]
    review = _propose(by, dataset, [one for one in proposed if one.earlier is None])
    _take_further(by, [one for one in proposed if one.earlier is not None])
    ScanFinding.objects.bulk_create([_finding(scan, one, review) for one in weighed])
    rows = max((verdict.rows for verdict in verdicts.values()), default=0)
    _set(scan, state=Scan.State.DONE, review=review, rows=rows, ended_at=clock.now())
    give_back(dataset, scan.by)
    states = Counter(one.verdict.state for one in weighed)
    stances = Counter(one.stance for one in weighed if one.stance)
    acting().note(scan=scan.pk, scanner=ORIGIN, counts={**states, **stances}, review=review.key if review else "")
    return scan


def _propose(by: Any, dataset: Dataset, found: Sequence[Weighed]) -> LevelReview | None:
    """One review of all that is new: the labels carry the scanner's name and evidence, the levels follow from them."""
    if not found:
        return None
    _label(by, found)
    review: LevelReview = propose_levels(
        by=by, dataset=dataset, reason=_reason(),
        levels={one.column.name: int(one.rank or 0) for one in found},
        categories={one.column.name: [category_code(one.kind)] for one in found},
    )  # fmt: skip
    return review


def _take_further(by: Any, found: Sequence[Weighed]) -> None:
    """The scanner's own open proposals: a newer finding takes the place of the older, and may only be stricter."""
    by_review: dict[LevelReview, list[Weighed]] = defaultdict(list)
    for one in found:
        earlier = one.earlier
        if earlier is None or earlier.review is None:
            continue
        ScanFinding.objects.unrestricted(_WHY).filter(pk=earlier.pk).update(decision=ScanFinding.Decision.SUPERSEDED)
        if earlier.kind != one.kind:
            by_review[earlier.review].append(one)
    for review, several in by_review.items():
        _say_more(by, review, several)


def _say_more(by: Any, review: LevelReview, found: Sequence[Weighed]) -> None:
    """A newer version takes a column for something else: both categories are under review, and the stricter level."""
    levels = {item.column_name: item.rank for item in reviewing.items_of(review)}
    categories = labelling.wanted_by(review)
    for one in found:
        name = one.column.name
        levels[name] = max(levels.get(name, 0), int(one.rank or 0))
        categories.setdefault(name, set()).add(category_code(one.kind))
    _label(by, found)
    with lent(review, by):
        amend_levels(by=by, review=review, levels=levels, categories=categories)


def _label(by: Any, found: Sequence[Weighed]) -> None:
    """The labels carry the scanner's name and evidence."""
    with proposing.keeping_sight(by, found[0].column.dataset):
        for one in found:
            label_column(by=by, column=one.column, category=category_code(one.kind), said=_said(one.verdict))


def _said(verdict: Verdict) -> Said:
    """What a label of the scanner says: version, score, counts."""
    found = verdict.evidence
    if found is None:
        return Said(origin=Label.Origin.SCANNER, version=VERSION)
    counts = {"passed": found.passed, "distinct": found.distinct, "name": found.says}
    return Said(origin=Label.Origin.SCANNER, version=VERSION, confidence=found.score, evidence=counts)


def _reason() -> str:
    return _("%(origin)s proposes this from names and sampled values; the evidence is on the dataset's scan.") % {
        "origin": ORIGIN
    }


def _finding(scan: Scan, one: Weighed, review: LevelReview | None) -> ScanFinding:
    found, verdict = one.verdict.evidence, one.verdict
    if one.stance != ScanFinding.Stance.PROPOSED:
        review = None
    elif one.earlier is not None:
        review = one.earlier.review
    return ScanFinding(
        scan=scan, dataset=scan.dataset, column=one.column, column_name=one.column.name, review=review,
        result=verdict.state, why=verdict.why, kind=one.kind, rank=one.rank, stance=one.stance, rows=verdict.rows,
        junk=verdict.junk, distinct=verdict.distinct, passed=found.passed if found else 0,
        says=found.says if found else "", score=found.score if found else None,
        shapes=[list(pair) for pair in found.shapes] if found else [],
    )  # fmt: skip


def _set(scan: Scan, **fields: Any) -> None:
    Scan.objects.unrestricted(_WHY).filter(pk=scan.pk).update(**fields)
    for name, value in fields.items():
        setattr(scan, name, value)
