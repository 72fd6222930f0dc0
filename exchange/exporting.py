"""Contracts out: the catalogue as ODCS, with the thread in custom properties, and what is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.handling import of_column, of_dataset
from catalog.labels import current_of
from catalog.models import Column, Dataset, Label, Warehouse
from exchange.odcs.mapping import HANDLING_PROPERTY, LEVELS_PROPERTY
from exchange.odcs.model import (
    ChainLink,
    Contract,
    ContractColumn,
    ContractDataset,
    ContractMember,
    ContractServer,
    ContractTeam,
)
from exchange.odcs.writer import Written, write
from guard.doors import opened_all
from guard.doors.opening import EXPORT
from guard.kinds import url_of
from guard.things import people_standing_on
from trace.thread import thread_of

CHAIN = ("interview", "insight", "request", "prd", "product", "metric", "decision")


def contract_of(dataset: Dataset, actor: Any) -> Contract:
    """One dataset as a contract, as far as one reader may see it; names of hidden things are not in it.

    Args:
        dataset: read through the policy.
        actor: the reader, who becomes the one who exports.
    """
    rows = Column.objects.visible_to(actor, "columns").filter(dataset=dataset).order_by("position")
    kept = dataset.extra.get("odcs", {}) if isinstance(dataset.extra, dict) else {}
    return Contract(
        id=str(kept.get("id") or dataset.uid), standard="odcs", standard_version="3.1.0", name=dataset.title,
        version=str(kept.get("version") or "1.0.0"), status=str(kept.get("status") or "active"),
        domain=dataset.domain.slug, datasets=(_dataset(dataset, list(rows)),), servers=_servers(dataset, actor),
        team=ContractTeam(members=tuple(_members(dataset))), chain=tuple(_chain(dataset, actor)),
    )  # fmt: skip


def _dataset(dataset: Dataset, columns: Sequence[Column]) -> ContractDataset:
    said = current_of(columns)
    asked = [one.duty.code for one in of_dataset(dataset, columns, said)]
    return ContractDataset(
        dataset.name, tuple(_column(column, said[column.pk]) for column in columns), physical_name=dataset.name,
        physical_type="table", logical_type="object", description=dataset.description, grain=dataset.grain,
        business_name="" if dataset.title == dataset.name else dataset.title, custom=_handling(asked),
    )  # fmt: skip


def _column(column: Column, said: Sequence[Label]) -> ContractColumn:
    """A column with its approved level, and what it is labelled as by any scheme as tags (``gdpr:health``)."""
    approved = [label for label in said if label.state == Label.State.APPROVED and not label.is_house_level]
    return ContractColumn(
        column.name, column.name, column.position, physical_type=column.data_type, description=column.description,
        classification=f"L{column.level}" if column.level else None, level=column.level,
        required=not column.is_nullable or None, primary_key=column.is_key or None,
        tags=tuple(label.code for label in approved),
        custom=(*_handling(of_column(column.rank, said)), *_other_levels(said)),
    )  # fmt: skip


def _other_levels(said: Sequence[Label]) -> tuple[dict[str, Any], ...]:
    """What it is by the levels of other schemes, a proposal too: it counts where it is stricter."""
    found = [
        {
            "scheme": label.scheme.code, "version": label.scheme.version, "level": label.what.code,
            "state": str(label.state), "approvedBy": label.approved_by,
        }
        for label in said
        if label.level_id is not None and not label.is_house_level
    ]  # fmt: skip
    return ({"property": LEVELS_PROPERTY, "value": found},) if found else ()


def _handling(codes: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Duties as a custom property that any reader of the contract can understand: codes of guard.handling."""
    return ({"property": HANDLING_PROPERTY, "value": list(codes)},) if codes else ()


def _servers(dataset: Dataset, actor: Any) -> tuple[ContractServer, ...]:
    """Where it lies; a warehouse that the reader may not see is left out."""
    name = Warehouse.objects.visible_to(actor).filter(pk=dataset.warehouse_id).values_list("name", flat=True).first()
    if name is None:
        return ()
    details = {"schema": dataset.schema_name} if dataset.schema_name else {}
    parts = dataset.qualified_name.split(".")
    if len(parts) == 3:
        details["database"] = parts[0]
    return (ContractServer(name, "custom", details=details),)


def _members(dataset: Dataset) -> list[ContractMember]:
    return [
        ContractMember(person.username, role, str(person))
        for role in ("owner", "steward")
        for person in people_standing_on([dataset], role).get(dataset.pk, [])
    ]


def _chain(dataset: Dataset, actor: Any) -> list[ChainLink]:
    nodes = thread_of(dataset.thing, actor).of_kind(*CHAIN)
    return [
        ChainLink(node.thing.kind, node.thing.key, node.thing.title, url=url_of(node.thing))
        for node in nodes
        if not node.is_restricted
    ]


def export_odcs(datasets: Sequence[Dataset], actor: Any, version: str = "3.1.0") -> list[tuple[str, Written]]:
    """Every dataset as a contract file: (file name, document with its loss report). To write it is to open it."""
    opened_all(actor, datasets, door=EXPORT)
    return [(f"{dataset.key}.odcs.yaml", write(contract_of(dataset, actor), version)) for dataset in datasets]
