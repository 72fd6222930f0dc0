"""The environment that every Django process of this checkout gets from script/."""

from __future__ import annotations

import os

from script.stack import places
from script.stack.postgres import Postgres
from script.stack.valkey import Valkey


def external_database() -> bool:
    """Whether the caller brought a database of their own."""
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def external_broker() -> bool:
    """Whether the caller brought a broker of their own."""
    return bool(os.environ.get("BROKER_URL") or os.environ.get("BROKER_URL_FILE"))


def django_env(postgres: Postgres | None, valkey: Valkey | None) -> dict[str, str]:
    """The caller's environment plus what the embedded set-up knows; a variable that the caller set wins.

    Args:
        postgres: the embedded server, None when the caller brought DATABASE_URL.
        valkey: the embedded broker, None when the caller brought BROKER_URL.
    """
    known = places.made_secrets()
    made = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "THROUGHLINE_LOCAL": "1",
        "SECRET_KEY": known["secret_key"],
        "STATE_DIR": str(places.state_dir()),
        "THROUGHLINE_CORPUS": str((places.ROOT / ".." / "shared" / "corpus").resolve()),
        "THROUGHLINE_DEMO_PASSWORD": known["demo_password"],
        "PYTHONUNBUFFERED": "1",
    }
    made |= postgres.urls() if postgres else {}
    made |= {"BROKER_URL": valkey.url()} if valkey else {}
    return made | dict(os.environ)


def clean_env() -> dict[str, str]:
    """The caller's environment without what script/ itself adds, for starting another checkout's scripts."""
    ours = ("THROUGHLINE_", "DATABASE_", "BROKER_", "WAREHOUSE_", "SECRET_KEY", "STATE_DIR", "DJANGO_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
