"""Where reviews and grants keep the facts behind their joints, for ``manage.py trace check``."""

from __future__ import annotations

from collections.abc import Iterator

from governance.models import Attestation, Grant, LevelReview
from guard.relations import register_truth

WHY = "the joints of the thread are compared with what the rooms say"


def _reviewed() -> Iterator[tuple[int, int, str]]:
    rows = LevelReview.objects.unrestricted(WHY).order_by()
    return ((review, dataset, "") for review, dataset in rows.values_list("pk", "dataset_id"))


def _opened() -> Iterator[tuple[int, int, str]]:
    rows = Grant.objects.unrestricted(WHY).order_by()
    return ((grant, dataset, "") for grant, dataset in rows.values_list("pk", "dataset_id"))


def _served() -> Iterator[tuple[int, int, str]]:
    rows = Grant.objects.unrestricted(WHY).filter(prd__isnull=False).order_by()
    return ((grant, prd, "") for grant, prd in rows.values_list("pk", "prd_id"))


def _attested() -> Iterator[tuple[int, int, str]]:
    rows = Attestation.objects.unrestricted(WHY).order_by()
    for attestation, *ends in rows.values_list("pk", "source_dataset_id", "target_dataset_id"):
        yield from ((attestation, end, "") for end in sorted(set(ends)))


register_truth("attestation", "attests", _attested)
register_truth("review", "reviews", _reviewed)
register_truth("grant", "opens", _opened)
register_truth("grant", "serves", _served)
