"""What follows from a finding: a proposal only where nobody has spoken. Never lower, never over a person's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.labels import current_of
from catalog.models import Column, Dataset, Label
from governance.models import ReviewItem, ReviewLabel, ScanException, ScanFinding
from governance.scanner.kinds import category_code, levels_of
from governance.scanner.verdict import CLEAN, FOUND, Verdict
from governance.states import ReviewState

_WHY = "the scanner weighs what was said of each column and shows none of it"
Stance = ScanFinding.Stance


@dataclass
class Weighed:
    """One column: what was found, what follows, and the earlier finding that this one takes further.

    Attributes:
        column: scanned.
        verdict: of the recognisers.
        rank: the level of the kind; None where nothing was found.
        stance: what follows.
        earlier: the scanner's own open proposal for this column.
    """

    column: Column
    verdict: Verdict
    rank: int | None = None
    stance: str = Stance.NONE
    earlier: ScanFinding | None = None

    @property
    def kind(self) -> str:
        return self.verdict.evidence.kind if self.verdict.evidence else ""


@dataclass
class Said:
    """What people and earlier scans said of the columns of a dataset, by column."""

    labels: Mapping[int, list[Label]]
    own: Mapping[int, ScanFinding]
    exceptions: Mapping[tuple[int, str], ScanException]
    under_review: set[int] = field(default_factory=set)


def weigh(dataset: Dataset, verdicts: Mapping[str, Verdict]) -> list[Weighed]:
    """Say for every column what follows.

    Args:
        dataset: locked by the act under way.
        verdicts: by name of column; names that the catalogue does not have any more are left out.

    Returns:
        In the order of the columns.
    """
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset).select_related("dataset__thing__domain")
    columns = [column for column in rows if column.name in verdicts]
    said = _said_of(dataset, columns)
    kinds = {verdict.evidence.kind for verdict in verdicts.values() if verdict.evidence}
    ranks = levels_of(kinds)
    return [_weigh_one(column, verdicts[column.name], ranks, said) for column in columns]


def _weigh_one(column: Column, verdict: Verdict, ranks: Mapping[str, int], said: Said) -> Weighed:
    own = said.own.get(column.pk)
    if verdict.state != FOUND or verdict.evidence is None:
        # a version that finds nothing any more says so; the proposal stays for the reviewers
        stance = Stance.DISSENT if verdict.state == CLEAN and own else Stance.NONE
        return Weighed(column, verdict, stance=stance)
    kind = verdict.evidence.kind
    rank = ranks[kind]
    return Weighed(column, verdict, rank, _stance(column, kind, rank, said), own)


def _stance(column: Column, kind: str, rank: int, said: Said) -> str:
    exception = said.exceptions.get((column.pk, kind))
    if exception is not None and exception.data_type == column.data_type:
        return Stance.EXCEPTED
    if column.pk in said.own:
        return Stance.PROPOSED
    spoken = [label for label in said.labels.get(column.pk, []) if _is_a_persons(label)]
    if column.level is not None or column.proposed_level is not None or spoken:
        floors = [label.category.floor or 0 for label in spoken if label.category]
        counts = max(column.level or 0, column.proposed_level or 0, *floors, 0)
        names_it = any(str(label.category) == category_code(kind) for label in spoken)
        return Stance.AGREES if names_it or counts >= rank else Stance.DISSENT
    return Stance.WAITS if column.pk in said.under_review else Stance.PROPOSED


def _is_a_persons(label: Label) -> bool:
    """What a person said, or agreed to, whoever said it first."""
    return label.origin != Label.Origin.SCANNER or label.state == Label.State.APPROVED


def _said_of(dataset: Dataset, columns: list[Column]) -> Said:
    own = ScanFinding.objects.unrestricted(_WHY).filter(
        dataset=dataset, stance=Stance.PROPOSED, decision=ScanFinding.Decision.OPEN,
        review__thing__state=ReviewState.OPEN,
    )  # fmt: skip
    exceptions = ScanException.objects.unrestricted(_WHY).filter(dataset=dataset, ended_at=None)
    return Said(
        labels=current_of(columns),
        own={row.column_id: row for row in own.select_related("review__thing__domain").order_by("pk")},
        exceptions={(row.column_id, row.kind): row for row in exceptions},
        under_review=_under_review(columns),
    )


def _under_review(columns: list[Column]) -> set[int]:
    ids = [column.pk for column in columns]
    found: set[int] = set()
    models: tuple[Any, ...] = (ReviewItem, ReviewLabel)
    for model in models:
        rows = model.objects.unrestricted(_WHY).filter(review__thing__state=ReviewState.OPEN, column__in=ids)
        found |= set(rows.values_list("column_id", flat=True))
    return found
