"""The small verbs of `script/server`: status, psql, logs, backup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from script.stack import binaries, places
from script.stack.manage import own_servers
from script.stack.ports import healthy
from script.stack.postgres import DATABASE


def _known() -> dict[str, Any]:
    path = places.state_dir() / "server.json"
    try:
        facts: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    try:
        os.kill(facts["pid"], 0)
    except PermissionError:
        pass
    except OSError:
        return {}
    return facts


def described() -> str:
    """The running server in one line."""
    facts = _known()
    return f"http://127.0.0.1:{facts['port']}/ (process {facts['pid']})" if "port" in facts else "it is still starting"


def status(_argv: list[str]) -> int:
    """Print what runs; exit 0 when the web process answers, 3 when nothing runs, 1 when something is wrong."""
    facts = _known()
    if not facts:
        print("Throughline does not run in this checkout.")
        return 3
    well = "port" in facts and healthy(facts["port"])
    print(f"{described()}: {'answers' if well else 'does not answer'}")
    for name, pid in facts.get("children", {}).items():
        print(f"  {name:<9} {'process ' + str(pid) if pid else 'down, will be started again'}")
    return 0 if well and all(facts.get("children", {}).values()) else 1


def _client(program: str, words: list[str]) -> int:
    """Run one of PostgreSQL's clients on the embedded database, as the owner."""
    postgres, _valkey = own_servers()
    if postgres is None:
        raise SystemExit("DATABASE_URL names a database of your own: use its own clients.")
    if not postgres.answers():
        raise SystemExit("The embedded PostgreSQL does not run: start script/server first.")
    env = os.environ | {"PGPASSWORD": places.made_secrets()["owner"]}
    argv = [
        str(binaries.postgres_bin() / program),
        "-h",
        str(postgres.sockets),
        "-U",
        "throughline_owner",
        "-d",
        DATABASE,
    ]
    cwd = os.environ.get("THROUGHLINE_CALLED_FROM") or os.getcwd()
    return subprocess.run([*argv, *words], env=env, cwd=cwd, check=False).returncode


def psql(argv: list[str]) -> int:
    """Open psql as the owner; further words go to psql."""
    return _client("psql", argv)


def backup(argv: list[str]) -> int:
    """Write a dump (pg_restore's custom form) to the file named, else into the state folder."""
    folder = places.state_dir() / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    target = Path(argv[0]) if argv else folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    code = _client("pg_dump", ["-Fc", "--enable-row-security", "-f", str(target)])
    if code == 0:
        print(f"{target}  (uploaded files lie beside it in {places.state_dir() / 'uploads'})")
    return code


def logs(argv: list[str]) -> int:
    """Print the end of one log or of all; -f follows."""
    folder = places.state_dir() / "log"
    names = [word for word in argv if not word.startswith("-")]
    files = [folder / f"{name}.log" for name in names] or sorted(folder.glob("*.log"))
    missing = [str(path) for path in files if not path.exists()]
    if missing or not files:
        print(f"No such log: {', '.join(missing) or folder}", file=sys.stderr)
        return 1
    follow = ["-F"] if "-f" in argv else []
    try:
        return subprocess.run(["tail", "-n", "40", *follow, *map(str, files)], check=False).returncode
    except KeyboardInterrupt:
        return 0


VERBS: dict[str, Callable[[list[str]], int]] = {"status": status, "psql": psql, "logs": logs, "backup": backup}
