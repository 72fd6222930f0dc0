"""The chain: whatever was written and whichever field of whichever entry is changed, it shows."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard import ledger
from guard.models import Domain, Entry, Thing
from guard.refusals import Refusal
from people.models import User
from tests.guard.ground import cut_stone, find_stone, weigh_stone

START = datetime(2026, 1, 1, tzinfo=UTC)
lines = st.lists(
    st.tuples(
        st.integers(0, 10**9),  # microseconds after the one before
        st.none() | st.integers(1, 50),
        st.sampled_from(["metric.certified", "dataset.reclassified", "prd.approved"]),
        st.sampled_from(["done", "refused"]),
        st.none() | st.integers(1, 50),
        st.dictionaries(st.text(max_size=5), st.text(max_size=8) | st.integers(-5, 5), max_size=3),
    ),
    min_size=1,
    max_size=8,
)


def chain_of(drawn: list[Any]) -> list[SimpleNamespace]:
    """Entries as the database would chain them."""
    head, at, chain = ledger.GENESIS, START, []
    for number, (later, actor, verb, outcome, thing, body) in enumerate(drawn, start=1):
        at += timedelta(microseconds=later)
        entry = SimpleNamespace(
            pk=number, prev_hash=head, recorded_at=at, occurred_at=at, actor_id=actor, verb=verb, outcome=outcome,
            thing_id=thing, payload=ledger.canonical(body),
        )  # fmt: skip
        entry.hash = head = hashlib.sha256(ledger.link_text(entry).encode()).hexdigest()
        chain.append(entry)
    return chain


def first_fault(chain: list[SimpleNamespace]) -> int | None:
    """The first broken entry, judged entry by entry as `ledger.verify` does."""
    expected, head = 1, ledger.GENESIS
    for entry in chain:
        if ledger._fault(entry, expected, head):
            return int(entry.pk)
        expected, head = entry.pk + 1, entry.hash
    return None


CHANGES = {
    "actor_id": lambda v: (v or 0) + 1,
    "verb": lambda v: v + "x",
    "outcome": lambda v: "done" if v == "refused" else "refused",
    "thing_id": lambda v: (v or 0) + 1,
    "payload": lambda v: v + " ",
    "recorded_at": lambda v: v + timedelta(microseconds=1),
    "occurred_at": lambda v: v - timedelta(days=1),
    "prev_hash": lambda v: "f" * 64,
    "hash": lambda v: "e" * 64,
}


@given(drawn=lines, which=st.integers(0, 7), field=st.sampled_from(sorted(CHANGES)))
def test_one_changed_field_of_one_entry_is_found(drawn: list[Any], which: int, field: str) -> None:
    chain = chain_of(drawn)
    assert first_fault(chain) is None
    entry = chain[which % len(chain)]
    setattr(entry, field, CHANGES[field](getattr(entry, field)))
    assert first_fault(chain) == entry.pk


@given(drawn=lines, which=st.integers(0, 7))
def test_a_removed_entry_is_found_unless_it_was_the_last(drawn: list[Any], which: int) -> None:
    """A cut tail leaves a sound chain: only a checkpoint kept elsewhere finds it (guard.checkpoints)."""
    chain = chain_of(drawn)
    gone = chain.pop(which % len(chain))
    assert first_fault(chain) == (None if gone.pk > len(chain) else gone.pk + 1)


steps = st.lists(st.sampled_from(["find", "heavy", "cut", "raise", "denied"]), max_size=12)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=steps)
def test_every_sequence_of_acts_and_refusals_leaves_a_chain_that_holds(
    growth: Domain, omar: User, priya: User, plan: list[str]
) -> None:
    before = ledger.verify().count
    with transaction.atomic():
        stones: list[Thing] = []
        for step in plan:
            try:
                if step in ("find", "heavy") or not stones:
                    stones.append(find_stone(by=omar, title="heavy" if step == "heavy" else "light", domain=growth))
                elif step == "raise":
                    weigh_stone(by=omar, stone=stones[-1], level=3)
                else:
                    cut_stone(by=priya if step == "denied" else omar, stone=stones[-1])
            except Refusal:
                continue
        verdict = ledger.verify()
        assert verdict.broken is None
        assert verdict.count == before + len(plan)
        written = Entry.objects.unrestricted("a test counts every line")
        assert written.count() == verdict.count
