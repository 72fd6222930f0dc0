"""`script/manage …`: manage.py with the checkout's environment, against the embedded servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from script.stack import places
from script.stack.children import stop, wait_until
from script.stack.environment import django_env, external_broker, external_database
from script.stack.locks import held
from script.stack.postgres import Postgres
from script.stack.valkey import Valkey

# Commands that read files only: no server is started for them.
WITHOUT_SERVERS = {
    "help",
    "check",
    "validate",
    "spectacular",
    "makemessages",
    "compilemessages",
    "collectstatic",
    "--version",
}


def own_servers() -> tuple[Postgres | None, Valkey | None]:
    """The checkout's durable servers, or None for each that the caller brought."""
    state = places.state_dir()
    postgres = None if external_database() else Postgres(state / "pg18", places.socket_dir("run"))
    valkey = None if external_broker() else Valkey(state / "valkey", places.socket_dir("run"))
    return postgres, valkey


def main(words: list[str]) -> int:
    """Run manage.py with `words` in the caller's folder; start the servers for its time when they are down."""
    state = places.state_dir()
    postgres, valkey = own_servers()
    env = django_env(postgres, valkey)
    if not words or words[0] in WITHOUT_SERVERS or words[:2] == ["govern", "check"]:
        return _run(words, env)
    with ExitStack() as servers:
        with held(state / "users.lock", shared=True):
            with held(state / "start.lock"):
                started = _start_missing(servers, postgres, valkey)
            code = _run(words, env)
        if started:  # commands that joined meanwhile end before the servers do
            servers.enter_context(held(state / "users.lock"))
    return code


def _start_missing(servers: ExitStack, postgres: Postgres | None, valkey: Valkey | None) -> bool:
    """Start what is down, to be stopped by `servers`; while script/server runs, wait for its restart instead."""
    state = places.state_dir()
    with held(state / "run.lock", wait=False) as alone:
        if not alone:
            all_up = wait_until(lambda: all(s.answers() for s in (postgres, valkey) if s), seconds=30)
            if not all_up:
                raise SystemExit(
                    "script/server is running, but its PostgreSQL or Valkey does not answer: script/server logs"
                )
            return False
    log = state / "log"
    log.mkdir(exist_ok=True)
    started = False
    if postgres and not postgres.answers():
        servers.callback(stop, postgres.start(log / "postgres.log"), signum=signal.SIGINT)
        postgres.make_roles()
        started = True
    if valkey and not valkey.answers():
        servers.callback(stop, valkey.start(log / "valkey.log"))
        started = True
    return started


def _run(words: list[str], env: dict[str, str]) -> int:
    argv = [sys.executable, str(places.ROOT / "manage.py"), *words]
    cwd = os.environ.get("THROUGHLINE_CALLED_FROM") or os.getcwd()
    process = subprocess.Popen(argv, env=env, cwd=cwd)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
