"""The suite's ground: a real PostgreSQL, migrated as the owner, tested as the app's role; no network."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import translation

from tests import answers
from tests.emptying import empty_database, remember_what_migrations_wrote

pytest_plugins = ["tests.cast"]
ANSWERS = pytest.StashKey[Path]()

# The product's hash is slow on purpose (0.3 s a password); what is tested is who may sign in, not the hash.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"""
CORPUS = Path(os.environ.get("THROUGHLINE_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))


def _as(role: dict[str, Any]) -> None:
    """Connect as another role from here on."""
    connection.close()
    connection.settings_dict.update({key: role[key] for key in ("USER", "PASSWORD", "HOST", "PORT")})


@pytest.fixture(scope="session")
def django_db_setup(request: Any, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Make the test database as its owner, then hand the connection to the app's role."""
    app = dict(connection.settings_dict)
    owner = settings.DATABASE_OWNER or app
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with django_db_blocker.unblock():
        _as(owner)
        # where the owner may not reach `postgres`, its own database is as good a place to stand on
        connection.settings_dict["TEST"] |= {"NAME": f"test_{app['NAME']}{'_' + worker if worker else ''}"}
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        remember_what_migrations_wrote()
        _as(app)
        connections.databases["default"]["NAME"] = connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        for role in (app, owner):  # a thread of some test may still hold a connection of its own
            _as(role)
            with connection.cursor() as cursor:
                cursor.execute(END_OTHERS)
        connection.creation.destroy_test_db(app["NAME"], verbosity=0)
        _as(app)


@pytest.fixture
def as_owner(db: None) -> Iterator[Callable[[str], None]]:
    """Run SQL as the owner of the tables, on a connection of its own (committed at once)."""
    import psycopg

    owner = settings.DATABASE_OWNER
    with psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    ) as link:
        yield lambda statement: link.execute(statement)


# Tests that really commit are emptied by the owner: the app's role may not truncate.
TransactionTestCase._fixture_teardown = lambda self: empty_database()  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real inputs that others wrote; tests that need them are skipped by name where they are not."""
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}: set THROUGHLINE_CORPUS")
    return CORPUS


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Nothing leaves this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests reach no network: {address[0]}")
        return real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Begin every test in the house's language: a request answered in Chinese leaves its thread speaking it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def own_checkpoints(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test has a ledger of its own, so what was signed of another test's is not held against it."""
    monkeypatch.setattr(settings, "CHECKPOINT_DIR", str(tmp_path_factory.getbasetemp() / "checkpoints" / token_hex(8)))


@pytest.fixture
def run_outbox(db: None) -> Callable[[], int]:
    """Carry out what is waiting in the outbox, as the worker would; returns how many."""

    def run() -> int:
        from guard import outbox
        from guard.models import Outbox

        count = 0
        while waiting := list(Outbox.objects.filter(finished_at=None, attempts=0).order_by("pk")):
            for row in waiting:
                count += outbox.carry_out(row.pk)
        return count

    return run


@pytest.fixture
def manage(db: None) -> Callable[..., str]:
    """Run a management command and return what it printed."""
    from io import StringIO

    def run(*words: str, **options: Any) -> str:
        out = StringIO()
        call_command(*words, stdout=out, stderr=out, **options)
        return out.getvalue()

    return run


def pytest_configure(config: Any) -> None:
    """Watch which operations of the API are answered; the processes of one run share a folder."""
    if not hasattr(config, "workerinput"):
        config.stash[ANSWERS] = Path(tempfile.mkdtemp(prefix="throughline-answers-"))
        os.environ["THROUGHLINE_ANSWERS"] = str(config.stash[ANSWERS])
    answers.watch()


def pytest_sessionfinish(session: Any) -> None:
    """Leave what this process saw."""
    answers.keep(Path(os.environ["THROUGHLINE_ANSWERS"]))


def pytest_unconfigure(config: Any) -> None:
    """Take the folder away that the run shared."""
    if ANSWERS in config.stash:
        shutil.rmtree(config.stash[ANSWERS], ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    """Say how many operations of the API had a good answer in this run."""
    import json

    document = json.loads(
        (Path(__file__).parents[1] / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
    )
    good, total, without = answers.share(config.stash[ANSWERS], document)
    if good > total // 2:
        terminalreporter.write_line(
            f"API operations answered by a 2xx in this run: {good} of {total}; without: {without}"
        )
