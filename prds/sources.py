"""What a PRD stands on, read from its joints: metrics, datasets, and the datasets under the metrics."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.models import Column, Dataset, Product
from demand.models import Insight, Request
from guard.joints import closure, joints_from, joints_into, rows_of
from guard.memory import expect, rows_by
from guard.models import Link, Thing
from metrics.models import Metric
from prds.models import Prd

WHY = "a gate judges whoever looks; the reader's view of its findings is filtered"
SAID = ("uses", "reads", "cites", "specifies")


def prepare(prds: Sequence[Prd]) -> None:
    """Say that these PRDs will be judged one after another: what each gate asks for is read for all at once."""
    ids = [prd.pk for prd in prds]
    expect("prd", ids)
    expect("thing", ids)
    expect("version", [prd.current_id for prd in prds if prd.current_id])
    near: dict[str, list[int]] = {}
    for joint in joints_from(ids, *SAID):
        near.setdefault(joint.target.kind, []).append(joint.target_id)
    for model in (Metric, Product, Insight, Request):
        rows_of(model, near.get(model.KIND, []))
    used = near.get("metric", [])
    sources = joints_from(closure(used, "derives"), "measured_from") if used else []
    datasets = [*near.get("dataset", []), *(joint.target_id for joint in sources)]
    expect("dataset", datasets)
    joints_into([*datasets, *near.get("product", []), *near.get("insight", []), *near.get("request", [])], "uses")
    rows_of(Dataset, [*datasets, *(joint.source_id for joint in joints_into(datasets, "feeds"))])
    joints_from(near.get("insight", []), "rests_on")
    expect("insight", near.get("insight", []))
    metrics = rows_of(Metric, used).values()
    expect("fingerprint", [m.current.fingerprint for m in metrics if m.current and m.current.fingerprint])


def linked(prd: Prd, relation: str) -> list[Thing]:
    """The things at the far end of a relation of this PRD, once each."""
    return list({link.target_id: link.target for link in joints_from([prd], relation)}.values())


def columns_of(dataset_id: int) -> list[Column]:
    """The columns of a dataset, in order."""
    return rows_by("dataset", dataset_id, _columns)


def _columns(dataset_ids: list[int]) -> list[tuple[int, Column]]:
    rows = Column.objects.unrestricted(WHY).filter(dataset__in=dataset_ids).order_by("position", "pk")
    return [(row.dataset_id, row) for row in rows]


def sources_of_metrics(prd: Prd) -> list[tuple[Link, Dataset]]:
    """The joints by which used metrics, and what they derive from, read datasets."""
    found: list[Link] = []
    waiting, seen = [thing.pk for thing in linked(prd, "uses")], set[int]()
    while waiting:
        found += joints_from(waiting, "measured_from")
        seen |= set(waiting)
        waiting = [joint.target_id for joint in joints_from(waiting, "derives") if joint.target_id not in seen]
    datasets = rows_of(Dataset, [link.target_id for link in found])
    return [(link, datasets[link.target_id]) for link in found if link.target_id in datasets]


def personal_datasets(prd: Prd) -> list[Dataset]:
    """The datasets read, directly or through metrics, that hold personal data in a column that is read."""
    reading: dict[int, list[str] | None] = {}
    for link in joints_from([prd], "reads"):
        _read(reading, link)
    for link, _dataset in sources_of_metrics(prd):
        _read(reading, link)
    expect("dataset", reading)
    personal = {
        pk for pk, cols in reading.items() for column in columns_of(pk)
        if column.pii_kind and (cols is None or column.name in cols)
    }  # fmt: skip
    datasets = rows_of(Dataset, sorted(reading)).values()
    return [d for d in datasets if d.pk in personal or (reading[d.pk] is None and d.has_personal_data)]


def _read(reading: dict[int, list[str] | None], link: Link) -> None:
    before = reading.get(link.target_id, [])
    reading[link.target_id] = None if before is None or not link.columns else [*before, *link.columns]
