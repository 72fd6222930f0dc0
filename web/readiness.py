"""Is this process able to serve: database, broker, migrations."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

log = structlog.get_logger("web.readiness")


def check_database() -> str:
    """One round trip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def check_migrations() -> str:
    """Every migration of the code is applied."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else "ok"


def check_broker() -> str:
    """The broker answers within two seconds."""
    if not settings.BROKER_URL:
        return "not configured"
    from kombu import Connection

    with Connection(settings.BROKER_URL, connect_timeout=2, transport_options={"socket_timeout": 2}) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
}


def check_all() -> dict[str, str]:
    """Run every check; a failure is a word, never a trace (the log has the cause)."""
    states = {}
    for name, check in CHECKS.items():
        try:
            states[name] = check()
        except Exception:
            log.exception("not ready", check=name)
            states[name] = "unreachable"
    return states
