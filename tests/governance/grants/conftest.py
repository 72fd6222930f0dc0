"""The dataset of Tom's that most tests of grants ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from catalog.models import Dataset
from governance import approvers
from guard.models import Domain
from people.models import User
from tests.governance.grants import given


@pytest.fixture
def orders(growth: Domain, cast: dict[str, User]) -> Dataset:
    """L4, of Tom's, reviewed today."""
    return given.dataset_of(cast, growth)


@pytest.fixture(autouse=True)
def no_midnight() -> Iterator[None]:
    """A day that ends in the middle of a test would change what "in thirty days" means: begin just after it instead."""
    now = datetime.now(UTC)
    if now.time() < time(23, 45):
        yield
        return
    with time_machine.travel(now + timedelta(minutes=20)):
        yield


@pytest.fixture
def as_level(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change what follows from a level: data that the app's role only reads, so it is changed where it is read."""

    def change(rank: int, **rules: Any) -> None:
        known = approvers._house_rules()
        monkeypatch.setattr(approvers, "_house_rules", lambda: known | {rank: {**known[rank], **rules}})

    return change
