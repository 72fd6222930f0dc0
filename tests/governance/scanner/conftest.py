"""A pretended warehouse: tables in the test's own database, read by the warehouse's reading connection."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset
from governance import actions
from governance.models import Scan
from governance.scanner import work
from guard.models import Domain
from people.models import User
from tests.governance.scanner import tables

COLUMNS = ("id_no", "mobile", "note", "amount")


@pytest.fixture(autouse=True)
def warehouse(request: Any, monkeypatch: Any) -> None:
    """The address of the warehouse `shop` is this test's database."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        monkeypatch.setenv("WAREHOUSE_SHOP_URL", tables.address())


@pytest.fixture
def people_table(as_owner: Any) -> Any:
    """A hundred invented people: two personal columns, two that are not."""
    ids = [tables.CANARY, *tables.resident_ids(99)]
    facts = {
        "id_no": ids,
        "mobile": tables.mobiles(100),
        "note": [f"order {number} was late" for number in range(100)],
        "amount": [f"{number * 3}.50" for number in range(100)],
    }
    with tables.table(as_owner, "public.people", facts):
        yield facts


@pytest.fixture
def people(growth: Domain, ravi: User, grace: User, omar: User, people_table: Any) -> Dataset:
    """Its dataset, owned by Omar, unclassified."""
    made = tables.dataset(ravi, growth, grace, COLUMNS, owner=omar)
    return tables.fresh(made)


@pytest.fixture
def scanned(people: Dataset, ravi: User) -> Scan:
    """Ravi asked, the scanner looked."""
    scan = actions.start_scan(by=ravi, dataset=people, in_worker=False)
    return work.carry_out(work.scan_named(scan.pk))
