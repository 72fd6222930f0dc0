"""A piece of column lineage with people who answer for both ends, and short ways to read what a test asserts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from catalog import actions as catalog_actions
from catalog.models import Column, ColumnEdge, Dataset
from governance import actions
from governance.attesting import Wish
from governance.models import Attestation
from guard.models import Thing
from people.models import User
from tests.catalog import make

LOOK = "a test looks at what is there"
SQL = "SELECT hmac(id_card, :key) AS cust, city FROM shop.ods_cust"
EVIDENCE = "The model was read; the key lies in the vault and not in the warehouse."


def edge(found: ColumnEdge) -> ColumnEdge:
    rows = ColumnEdge.objects.unrestricted(LOOK)
    return rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain").get(pk=found.pk)


def attestation(found: Any) -> Attestation:
    rows = Attestation.objects.unrestricted(LOOK).select_related("thing__domain", "proposer")
    return rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain").get(pk=found.pk)


def join(by: User, source: Dataset, name: str, target: Dataset, into: str | None, sql: str = SQL) -> ColumnEdge:
    made = catalog_actions.add_column_edge(
        by=by, dataset=make.fresh(target), source=make.column(source, name), sql=sql,
        target=make.column(target, into) if into else None,
    )  # fmt: skip
    return edge(made)


def arrives(dataset: Dataset, name: str) -> int:
    return Column.objects.unrestricted(LOOK).get(dataset=dataset, name=name).propagated


def level(dataset: Dataset) -> int:
    return Thing.objects.unrestricted(LOOK).get(pk=dataset.pk).level


def stop(days: int = 30, evidence: str = EVIDENCE) -> Wish:
    return Wish("stop", evidence, date.today() + timedelta(days=days))


def hashed(lowers_to: int = 2, days: int = 200, **more: Any) -> Wish:
    method = more.pop("method", "keyed_hash")
    return Wish(
        "transformation", EVIDENCE, date.today() + timedelta(days=days), method, lowers_to, more.pop("conditions", {})
    )


def propose(by: User, found: ColumnEdge, wish: Wish) -> Attestation:
    return attestation(actions.propose_attestation(by=by, edge=edge(found), wish=wish))


def agree(found: Attestation, *people: User) -> Attestation:
    for person in people:
        actions.approve_attestation(by=person, attestation=attestation(found))
    return attestation(found)
