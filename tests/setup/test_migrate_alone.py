"""Two starts at once on one new database: one migrates, the other waits and finds nothing to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from guard.management.commands.migrate import LOCK
from script.stack.places import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def address() -> Iterator[str]:
    """A new, empty database of the owner."""
    name = f"throughline_alone_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    own = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(own, autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        link.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield urlunsplit(urlsplit(own)._replace(path=f"/{name}"))
    with psycopg.connect(own, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def begin(address: str) -> subprocess.Popen[str]:
    words = [sys.executable, "manage.py", "migrate", "--no-input"]
    env = os.environ | {"DATABASE_OWNER_URL": address, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(words, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_two_starts_at_once_do_not_race(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as first:  # holds both at the gate, so that they run at once
        first.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        both = [begin(address), begin(address)]
        for process in both:
            assert "waiting for its end" in process.stdout.readline()
        assert first.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
    said = sorted((process.communicate(timeout=300)[0] for process in both), key=len)
    assert [process.returncode for process in both] == [0, 0], said
    assert "No migrations to apply." in said[0]
    assert "Applying guard.0001" in said[1]


def test_a_migrate_that_is_killed_leaves_no_lock_behind(address: str) -> None:
    killed = begin(address)
    assert "Operations to perform" in killed.stdout.readline()
    killed.kill()
    killed.communicate()
    done = begin(address)
    said, _none = done.communicate(timeout=300)
    assert done.returncode == 0, said
