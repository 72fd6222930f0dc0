"""A warehouse for each test of enforcement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.governance.enforcement.shop import Shop, is_there


@pytest.fixture
def shop(monkeypatch: Any) -> Iterator[Shop]:
    """A database with two tables of which nothing is enforced yet; ann reads up to L2, bob up to L4."""
    if not is_there():
        pytest.skip("the server was brought by the caller (DATABASE_URL): nobody may make databases there")
    made = Shop(monkeypatch)
    made.grades = {made.role("ann"): 2, made.role("bob"): 4}
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture
def enforced(shop: Shop) -> Shop:
    """The same with the first plan applied."""
    shop.apply()
    return shop
