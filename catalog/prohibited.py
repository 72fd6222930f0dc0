"""Data that must not be there at all: what would publish a dataset with such a column is refused, whoever asks.

Which categories are prohibited is data (`guard.models.Category.is_prohibited`). A label that is only proposed counts:
what is stricter counts before it is reviewed. The whole dataset counts, whichever columns are read: where PCI DSS says
that something may not be kept, the table is at fault, and nothing should be built on it until it is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Dataset, Label
from catalog.states import PUBLISHED
from guard.doors import grade_of
from guard.gates import Finding
from guard.kinds import url_of
from guard.memory import expect, rows_by
from guard.policy import COLUMNS
from guard.refusals import Blocked
from guard.things import people_standing_on

OPEN = (Label.State.PROPOSED, Label.State.APPROVED)
CONTAINS = "DP-G4"
_WHY = "a gate judges whoever looks; the reader's view of its findings is filtered"


def findings_on(rule: str, datasets: Iterable[Dataset], actor: Any) -> Iterator[Finding]:
    """One finding for each column that must not be there.

    Args:
        rule: public id of the gate that asks.
        datasets: what would be published.
        actor: the reader; who does not see columns reads that there is one, and no names.
    """
    by_id = {dataset.pk: dataset for dataset in datasets}
    expect("dataset", by_id)
    found = {pk: labels for pk in by_id if (labels := rows_by("dataset", pk, _prohibited))}
    people = people_standing_on([by_id[pk] for pk in found], "owner", "steward") if found else {}
    for pk, labels in found.items():
        dataset = by_id[pk]
        for sentence in _sentences(dataset, labels, actor):
            yield Finding(
                rule, sentence, who=tuple(str(person) for person in people.get(pk, [])), link=url_of(dataset),
                subject=dataset.thing,
            )  # fmt: skip


def refuse_in_published(product: Any, datasets: Iterable[Dataset], by: Any) -> None:
    """A product past its design takes in nothing that its own move would have been refused for.

    Raises:
        Blocked: a column of one of these datasets must not be there.
    """
    if product.state in PUBLISHED and (findings := list(findings_on(CONTAINS, datasets, by))):
        raise Blocked(findings=findings)


def _prohibited(dataset_ids: list[int]) -> list[tuple[int, Label]]:
    rows = Label.objects.unrestricted(_WHY).filter(
        dataset__in=dataset_ids,
        superseded_at__isnull=True,
        state__in=OPEN,
        category__is_prohibited=True,
        column__dataset=F("dataset"),  # the column is still there: a label outlives a column that went
    )
    return [(row.dataset_id, row) for row in rows.select_related("category__scheme").order_by("pk")]


def _sentences(dataset: Dataset, labels: list[Label], actor: Any) -> list[str]:
    if grade_of(actor, dataset.thing) < COLUMNS:
        return [
            _("%(dataset)s has a column that must not be kept. Have it taken out before anything is built on it.")
            % {"dataset": dataset.title}
        ]
    said = []
    for label in labels:
        facts = {
            "dataset": dataset.title, "column": label.column_name, "what": label.category and label.category.word,
            "scheme": label.category and label.category.scheme.code,
        }  # fmt: skip
        sentence = (
            _("%(dataset)s: %(column)s is %(what)s (%(scheme)s), which must not be kept. Take it out of the warehouse "
              "and import again, or have the label reviewed if it is wrong.")
            if label.state == Label.State.APPROVED
            else _("%(dataset)s: %(column)s may be %(what)s (%(scheme)s), which must not be kept. Have the label "
                   "reviewed, or take the column out of the warehouse and import again.")
        )  # fmt: skip
        said.append(sentence % facts)
    return said
