"""Case 81: the line of the record and what it tells of are one transaction: both are kept, or neither."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from guard import ledger
from guard.models import Domain, Entry, Thing
from tests.catalog import make

LOOK = "a test looks at what is there"


def lines() -> int:
    return Entry.objects.unrestricted(LOOK).filter(outcome="done").count()


def things() -> int:
    return Thing.objects.unrestricted(LOOK).count()


def test_case_81_when_the_line_cannot_be_written_nothing_is_done(
    cast: dict[str, Any], growth: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.warehouse(cast["omar"], growth)
    before = things()

    def broken(**_facts: Any) -> int:
        raise DatabaseError("the record is full")

    monkeypatch.setattr(ledger, "write", broken)
    with pytest.raises(DatabaseError):
        make.dataset(cast["omar"], growth, "shop.lost")
    monkeypatch.undo()
    assert things() == before


def test_case_81_what_is_rolled_back_leaves_no_line(cast: dict[str, Any], growth: Domain) -> None:
    make.warehouse(cast["omar"], growth)
    before = (things(), lines())

    class Elsewhere(Exception):
        """Something after the act fails in the same transaction."""

    with pytest.raises(Elsewhere), transaction.atomic():
        make.dataset(cast["omar"], growth, "shop.undone")
        assert lines() > before[1]
        raise Elsewhere
    assert (things(), lines()) == before
