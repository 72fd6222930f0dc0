"""Labels of columns: the current ones, and how one follows another. Every function that writes runs inside an act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Column, Dataset, Label
from guard import clock
from guard.doors import acting
from guard.memory import once
from guard.models import Category, Crosswalk, Level, Scheme
from guard.refusals import Invalid

_WHY = "an act works on rows that it was handed"
_SEEN = "labels are seen by whoever was shown their columns"
OPEN = (Label.State.PROPOSED, Label.State.APPROVED)


@dataclass(frozen=True)
class Said:
    """What a label says beside its level or category.

    Args:
        origin: a person, the scanner, lineage, a contract or an import.
        version: of the scanner, or of the file's standard.
        confidence: 0 to 1.
        evidence: counts and shapes, never a value of the column.
        reason: in words.
        review: key of the review in which it was decided.
    """

    origin: str = Label.Origin.PERSON
    version: str = ""
    confidence: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    review: str = ""


def of_scheme(name: str) -> Q:
    """Levels and categories of the scheme that ``code`` or ``code@version`` names."""
    code, _at, version = name.partition("@")
    return Q(scheme__code=code) & (Q(scheme__version=version) if version else Q())


def category_named(code: str) -> Category:
    """The category that ``scheme:code`` names; a bare code is one of the house scheme.

    Raises:
        Invalid: there is none.
    """
    scheme, _colon, name = code.rpartition(":")
    rows = Category.objects.filter(code=name, scheme__status=Scheme.Status.CURRENT).select_related("scheme")
    rows = rows.filter(of_scheme(scheme)) if scheme else rows.filter(scheme__is_house=True)
    found = rows.order_by("-scheme_id").first()
    if found is None:
        raise Invalid(errors={"categories": [_("There is no category %(code)s.") % {"code": code}]})
    return found


def level_named(scheme: str, code: str) -> Level:
    """A level of a scheme in use by its code or rank; of two versions in use, the newer one's.

    Args:
        scheme: its code, or ``code@version``.
        code: of the level, or its rank.

    Raises:
        Invalid: there is none.
    """
    rows = Level.objects.filter(of_scheme(scheme), scheme__status=Scheme.Status.CURRENT).select_related("scheme")
    rows = rows.filter(Q(code__iexact=code) | Q(rank=int(code) if code.isdecimal() and len(code) < 5 else 0))
    found = rows.order_by("-scheme_id").first()
    if found is None:
        raise Invalid(errors={"labels": [_("%(scheme)s has no level %(code)s.") % {"scheme": scheme, "code": code}]})
    return found


@once
def house_ranks() -> dict[int, int]:
    """What levels of other schemes count as here, by the level's id; one that no crosswalk names is missing."""
    walks = Crosswalk.objects.filter(target__scheme__is_house=True)
    return dict(walks.values_list("source_id", "target__rank"))


def current_of(columns: Iterable[Column]) -> dict[int, list[Label]]:
    """Current labels by column, one query; the columns were handed over by a door."""
    return _by_column(column__in=[column.pk for column in columns])


@once
def of_dataset(dataset_id: int) -> dict[int, list[Label]]:
    """Current labels of a whole dataset by column."""
    return _by_column(dataset=dataset_id)


def of_datasets(dataset_ids: Iterable[int]) -> dict[int, list[Label]]:
    """Current labels of several datasets by column, one query."""
    return _by_column(dataset__in=list(dataset_ids))


def record_level(column: Column, rank: int, said: Said | None = None) -> Label:
    """Put an approved house level on record; the one before is superseded."""
    said = said or Said()
    level = Level.objects.select_related("scheme").get(scheme__is_house=True, rank=rank)
    rows = Label.objects.unrestricted(_WHY).filter(
        column=column, scheme=level.scheme, level__isnull=False, superseded_at__isnull=True, state=Label.State.APPROVED
    )
    return _add(column, level, Label.State.APPROVED, said, rows.first())


def propose(column: Column, what: Category | Level, said: Said) -> Label:
    """Say that a column is of a category, or of a level of another scheme. It counts at once.

    Args:
        column: with its dataset at hand.
        what: the category, or the level.
        said: on which evidence.

    Returns:
        The label; the current one when it says the same already.
    """
    for label in current_of([column])[column.pk]:
        if what in (label.category, label.level):
            return label
    return _add(column, what, Label.State.PROPOSED, said, None)


def propose_all(found: Iterable[tuple[Column, Category | Level, Said]]) -> None:
    """`propose` for many that were never said before, in one statement; the columns have their dataset at hand."""
    Label.objects.bulk_create([_made(column, what, Label.State.PROPOSED, said, None) for column, what, said in found])


def follow(label: Label, state: str, said: Said) -> Label:
    """Decide on a label: approved, rejected, withdrawn or ended. A new row, the old one is superseded."""
    return _add(label.column, label.what, state, said, label)


def refresh(column: Column) -> Column:
    """Read again what the database counts for a column after its labels changed."""
    column.refresh_from_db(fields=["floor", "propagated", "rank"])
    return column


def _by_column(**which: Any) -> dict[int, list[Label]]:
    found: dict[int, list[Label]] = defaultdict(list)
    rows = Label.objects.unrestricted(_SEEN).filter(superseded_at__isnull=True, state__in=OPEN, **which)
    for label in rows.select_related("scheme", "level__scheme", "category__scheme", "by"):
        found[label.column_id].append(label)
    return found


def _add(column: Column, what: Any, state: str, said: Said, before: Label | None) -> Label:
    label = _made(column, what, state, said, before)
    label.save(force_insert=True)
    return label


def _made(column: Column, what: Any, state: str, said: Said, before: Label | None) -> Label:
    dataset: Dataset = column.dataset
    return Label(
        dataset=dataset, column=column, column_name=column.name, scheme=what.scheme, state=state,
        level=what if isinstance(what, Level) else None, category=what if isinstance(what, Category) else None,
        origin=said.origin, origin_version=said.version, confidence=said.confidence, evidence=dict(said.evidence),
        reason=said.reason, review_key=said.review, by=acting().by, supersedes=before, valid_from=clock.now(),
    )  # fmt: skip
