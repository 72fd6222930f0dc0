"""From one URL to Django's database settings, for TCP and for a Unix socket."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import environ


def database(url: str, *, pool: int = 0, persistent: bool = False) -> dict[str, Any]:
    """Read a database URL.

    Args:
        url: `postgres://user:password@host:5432/name?sslmode=require`, or with a quoted socket folder as host
            (`postgres://user:password@%2Ftmp%2Fsocket/name`); empty gives a configuration that cannot connect.
        pool: connections in psycopg's pool of each process; 0 opens one a request.
        persistent: keep a connection of each thread open (without a pool only).

    Returns:
        One entry of DATABASES.
    """
    found: dict[str, Any] = environ.Env.db_url_config(url) if url else {}
    found["HOST"] = unquote(found.get("HOST") or "")
    options = dict(found.get("OPTIONS", {}))
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool}
    return found | {
        "ENGINE": "guard.wall",
        "CONN_MAX_AGE": None if persistent and not pool else 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
