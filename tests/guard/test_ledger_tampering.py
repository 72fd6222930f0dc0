"""The chain finds what somebody with the database's own power changed behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guard import ledger
from tests.cast import make_person
from tests.guard.ground import find_stone

pytestmark = pytest.mark.django_db(transaction=True)

OFF = "ALTER TABLE guard_entry DISABLE TRIGGER USER; ALTER TABLE guard_entrydetail DISABLE TRIGGER USER; "
ON = "; ALTER TABLE guard_entry ENABLE TRIGGER USER; ALTER TABLE guard_entrydetail ENABLE TRIGGER USER"


@pytest.fixture
def five_entries(transactional_db: None) -> None:
    from guard.models import Domain

    domain = Domain.objects.create(slug="quarry", name="Quarry")
    mason = make_person("mason", domain, ("data_engineer",), 3)
    for number in range(5):
        find_stone(by=mason, title=f"stone {number}", domain=domain)


@pytest.mark.parametrize(
    ("statement", "broken", "fault"),
    [
        ("UPDATE guard_entry SET payload = '{}' WHERE id = 3", 3, "was changed"),
        ("UPDATE guard_entry SET actor_id = 99 WHERE id = 2", 2, "was changed"),
        ("UPDATE guard_entry SET recorded_at = recorded_at - interval '1 day' WHERE id = 4", 4, "was changed"),
        ("DELETE FROM guard_entry WHERE id = 3", 4, "entry 3 is missing"),
        ("DELETE FROM guard_entry WHERE id = 1", 2, "entry 1 is missing"),
    ],
)
def test_it_names_the_first_broken_entry(
    five_entries: None, as_owner: Callable[[str], None], statement: str, broken: int, fault: str
) -> None:
    assert ledger.verify().broken is None
    as_owner(OFF + statement + ON)
    verdict = ledger.verify()
    assert verdict.broken == broken
    assert fault in verdict.fault


def test_even_the_owner_needs_to_take_the_guard_off_first(five_entries: None, as_owner: Callable[[str], None]) -> None:
    with pytest.raises(Exception, match="append-only"):
        as_owner("UPDATE guard_entry SET payload = '{}' WHERE id = 3")


def test_a_program_of_its_own_verifies_a_dump(five_entries: None, as_owner: Callable[[str], None]) -> None:
    """The ten lines that an auditor needs: nothing of ours is called here."""
    import hashlib

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prev_hash, id, (extract(epoch FROM recorded_at) * 1000000)::bigint,"
            " (extract(epoch FROM occurred_at) * 1000000)::bigint, coalesce(actor_id::text, ''), verb, outcome,"
            " coalesce(thing_id::text, ''), payload, hash FROM guard_entry ORDER BY id"
        )
        rows = cursor.fetchall()
    head = "0" * 64
    for *fields, digest in rows:
        assert fields[0] == head
        head = hashlib.sha256("\n".join(str(field) for field in fields).encode()).hexdigest()
        assert head == digest
    assert len(rows) == 5
