"""Verbs about columns: adding them and proposing their levels. Approving is governance's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions.datasets import KEEPERS
from catalog.indexing import index_dataset
from catalog.levels import counted, drop_column_proposal, schema_changed, settle_dataset
from catalog.models import Column, Dataset
from guard import levels
from guard.doors import act, acting
from guard.plain import fault_of_name
from guard.policy import Who
from guard.refusals import Denied, Invalid
from people.models import Role

PROPOSERS = Who(
    roles={Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER, Role.DATA_PM, Role.PRIVACY, Role.SECURITY},
    standings={"owner", "steward", "contributor", "pm", "scanner"},
)
_WHY = "an act works on rows that it was handed"
_KNOWN = {
    "name",
    "data_type",
    "description",
    "position",
    "is_nullable",
    "is_key",
    "pii_kind",
    "distinct_count",
    "level",
}


@act("columns.added", who=KEEPERS, subject="dataset", needs="columns")
def add_columns(*, by: Any, dataset: Dataset, columns: Sequence[Mapping[str, Any]], reason: str = "") -> list[Column]:
    """Add columns to a dataset. A level given with one is a proposal: it counts where it is strict, never where not.

    Args:
        by: who acts.
        dataset: to add to.
        columns: each with name and, as known, data_type, description, position, is_nullable, is_key, pii_kind,
            distinct_count, level.
        reason: why.

    Returns:
        The new columns.

    Raises:
        Invalid: an empty, repeated or taken name, an unknown field or level.
    """
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset)
    taken = set(rows.values_list("name", flat=True))
    _check(columns, taken)
    start = len(taken)
    made = Column.objects.bulk_create(
        [
            Column(
                dataset=dataset, name=str(row["name"]).strip(), position=row.get("position", start + number + 1),
                data_type=row.get("data_type", ""), description=row.get("description", ""),
                is_nullable=row.get("is_nullable", True), is_key=row.get("is_key", False),
                pii_kind=row.get("pii_kind", ""), distinct_count=row.get("distinct_count"),
                proposed_level=row.get("level"),
                proposed_by=by if row.get("level") else None,
                level_state=Column.LevelState.PROPOSED if row.get("level") else Column.LevelState.NONE,
            )
            for number, row in enumerate(columns)
        ]
    )  # fmt: skip
    acting().note(counts={"columns": len(made)})
    schema_changed(dataset)
    settle_dataset(dataset)
    index_dataset(dataset)
    return list(made)


@act("columns.counted", who=KEEPERS, subject="dataset", needs="columns")
def count_values(*, by: Any, dataset: Dataset, counts: Mapping[str, int], reason: str = "") -> int:
    """Say how many different values columns have: what the slices of a metric are counted by (SEC-103).

    Args:
        by: who acts.
        dataset: whose columns.
        counts: number of different values by name of column.
        reason: for the record.

    Returns:
        How many columns were counted.

    Raises:
        Invalid: an unknown column, or a number below nought.
    """
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset)
    known = set(rows.values_list("name", flat=True))
    wrong = [name for name, count in counts.items() if name not in known or count < 0]
    if wrong or not counts:
        raise Invalid(errors={"counts": [_("Name columns of this dataset, each with a number from nought.")]})
    for name, count in counts.items():
        rows.filter(name=name).update(distinct_count=count)
    acting().note(counts={"columns": len(counts)})
    return len(counts)


@act("column.level_proposed", who=PROPOSERS, subject="column.dataset", needs="columns")
def propose_column_level(*, by: Any, column: Column, rank: int, reason: str = "") -> Column:
    """Propose a level for a column. A stricter one counts at once; a milder one counts when it has been reviewed.

    Args:
        by: who proposes; may not review it.
        column: with its dataset at hand (select_related("dataset__thing__domain")).
        rank: 1 to 5.
        reason: why; compulsory below the level that counts now.

    Returns:
        The column as it is now.

    Raises:
        Invalid: no such level, or no reason for a milder one than was approved.
    """
    if rank not in range(levels.LOWEST, levels.HIGHEST + 1):
        raise Invalid(errors={"rank": [_("Levels go from L1 to L5.")]})
    if column.level is not None and rank < column.level and not reason.strip():
        raise Invalid(errors={"reason": [_("Say why a milder level is right.")]})
    if rank == column.proposed_level or (rank == column.level and column.proposed_level is None):
        return column
    pending = column.proposed_level
    if pending is not None and rank < pending and pending > levels.effective(column.level):
        raise Invalid(errors={"rank": [_("A stricter level is under review. Reviewers can reject it first.")]})
    # the column by number: its name is for readers of columns, the ledger line for readers of the dataset
    acting().note(column=column.pk, diff={"proposed_level": [pending, rank]}, effective=column.rank)
    if rank == column.level:
        drop_column_proposal(column)
        return column
    fields = {"proposed_level": rank, "proposed_by": by, "level_state": Column.LevelState.PROPOSED}
    Column.objects.unrestricted(_WHY).filter(pk=column.pk).update(**fields)
    for name, value in fields.items():
        setattr(column, name, value)
    column.rank = counted(column)
    settle_dataset(column.dataset)
    return column


@act("column.proposal_withdrawn", who=PROPOSERS, subject="column.dataset", needs="columns")
def withdraw_column_proposal(*, by: Any, column: Column, reason: str = "") -> Column:
    """Take back one's own proposal. One that raised the level stays until reviewers have looked at it.

    Raises:
        Denied: somebody else's proposal, or one that is stricter than what was approved.
    """
    if column.proposed_level is None:
        return column
    if column.proposed_by_id != by.pk:
        raise Denied(_("Only who proposed it can take it back; reviewers can reject it."))
    if column.proposed_level > levels.effective(column.level):
        raise Denied(_("It raised the level, so reviewers decide on it."))
    acting().note(column=column.pk)
    drop_column_proposal(column)
    return column


def _check(columns: Sequence[Mapping[str, Any]], taken: set[str]) -> None:
    problems = []
    seen: set[str] = set(taken)
    for number, row in enumerate(columns, start=1):
        name = str(row.get("name", "")).strip()
        if unknown := set(row) - _KNOWN:
            problems.append(
                _("Column %(n)d: there is no field %(f)s.") % {"n": number, "f": ", ".join(sorted(unknown))}
            )
        if not name or len(name) > 200:
            problems.append(_("Column %(n)d needs a name of at most 200 characters.") % {"n": number})
        elif fault := fault_of_name(name):
            problems.append(_("Column %(n)d: %(fault)s") % {"n": number, "fault": fault})
        elif name in seen:
            problems.append(_("Column %(n)d: %(name)s is there already.") % {"n": number, "name": name})
        if row.get("level") is not None and row["level"] not in range(levels.LOWEST, levels.HIGHEST + 1):
            problems.append(_("Column %(n)d: levels go from L1 to L5.") % {"n": number})
        seen.add(name)
    if problems:
        raise Invalid(errors={"columns": problems})
