"""What a sheet of levels would propose: one review a dataset, nothing for columns that are so already."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import labels
from catalog.actions.columns import PROPOSERS
from catalog.models import Column, Dataset
from catalog.supposing import counts_after
from governance import labelling, reviewing
from governance.lead.sheets import Fault, Row, read
from governance.models import ReviewItem, ReviewLabel
from governance.states import ReviewState
from guard import ledger
from guard import levels as ladder
from guard.doors import opened_all, standings
from guard.doors.opening import EXPORT
from guard.models import Category, Standing

MOST_DATASETS = 200


@dataclass(frozen=True)
class Item:
    """One column of the sheet that would change."""

    line: int
    column: str
    before: int | None
    rank: int | None
    direction: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass
class Part:
    """What the sheet says of one dataset; `after` is its level once everything is approved."""

    dataset: Dataset
    items: list[Item] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    after: int = 0

    @property
    def reason(self) -> str:
        return "; ".join(dict.fromkeys(self.reasons))[:2000]

    @property
    def is_lowering(self) -> bool:
        return any(item.direction == "down" or item.removed for item in self.items)


@dataclass
class Plan:
    """Everything that a sheet would propose; with a fault, nothing of it is proposed."""

    parts: list[Part] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Columns by direction: first, up, same, down, category."""
        return dict(Counter(item.direction for part in self.parts for item in part.items))

    @property
    def digest(self) -> str:
        """Over what would be proposed, and from where: another world or another sheet gives another digest."""
        body = {
            part.dataset.key: {
                "schema": part.dataset.schema_hash,
                "after": part.after,
                "reason": part.reason,
                "items": [[i.column, i.before, i.rank, *i.added, "-", *i.removed] for i in part.items],
            }
            for part in self.parts
        }
        return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


def may_hand_in(actor: Any) -> bool:
    """Whether a sheet of this person could propose anything: by a role, or by what they are of some dataset."""
    if PROPOSERS.permits(actor.principal):
        return True
    own = Standing.objects.unrestricted("one's own standings say whether one may propose anything").filter(
        standings.mine(actor.principal), standings.live(), thing__kind="dataset", reason__in=PROPOSERS.standings
    )
    return bool(own.exists())


def plan(reader: Any, text: str) -> Plan:
    """Say what a sheet would propose; nothing is written.

    Args:
        reader: who hands it in; datasets whose columns they may not see are as absent as those that are not there.
        text: of the sheet.
    """
    rows, faults = read(text)
    found = Plan(faults=faults)
    if faults:
        return found
    by_dataset = _by_dataset(reader, rows, found)
    if len(by_dataset) > MOST_DATASETS:
        found.faults.append(
            Fault(0, _("A sheet speaks of at most %(n)d datasets. Cut it into parts.") % {"n": MOST_DATASETS})
        )
        return found
    in_use = Category.objects.filter(scheme__status="current").select_related("scheme")
    known = frozenset(str(category) for category in in_use)
    columns = _columns(by_dataset)
    approved = labelling.approved_categories([column for each in columns.values() for column in each.values()])
    held = _under_review(by_dataset)
    for dataset, several in by_dataset.items():
        world = _World(columns[dataset.pk], approved, known, held)
        part = _part(dataset, several, world, found)
        if part.items:
            found.parts.append(part)
    for part in found.parts if not found.faults else ():
        counts, together = counts_after(part.dataset, part.levels, _ended(part, columns[part.dataset.pk]))
        part.after = max([*counts.values(), together, part.dataset.declared_level or ladder.LOWEST])
    found.faults.sort(key=lambda fault: fault.line)
    opened_all(reader, [part.dataset for part in found.parts])  # it says which level each column has now
    return found


def _by_dataset(reader: Any, rows: Sequence[Row], found: Plan) -> dict[Dataset, list[Row]]:
    said = {row.dataset for row in rows}
    datasets = (
        Dataset.objects.visible_to(reader, "columns")
        .filter(Q(thing__key__in={name.upper() for name in said}) | Q(qualified_name__in=said))
        .select_related("thing__domain")
        .order_by("pk")
    )
    named: dict[str, list[Dataset]] = defaultdict(list)
    for dataset in datasets:
        named[dataset.key].append(dataset)
        named[dataset.qualified_name].append(dataset)
    by_dataset: dict[Dataset, list[Row]] = defaultdict(list)
    for row in rows:
        several = named.get(row.dataset) or named.get(row.dataset.upper()) or []
        if len(several) == 1:
            by_dataset[several[0]].append(row)
        elif several:
            keys = ", ".join(dataset.key for dataset in several)
            found.faults.append(Fault(row.line, _("Several datasets have this name. Write a key: %s.") % keys))
        else:
            sentence = _("There is no dataset %(name)s whose columns you may see.") % {"name": row.dataset[:80]}
            found.faults.append(Fault(row.line, sentence))
    return by_dataset


def _columns(datasets: Iterable[Dataset]) -> dict[int, dict[str, Column]]:
    ids = [dataset.pk for dataset in datasets]
    rows = Column.objects.unrestricted("a sheet is read by who may see the columns of its datasets")
    found: dict[int, dict[str, Column]] = {pk: {} for pk in ids}
    for column in rows.filter(dataset__in=ids).select_related("dataset__thing__domain"):
        found[column.dataset_id][column.name] = column
    return found


