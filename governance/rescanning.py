"""Which datasets have other columns than when the scanner last looked: they are looked at again, by themselves.

Only what a person had scanned once is scanned again: who asked for the first scan decided that its values may be read.
"""

from __future__ import annotations

from django.db.models import F, OuterRef, Subquery

from catalog.models import Dataset
from governance.models import Scan
from governance.scanner import sampling
from guard.refusals import Refusal

MOST = 200  # datasets that one run begins with; the next night takes the others
_WHY = "whether the scanner is due is asked for every dataset, whoever may see it"


def due(dataset_id: int | None = None) -> list[Dataset]:
    """Datasets to be scanned again, with warehouse and domain at hand.

    The newest scan counts, also one that failed or waits: each state of the columns is looked at once by itself.

    Args:
        dataset_id: of one that may be due; None for all.
    """
    scans = Scan.objects.unrestricted(_WHY).filter(dataset=OuterRef("pk")).order_by("-pk").values("schema_hash")[:1]
    rows = Dataset.objects.unrestricted(_WHY).annotate(looked_at=Subquery(scans))
    rows = rows.filter(looked_at__isnull=False, thing__state="active").exclude(looked_at=F("schema_hash"))
    if dataset_id is not None:
        rows = rows.filter(pk=dataset_id)
    found = rows.select_related("thing__domain", "warehouse__thing").order_by("pk")[:MOST]
    return [dataset for dataset in found if _is_readable(dataset)]


def _is_readable(dataset: Dataset) -> bool:
    try:
        sampling.refuse_unless_readable(dataset)
    except Refusal:
        return False
    return True
