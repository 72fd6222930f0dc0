"""`script/server`: everything on one machine, watched, until Ctrl C."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from types import FrameType

from script.stack import places, services, verbs
from script.stack.children import wait_until
from script.stack.environment import django_env
from script.stack.first_run import Organisation, migrate
from script.stack.locks import held
from script.stack.manage import own_servers
from script.stack.ports import first_free, healthy
from script.stack.postgres import Postgres
from script.stack.supervisor import Hopeless, Supervisor
from script.stack.valkey import Valkey

PEOPLE = "priya, sam, grace, omar, otto"


def _words(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Start Throughline on 127.0.0.1 and watch it. Verbs: script/server status | psql | logs | backup.",
    )
    parser.add_argument("--port", type=int, default=8000, help="first port to try (8000); the next free one is taken")
    parser.add_argument("--no-demo", action="store_true", help="no demo organisation; one administrator is made")
    parser.add_argument("--empty", action="store_true", help="a new database stays empty: no demo, no administrator")
    parser.add_argument("--reset", action="store_true", help="forget this checkout's data first")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Start and watch everything, or do one of the small verbs."""
    if argv[:1] and argv[0] in verbs.VERBS:
        return verbs.VERBS[argv[0]](argv[1:])
    words = _words(argv)
    with held(places.state_dir() / "run.lock", wait=False) as alone:
        if not alone:
            print(f"Throughline runs already in this checkout: {verbs.described()}", file=sys.stderr)
            return 1
        return _serve(words)


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", flush=True)


def _serve(words: argparse.Namespace) -> int:
    supervisor = Supervisor(_say)

    def end(_signum: int, _frame: FrameType | None) -> None:
        if supervisor.stopping:
            return
        supervisor.stopping = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        _start(words, supervisor)
        supervisor.watch(on_change=lambda: _remember(supervisor))
    except KeyboardInterrupt:
        supervisor.stopping = True
    except (Hopeless, SystemExit) as fault:
        print(f"\n{fault}", file=sys.stderr, flush=True)
        return 1
    finally:
        supervisor.stopping = True
        print("Stopping ...", flush=True)
        supervisor.stop_all()
        (places.state_dir() / "server.json").unlink(missing_ok=True)
    return 0


def _start(words: argparse.Namespace, supervisor: Supervisor) -> None:
    began = time.monotonic()
    state = places.state_dir()
    log = state / "log"
    log.mkdir(exist_ok=True)
    postgres, valkey = own_servers()
    with ExitStack() as stack:
        stack.enter_context(held(state / "users.lock"))  # commands that started servers for themselves end first
        if words.reset:
            _forget(postgres)
        identity = _start_servers(supervisor, postgres, valkey)
    organisation = Organisation()
    wanted = "empty" if words.empty else "admin" if words.no_demo else "demo"
    demo = (organisation.kind or wanted) == "demo" and not words.no_demo and not words.empty
    env = {"DATABASE_PERSISTENT": "1"} | django_env(postgres, valkey)
    env.pop("THROUGHLINE_DEMO", None)
    migrate(env, identity)
    once = organisation.begin(wanted, env)
    demo = demo and organisation.kind == "demo"
    if demo:
        env["THROUGHLINE_DEMO"] = "1"
    port = first_free(words.port)
    if port != words.port:
        print(f"Port {words.port} is taken; using {port}.", flush=True)
    _rotate(log)
    figures = state / "metrics"  # each web process writes its counters here; old ones would be added to the new
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir()
    supervisor.adopt(services.web(port, env | {"PROMETHEUS_MULTIPROC_DIR": str(figures)}, log / "web.log"))
    _wait_for_web(supervisor, port)
    _remember(supervisor, port=port, demo=demo)
    _announce(port, demo, once, time.monotonic() - began)
    supervisor.adopt(services.worker(env, log / "worker.log"))
    supervisor.adopt(services.beat(env, log / "beat.log"))
    _remember(supervisor)


def _start_servers(supervisor: Supervisor, postgres: Postgres | None, valkey: Valkey | None) -> str:
    """Start the embedded servers; returns the cluster's identity, empty for a database brought by the caller."""
    log = places.state_dir() / "log"
    identity = ""
    if postgres:
        child = services.database(postgres, log / "postgres.log")
        child.process = postgres.start(child.log)
        supervisor.adopt(child)
        identity = postgres.make_roles()
    if valkey:
        child = services.broker(valkey, log / "valkey.log")
        child.process = valkey.start(child.log)
        supervisor.adopt(child)
    return identity


def _wait_for_web(supervisor: Supervisor, port: int) -> None:
    def ready() -> bool:
        supervisor.look()
        return healthy(port)

    if not wait_until(ready, seconds=90, every=0.05):
        raise SystemExit(f"The web process does not answer /healthz. See {places.state_dir() / 'log' / 'web.log'}")


def _announce(port: int, demo: bool, once: list[str], seconds: float) -> None:
    lines = [f"Throughline is ready: http://127.0.0.1:{port}/  ({seconds:.1f} s)"]
    if demo:
        lines.append(f"Demo sign-ins: {PEOPLE}. One password for all: {places.made_secrets()['demo_password']}")
        lines.append("They are valid on this machine and in demo mode only.")
    elif Organisation().kind == "demo":
        lines.append("The demo organisation is loaded, but demo sign-ins are off (--no-demo).")
    lines += once
    lines.append("Ctrl C stops everything.")
    print("\n" + "\n".join(lines) + "\n", flush=True)


def _remember(supervisor: Supervisor, **facts: object) -> None:
    """Keep what `script/server status` shows."""
    path = places.state_dir() / "server.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known |= facts | {"pid": os.getpid()}
    known["children"] = {
        c.name: c.process.pid if c.process and c.process.poll() is None else None for c in supervisor.children
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(known))
    fresh.replace(path)


def _forget(postgres: Postgres | None) -> None:
    if postgres is None:
        raise SystemExit("--reset forgets the embedded database only; DATABASE_URL names one of your own.")
    state = places.state_dir()
    for name in ("pg18", "pg18-log", "valkey", "uploads", "checkpoints"):
        shutil.rmtree(state / name, ignore_errors=True)
    for path in [state / "migrated", state / "organisation", *state.glob("beat*")]:
        path.unlink(missing_ok=True)
    print("The data of this checkout is gone; starting over.", flush=True)


def _rotate(log: os.PathLike[str]) -> None:
    """Keep one older file of each log that has grown beyond 5 MB."""
    for path in places.state_dir().joinpath(log).glob("*.log"):
        if path.stat().st_size > 5_000_000:
            path.replace(path.with_suffix(".log.1"))
