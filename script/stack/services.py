"""The five processes that make up a running Throughline on one machine."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from script.stack import places
from script.stack.children import spawn
from script.stack.postgres import Postgres
from script.stack.supervisor import Child
from script.stack.valkey import Valkey

# JSON only is accepted, so the worker's warning about root (pickle) does not apply.
_QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker"}


def database(postgres: Postgres, log: Path) -> Child:
    """The embedded PostgreSQL; stopped last."""
    return Child("postgres", lambda: postgres.spawn(log), log, stop_signal=signal.SIGINT, stage=0)


def broker(valkey: Valkey, log: Path) -> Child:
    """The embedded Valkey."""
    return Child("valkey", lambda: valkey.spawn(log), log, stage=1)


def _python(name: str, module: list[str], env: Mapping[str, str], log: Path) -> Child:
    words = [sys.executable, "-m", *module]
    return Child(name, lambda: spawn(words, env=env, cwd=places.ROOT, log=log), log, stage=2)


def web(port: int, env: Mapping[str, str], log: Path) -> Child:
    """Gunicorn on loopback: two processes of four threads, the code loaded once before the fork."""
    words = [
        "gunicorn",
        "config.wsgi:application",
        "-b",
        f"127.0.0.1:{port}",
        "-k",
        "gthread",
        "-w",
        "2",
        "--threads",
        "4",
    ]
    words += ["--preload", "--no-control-socket", "--graceful-timeout", "10", "--log-level", "warning"]
    return _python("web", words, env, log)


def worker(env: Mapping[str, str], log: Path) -> Child:
    """The Celery worker, two pool processes."""
    words = ["celery", "-A", "config.celery", "worker", "-c", "2", "-l", "INFO", "-n", f"worker@{places.HASH}"]
    return _python("worker", [*words, "--without-gossip", "--without-mingle"], {**env, **_QUIET}, log)


def beat(env: Mapping[str, str], log: Path) -> Child:
    """The one scheduler; its memory lies in the state folder."""
    words = [
        "celery",
        "-A",
        "config.celery",
        "beat",
        "-l",
        "INFO",
        "--pidfile=",
        "-s",
        str(places.state_dir() / "beat"),
    ]
    return _python("beat", words, {**env, **_QUIET}, log)
