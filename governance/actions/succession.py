"""The verb that carries labels of a retired scheme to the one that follows it: proposals, each with its way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog import labels
from catalog.labels import Said
from catalog.levels import settle_dataset
from catalog.models import Dataset, Label
from governance import succession
from guard.doors import act, acting
from guard.policy import Who
from guard.things import people_standing_on
from people.actions import tell


@act("labels.carried_over", who=Who(anyone=True))
def carry_over(*, by: Any) -> int:
    """Propose for every label of a retired scheme what it is in the scheme that follows.

    The labels of the retired scheme stay and count on, so no level falls. What was ever said of a column, whatever was
    decided then, is not proposed again, so a second run does nothing and overrules nobody.

    Args:
        by: who acts; becomes the proposer, so that people decide.

    Returns:
        How many labels were proposed.
    """
    count, after, datasets = 0, 0, dict[int, Dataset]()
    while True:
        found, after = succession.waiting(after)
        labels.propose_all([(one.label.column, one.what, _said(one)) for one in found])
        datasets |= {one.label.dataset_id: one.label.column.dataset for one in found}
        count += len(found)
        if not after:
            break
    keepers = people_standing_on(datasets.values(), "owner", "steward") if datasets else {}
    for pk, dataset in datasets.items():
        settle_dataset(dataset)
        for person in keepers.get(pk, []):
            tell(
                person, dataset, "labels.carried_over",
                _("A scheme was retired. What its labels are in the next one waits for your review."),
            )  # fmt: skip
    acting().note(counts={"labels": count, "datasets": len(datasets)})
    return count


def _said(one: succession.Successor) -> Said:
    reason = _("Carried over from a retired scheme: %(way)s.") % {"way": " → ".join(one.way)}
    return Said(
        origin=Label.Origin.CROSSWALK, version=one.label.scheme.version, evidence={"way": list(one.way)}, reason=reason
    )
