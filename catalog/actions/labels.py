"""Verbs about labels: say what a column is. Deciding on it is governance's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog import labels
from catalog.actions.columns import PROPOSERS
from catalog.labels import Said
from catalog.levels import settle_dataset
from catalog.models import Column, Label
from catalog.supposing import counts_after
from guard.doors import act, acting
from guard.refusals import Denied, Invalid


@act("column.labelled", who=PROPOSERS, subject="column.dataset", needs="columns")
def label_column(
    *, by: Any, column: Column, category: str = "", scheme: str = "", level: str = "", said: Said | None = None
) -> Label:
    """Say that a column is of a category, or of a level of another scheme than the house's. It counts at once.

    Args:
        by: who says it; may not approve it.
        column: with its dataset at hand (select_related("dataset__thing__domain")).
        category: ``scheme:code``, or a bare code of the house scheme.
        scheme: whose level it is, with `level`; instead of a category.
        level: its code or rank.
        said: origin, evidence and reason.

    Returns:
        The label; the one that stands already when it says the same.

    Raises:
        Invalid: no such category or level, or both or neither were given.
    """
    if bool(category) == bool(scheme and level):
        raise Invalid(errors={"labels": [_("Give a category, or a scheme with one of its levels.")]})
    what = labels.category_named(category) if category else labels.level_named(scheme, level)
    if what.scheme.is_house and not category:
        raise Invalid(errors={"labels": [_("Levels of the house scheme are proposed for review.")]})
    label = labels.propose(column, what, said or Said())
    labels.refresh(column)
    acting().note(column=column.pk, label=label.pk, scheme=what.scheme.code, code=what.code, effective=column.rank)
    settle_dataset(column.dataset)
    return label


@act("label.withdrawn", who=PROPOSERS, subject="label.dataset", needs="columns")
def withdraw_label(*, by: Any, label: Label, reason: str = "") -> Label:
    """Take back one's own proposal, unless it made the column stricter: then reviewers decide on it.

    Raises:
        Denied: somebody else's, or one that counts.
        Invalid: it was decided already.
    """
    if not label.is_current or label.state != Label.State.PROPOSED:
        raise Invalid(errors={"labels": [_("This was decided already.")]})
    if label.by_id != by.pk:
        raise Denied(_("Only who proposed it can take it back; reviewers can reject it."))
    if counts_alone(label):
        raise Denied(_("It raised the level, so reviewers decide on it."))
    ended = labels.follow(label, Label.State.WITHDRAWN, Said(reason=reason))
    acting().note(column=label.column_id, label=ended.pk)
    settle_dataset(label.dataset)
    return ended


def counts_alone(label: Label) -> bool:
    """Whether its column, or what the columns say together, would count less without this label."""
    name = label.column.name
    before, together = counts_after(label.dataset, {})
    after, still_together = counts_after(label.dataset, {}, [label.pk])
    return after[name] < before[name] or still_together < together
