"""Which datasets have other columns than when the scanner last looked, and on whose behalf it looks again by itself.

Only what a person had scanned once is scanned again: who asked for the first scan decided that its values may be read.
It is scanned again while one who asked for it could still ask, by the scanner's own account, to which the sight of that
one dataset is lent for the time of the scan (`governance.actions.rescans`). Otherwise it waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from catalog.models import Dataset
from governance import approvers
from governance.actions.reviews import PROPOSERS
from governance.models import Scan
from governance.scanner import sampling
from guard import things
from guard.doors import grade_of, held_by
from guard.policy import PROFILE
from guard.refusals import Refusal
from people.first import SCANNER
from people.models import User

MOST = 200  # datasets that one run begins with; the next night takes the others
SHOWN, NAMED = 6, 5
_WHY = "whether the scanner is due is asked for every dataset, whoever may see it"


def due(dataset_id: int | None = None) -> list[Dataset]:
    """Datasets to be scanned again, with warehouse and domain at hand.

    The newest scan counts, also one that failed or waits: each state of the columns is looked at once by itself.

    Args:
        dataset_id: of one that may be due; None for all.
    """
    rows = _changed(Dataset.objects.unrestricted(_WHY))
    if dataset_id is not None:
        rows = rows.filter(pk=dataset_id)
    found = rows.select_related("thing__domain", "warehouse__thing").order_by("pk")[:MOST]
    return [dataset for dataset in found if _is_readable(dataset)]


def _changed(rows: Any) -> Any:
    """Those of the datasets that have other columns than when the scanner was last asked to look."""
    scans = Scan.objects.unrestricted(_WHY).filter(dataset=OuterRef("pk")).order_by("-pk").values("schema_hash")[:1]
    rows = rows.annotate(looked_at=Subquery(scans))
    return rows.filter(looked_at__isnull=False, thing__state="active").exclude(looked_at=F("schema_hash"))


def asker_of(dataset: Dataset) -> User | None:
    """The person on whose behalf it is scanned again: the last who asked for a scan and could still ask for one."""
    rows = Scan.objects.unrestricted(_WHY).filter(dataset=dataset, by__is_service=False, by__is_active=True)
    people = {scan.by_id: scan.by for scan in rows.select_related("by").order_by("-pk")[:20]}
    return next((person for person in people.values() if may_scan(person, dataset)), None)


def may_scan(person: Any, dataset: Dataset) -> bool:
    """Whether a person could ask for a scan of it now."""
    if not person.is_active or grade_of(person, dataset.thing) < PROFILE:
        return False
    return PROPOSERS.permits(person.principal, held_by(person, dataset.thing))


@dataclass(frozen=True)
class Behind:
    """A dataset whose columns changed since the last scan.

    Args:
        dataset: of which the reader sees statistics.
        asker: on whose behalf it is scanned again by itself; None when it waits for a person.
        people: who can scan it, by name.
    """

    dataset: Dataset
    asker: User | None
    people: tuple[str, ...] = ()


def behind(reader: Any, dataset: Dataset | None = None) -> list[Behind]:
    """What this reader may know to be behind: those that wait for a person, or one whatever it waits for.

    Args:
        reader: sees statistics of it, as the page of its scans asks.
        dataset: only this one.
    """
    rows = _changed(Dataset.objects.visible_to(reader, "profile"))
    if dataset is not None:
        rows = rows.filter(pk=dataset.pk)
    found = []
    for one in rows.select_related("thing__domain", "warehouse__thing").order_by("pk")[:SHOWN]:
        asker = asker_of(one) if _is_lendable() else None
        if asker is None or dataset is not None:
            found.append(Behind(one, asker, () if asker else tuple(_who_can(one))))
    return found


def _is_lendable() -> bool:
    """Whether nobody switched the scanner's account off; where it is not there yet, the first rescan makes it."""
    return not User.objects.filter(~Q(is_active=True, is_service=True), username=SCANNER).exists()


def _who_can(dataset: Dataset) -> Iterable[str]:
    """Names of people who could scan it now: its keepers first, then those who look after levels."""
    people = [*things.standing_people(dataset, "owner"), *things.standing_people(dataset, "steward")]
    people += [
        person for name in ("governance_lead", "security", "privacy") for person in approvers.holders(dataset, name)
    ]
    able = {person.pk: str(person) for person in people if may_scan(person, dataset)}
    return list(able.values())[:NAMED]


def _is_readable(dataset: Dataset) -> bool:
    try:
        sampling.refuse_unless_readable(dataset)
    except Refusal:
        return False
    return True