@dataclass(frozen=True)
class _World:
    """What rows are read against."""

    columns: Mapping[str, Column]
    approved: Mapping[int, set[str]]
    known: frozenset[str]
    held: Mapping[int, tuple[str, int | None]]


def _part(dataset: Dataset, rows: Iterable[Row], world: _World, found: Plan) -> Part:
    part = Part(dataset)
    seen: dict[str, int] = {}
    for row in rows:
        wrong, item = _faults(dataset, row, world), None
        if seen.setdefault(row.column, row.line) != row.line:
            wrong.append(_("This column stands in line %(line)d already.") % {"line": seen[row.column]})
        if not wrong:
            column = world.columns[row.column]
            item = _item(row, column, world.approved[column.pk])
            item, wrong = _unless_held(item, world.held.get(column.pk))
        found.faults += [Fault(row.line, sentence) for sentence in wrong]
        if item is not None:
            _add(part, row, item)
        elif not wrong:
            found.unchanged += 1
    if part.is_lowering and len(part.reason) < 10:
        line = min(item.line for item in part.items)
        sentence = _("%(dataset)s would count less somewhere: say in a sentence why, in the cell reason.")
        found.faults.append(Fault(line, sentence % {"dataset": dataset.key}))
    return part


def _faults(dataset: Dataset, row: Row, world: _World) -> list[str]:
    unknown = [code for code in row.categories or () if code not in world.known]
    wrong = [_("No category is called %(code)s.") % {"code": code[:60]} for code in unknown]
    if row.column not in world.columns:
        named = {"dataset": dataset.key, "name": row.column[:80]}
        wrong.append(_("%(dataset)s has no column %(name)s.") % named)
    return wrong


def _unless_held(item: Item | None, held: tuple[str, int | None] | None) -> tuple[Item | None, list[str]]:
    """A column is under one review at a time; what that review proposes already is nothing new."""
    if item is None or held is None:
        return item, []
    key, rank = held
    if item.rank == rank and not item.added and not item.removed:
        return None, []
    return None, [_("%(name)s is under review in %(key)s already.") % {"name": item.column, "key": key}]


def _add(part: Part, row: Row, item: Item) -> None:
    part.items.append(item)
    part.reasons += [row.reason] if row.reason else []
    if item.rank is not None:
        part.levels[item.column] = item.rank
    if item.added or item.removed:
        part.categories[item.column] = row.categories or ()


def _item(row: Row, column: Column, approved: set[str]) -> Item | None:
    """What a row would change at its column; None for nothing."""
    rank = row.level if row.level != column.level else None
    wanted = approved if row.categories is None else set(row.categories)
    added, removed = tuple(sorted(wanted - approved)), tuple(sorted(approved - wanted))
    if rank is None and not added and not removed:
        return None
    direction = reviewing.direction_of(column.level, rank) if rank is not None else "category"
    return Item(row.line, column.name, column.level, rank, direction, added, removed)


def _under_review(datasets: Iterable[Dataset]) -> dict[int, tuple[str, int | None]]:
    """Columns of these datasets in an open review, by id: its key, and the level that it proposes there."""
    held: dict[int, tuple[str, int | None]] = {}
    there = {"review__dataset__in": list(datasets), "review__thing__state": ReviewState.OPEN}
    said = ReviewLabel.objects.unrestricted("a column is under one review at a time").filter(**there)
    held |= {pk: (key, None) for pk, key in said.values_list("column_id", "review__thing__key")}
    rows = ReviewItem.objects.unrestricted("a column is under one review at a time").filter(**there)
    return held | {pk: (key, rank) for pk, key, rank in rows.values_list("column_id", "review__thing__key", "rank")}


def _ended(part: Part, columns: Mapping[str, Column]) -> list[int]:
    """Ids of the labels that the sheet takes away."""
    gone = {(columns[item.column].pk, code) for item in part.items for code in item.removed}
    if not gone:
        return []
    said = labels.of_dataset(part.dataset.pk)
    return [
        label.pk for pk, several in said.items() for label in several
        if label.category and (pk, str(label.category)) in gone
    ]  # fmt: skip


def sheet_of(reader: Any, *, domain: str = "", is_unclassified: bool = False) -> Iterable[Row]:
    """What is approved now, as rows of a sheet: every column that the reader may see, or those without a level.

    Args:
        reader: whose sight it is.
        domain: slug; empty for all.
        is_unclassified: only columns without an approved level.
    """
    rows = Column.objects.visible_to(reader, "columns").select_related("dataset__thing")
    if domain:
        rows = rows.filter(dataset__thing__domain__slug=domain)
    if is_unclassified:
        rows = rows.filter(level=None)
    for start in range(0, 10**9, 2000):
        some = list(rows.order_by("dataset_id", "position")[start : start + 2000])
        opened_all(reader, [column.dataset for column in some], door=EXPORT)
        approved = labelling.approved_categories(some)
        for number, column in enumerate(some, start + 2):
            codes = tuple(sorted(approved[column.pk])) or None
            yield Row(number, column.dataset.key, column.name, column.level, codes, "")
        if len(some) < 2000:
            return
