"""The chain finds what somebody with the database's own power changed behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guard import checkpoints, ledger
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


# With the triggers off the owner has a superuser's power over these two tables (session_replication_role = replica does
# the same in one word). Who knows the formula then writes every hash from entry 1 on anew:
REHASH = """
DO $body$
DECLARE entry guard_entry; head text := repeat('0', 64);
BEGIN
    FOR entry IN SELECT * FROM guard_entry ORDER BY id LOOP
        UPDATE guard_entry SET prev_hash = head, hash = encode(sha256(convert_to(concat_ws(E'\\n',
            head, entry.id::text, (extract(epoch FROM entry.recorded_at) * 1000000)::bigint::text,
            (extract(epoch FROM entry.occurred_at) * 1000000)::bigint::text, coalesce(entry.actor_id::text, ''),
            entry.verb, entry.outcome, coalesce(entry.thing_id::text, ''), entry.payload), 'UTF8')), 'hex')
         WHERE id = entry.id RETURNING hash INTO head;
    END LOOP;
END $body$"""


@pytest.mark.parametrize(
    ("statement", "alone", "fault"),
    [
        ("UPDATE guard_entry SET payload = '{}' WHERE id = 3", True, "was changed"),
        ("UPDATE guard_entry SET payload = '{}' WHERE id = 3; " + REHASH, False, "rewritten"),
        ("UPDATE guard_entry SET actor_id = 99 WHERE id = 2; " + REHASH, False, "rewritten"),
        ("DELETE FROM guard_entry WHERE id > 3", False, "the checkpoint saw 5"),
        ("DELETE FROM guard_entry WHERE id = 3; " + REHASH, True, "is missing"),
        ("DELETE FROM guard_entry WHERE id = 3; UPDATE guard_entry SET id = id - 1 WHERE id > 3; " + REHASH, False,
         "the checkpoint saw 5"),
        ("INSERT INTO guard_entry (id, recorded_at, occurred_at, actor_id, verb, outcome, thing_id, payload, prev_hash,"
         " hash) SELECT 6, recorded_at, occurred_at, actor_id, verb, outcome, thing_id, payload, hash,"
         " hash FROM guard_entry WHERE id = 5", True, "does not continue|was changed"),
        ("UPDATE guard_entry SET recorded_at = recorded_at - interval '1 day' WHERE id = 4; " + REHASH, True, "clock"),
    ],
    ids=["edit", "rewrite", "another actor", "cut tail", "gap", "gap closed", "doubled head", "clock back"],
)  # fmt: skip
def test_it_finds_a_superuser_against_the_outside_checkpoint(
    five_entries: None, as_owner: Callable[[str], None], tmp_path: Path, settings: Any, statement: str, alone: bool,
    fault: str,
) -> None:  # fmt: skip
    """80: the database's own ruler edits, rewrites, cuts, closes gaps; `alone` is what the chain finds by itself."""
    settings.STATE_DIR, settings.CHECKPOINT_KEY = tmp_path, ""
    file = tmp_path / "outside.json"
    file.write_bytes(checkpoints.sealed(checkpoints.take()))
    as_owner(OFF + statement + ON)
    verdict = ledger.verify()
    assert (verdict.broken is not None) is alone
    found = checkpoints.compare(verdict, checkpoints.read(file))
    assert found.broken is not None
    assert re.search(fault, found.fault)


def test_a_database_restored_and_continued_is_found(
    five_entries: None, as_owner: Callable[[str], None], tmp_path: Path, settings: Any
) -> None:
    """80: cut to three entries as an old backup would, then honest work goes on past the checkpoint's count."""
    from guard.models import Domain
    from people.models import User

    settings.STATE_DIR, settings.CHECKPOINT_KEY = tmp_path, ""
    (tmp_path / "c.json").write_bytes(checkpoints.sealed(checkpoints.take()))
    as_owner(OFF + "DELETE FROM guard_entry WHERE id > 3" + ON)
    for number in range(4):
        find_stone(
            by=User.objects.get(username="mason"), title=f"new {number}", domain=Domain.objects.get(slug="quarry")
        )
    verdict = ledger.verify()
    assert verdict.broken is None
    assert checkpoints.compare(verdict, checkpoints.read(tmp_path / "c.json")).broken == 5
