"""`script/test`: pytest on servers of its own, so that runs side by side do not meet."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from script.stack import places
from script.stack.children import stop
from script.stack.environment import django_env, external_broker, external_database
from script.stack.first_run import manage, migrations_digest
from script.stack.locks import held
from script.stack.postgres import Postgres
from script.stack.valkey import Valkey


def main(words: list[str]) -> int:
    """Start throw-away servers in the first free slot, run pytest with `words`, stop the servers.

    Without words about processes (-n, -p no:xdist, --pdb) two pytest processes run.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        slot = _free_slot(stack)
        folder = places.state_dir() / "test" / str(slot)
        places.owned_dir(folder, mode=0o755)
        log = places.state_dir() / "log" / f"test-{slot}"
        log.mkdir(parents=True, exist_ok=True)
        postgres = valkey = None
        template: dict[str, str] = {}
        if not external_database():
            postgres = Postgres(folder / "pg18", places.socket_dir(f"t{slot}"), throwaway=True)
            stack.callback(stop, postgres.start(log / "postgres.log"), signum=signal.SIGINT)
            template = migrated_template(postgres, folder)
        if not external_broker():
            valkey = Valkey(folder / "valkey", places.socket_dir(f"t{slot}"), throwaway=True)
            stack.callback(stop, valkey.start(log / "valkey.log"))
        env = django_env(postgres, valkey) | {"STATE_DIR": str(folder / "state")} | template
        (folder / "state").mkdir(exist_ok=True)
        chosen = any(
            word.startswith(("-n", "--numprocesses", "--pdb", "--dist")) or word == "no:xdist" for word in words
        )
        argv = [sys.executable, "-m", "pytest", *([] if chosen else ["-n", "2", "--dist", "loadgroup"]), *words]
        return _run(argv, env)


def migrated_template(postgres: Postgres, folder: Path) -> dict[str, str]:
    """Migrate once for each set of migrations; every test process then copies that database in a moment.

    Returns:
        The variable that names the database; nothing when migrating failed (pytest then shows why).
    """
    identity = postgres.make_roles()
    stamp = folder / "template"
    wanted = f"{migrations_digest()} {identity}"
    name = "throughline_template"
    if not stamp.exists() or stamp.read_text() != wanted:
        stamp.unlink(missing_ok=True)
        postgres.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        postgres.psql(f"CREATE DATABASE {name} OWNER throughline_owner TEMPLATE template0")
        known = places.made_secrets()
        address = postgres.url("throughline_owner", known["owner"], name)
        env = django_env(postgres, None) | {"DATABASE_OWNER_URL": address, "THROUGHLINE_ROLE": "owner"}
        try:
            manage(["migrate", "--no-input", "-v", "0"], env, quiet=True)
        except SystemExit:
            return {}
        stamp.write_text(wanted)
    return {"THROUGHLINE_TEST_TEMPLATE": name}


def _free_slot(stack: ExitStack) -> int:
    for slot in itertools.count():
        lock = held(places.state_dir() / "test" / f"{slot}.lock", wait=False)
        if lock.__enter__():
            stack.push(lock.__exit__)
            return slot
        lock.__exit__(None, None, None)
    raise AssertionError


def _run(argv: list[str], env: dict[str, str]) -> int:
    """Run pytest in the foreground; Ctrl C reaches it directly, and the servers stop after it has."""
    process = subprocess.Popen(argv, env=env, cwd=places.ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
        except SystemExit:
            stop(process, signum=signal.SIGINT)
            raise
