"""What of a dataset gives its level: a declared floor, its columns, or what its columns say together."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import column_witness, labels
from catalog.models import Column, Dataset, Label
from guard import levels
from guard.doors import grade_of
from guard.models import Combination
from guard.policy import COLUMNS
from guard.witness import Step, register_source

MOST = 5


def of_dataset(actor: Any, step: Step) -> list[str]:
    """Sentences on why a dataset, or the columns that a joint reads of it, have the step's rank.

    Who does not see columns reads that columns need it, and no names.
    """
    rows = Column.objects.unrestricted("a witness is judged by grade before it is shown").filter(
        dataset=step.thing.pk, rank__gte=step.rank
    )
    if step.columns:
        rows = rows.filter(name__in=step.columns)
    columns = list(rows.order_by("-rank", "position"))
    sentences: list[str] = []
    if columns and grade_of(actor, step.thing) < COLUMNS:
        sentences.append(
            ngettext("A column of it needs L%(rank)d.", "%(n)d columns of it need L%(rank)d.", len(columns))
            % {"n": len(columns), "rank": step.rank}
        )
    elif columns:
        said = labels.current_of(columns[:MOST])
        sentences += [_of_column(actor, column, said[column.pk], step.rank) for column in columns[:MOST]]
        if more := len(columns) - MOST:
            sentences += [ngettext("%(n)d more column.", "%(n)d more columns.", more) % {"n": more}] if more > 0 else []
    if not columns:
        whole = Dataset.objects.unrestricted("a witness is judged by grade before it is shown").get(pk=step.thing.pk)
        sentences += _of_whole(actor, whole, step.rank)
    return sentences


def _of_column(actor: Any, column: Column, said: list[Label], rank: int) -> str:
    """The strongest reason of one column, named by it."""
    return _("%(column)s: %(why)s") % {"column": column.name, "why": why(actor, column, said, rank)}


def why(actor: Any, column: Column, said: list[Label], rank: int) -> str:
    """Why a column counts at least as `rank`.

    Args:
        actor: the reader, who may not see all of the way by which a level arrives.
        column: as the database counts it.
        said: its current labels.
        rank: to be explained.
    """
    words = {"rank": rank}
    if column.level is not None and column.level >= rank:
        return _("approved as L%(rank)d.") % {"rank": column.level}
    for label in said:
        if label.category is not None and (label.category.floor or 0) >= rank:
            facts = {"what": label.category.word, "scheme": label.scheme.name, "rank": label.category.floor}
            if label.state == Label.State.PROPOSED:
                return _("%(what)s (%(scheme)s), which asks for L%(rank)d; not reviewed yet.") % facts
            return _("%(what)s (%(scheme)s), which asks for L%(rank)d.") % facts
    if column.floor >= rank:
        names = ", ".join(f"{label.scheme.name} {label.level.word}" for label in said if label.level)
        return _("%(names)s counts as L%(rank)d here.") % {"names": names, **words}
    if column.propagated >= rank:
        way = column_witness.words_of(actor, column_witness.way_to(column.pk, rank))
        return _("L%(rank)d arrives by lineage: %(way)s.") % {"way": way, **words}
    if column.proposed_level is not None and column.proposed_level >= rank:
        return _("proposed as L%(rank)d; what is stricter counts before it is reviewed.") % words
    return _("nobody has classified it, so it counts as L%(rank)d.") % {"rank": levels.UNKNOWN}


def _of_whole(actor: Any, dataset: Dataset, rank: int) -> list[str]:
    if (dataset.declared_level or 0) >= rank:
        return [_("L%(rank)d was set for the whole dataset.") % {"rank": dataset.declared_level}]
    if dataset.arrived >= rank:
        way, is_filter = column_witness.way_to_whole(dataset.pk, rank)
        words = {"rank": rank, "way": column_witness.words_of(actor, way)}
        if is_filter:
            return [_("Its rows are chosen by L%(rank)d: %(way)s.") % words]
        return [_("It reads L%(rank)d, nobody knows by which columns: %(way)s.") % words]
    with connection.cursor() as cursor:
        cursor.execute("SELECT combination_id FROM catalog_combined(ARRAY[%s]::bigint[]) WHERE rank >= %s",
                       [dataset.pk, rank])  # fmt: skip
        together = Combination.objects.filter(pk__in=[row[0] for row in cursor.fetchall()])
    if together:
        return [_("Its columns together: %(what)s.") % {"what": each.word} for each in together]
    if not dataset.column_count:
        return [_("Nothing is known of its columns, so it counts as L%(rank)d.") % {"rank": levels.UNKNOWN}]
    return [_("L%(rank)d was set for it.") % {"rank": rank}]


register_source("dataset", of_dataset)
