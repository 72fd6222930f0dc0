"""Which port the web process takes, and whether it answers."""

from __future__ import annotations

import http.client
import socket


def first_free(port: int, tries: int = 100) -> int:
    """The first port from `port` on that nobody listens on.

    Raises:
        SystemExit: none of `tries` ports is free.
    """
    for candidate in range(port, port + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    raise SystemExit(f"No free port from {port} to {port + tries - 1}.")


def healthy(port: int) -> bool:
    """Whether /healthz answers 200 now."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
