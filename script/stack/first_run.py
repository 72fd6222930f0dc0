"""What happens before the first page: migrations, and the organisation of a new database."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from script.stack import places


def migrate(env: Mapping[str, str], identity: str) -> None:
    """Migrate as the owner's role, unless a stamp says that these migrations ran on this database.

    Args:
        env: of the Django process.
        identity: of the database cluster; empty means unknown, and then it always runs.

    Raises:
        SystemExit: a migration failed.
    """
    stamp = places.state_dir() / "migrated"
    wanted = f"{migrations_digest()} {identity}"
    if identity and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Migrating the database ...", flush=True)
    manage(["migrate", "--no-input", "-v", "0"], {**env, "THROUGHLINE_ROLE": "owner"})
    manage(["ledger", "key"], env, quiet=True)  # the pair that signs checkpoints, made once
    stamp.write_text(wanted)


def migrations_digest() -> str:
    """Changes whenever migrating could do something else: migrations, locked packages, rights, settings."""
    total = hashlib.sha256((places.ROOT / "requirements" / "dev.lock").read_bytes())
    for path in sorted(places.ROOT.glob("*/migrations/*.py")):
        total.update(str(path.relative_to(places.ROOT)).encode() + b"\0" + path.read_bytes())
    for path in (places.ROOT / "guard" / "roles.py", places.ROOT / "config" / "settings.py"):  # rights, installed apps
        total.update(path.read_bytes() if path.exists() else b"")
    return total.hexdigest()


def manage(words: list[str], env: Mapping[str, str], *, quiet: bool = False) -> str:
    """Run one manage.py command.

    Returns:
        What it printed.

    Raises:
        SystemExit: it failed; its output has been shown.
    """
    argv = [sys.executable, str(places.ROOT / "manage.py"), *words]
    done = subprocess.run(
        argv, env=dict(env), cwd=places.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"manage.py {' '.join(words)} failed:\n{done.stdout.strip()}")
    if not quiet and done.stdout.strip():
        print(done.stdout.strip(), flush=True)
    return done.stdout


def has_command(name: str) -> bool:
    """Whether some app brings the manage.py command `name`."""
    return any(places.ROOT.glob(f"*/management/commands/{name}.py"))


class Organisation:
    """Remembers how this database began: `demo`, `admin` (one administrator) or `empty`."""

    def __init__(self) -> None:
        self.path: Path = places.state_dir() / "organisation"

    @property
    def kind(self) -> str:
        return self.path.read_text().strip() if self.path.exists() else ""

    def begin(self, wanted: str, env: Mapping[str, str]) -> list[str]:
        """Fill a new database; does nothing on one that was begun before.

        Args:
            wanted: `demo`, `admin` or `empty`.
            env: of the Django process.

        Returns:
            Lines to show once the server is ready (the one-time password of a new administrator).
        """
        if self.kind:
            return []
        lines: list[str] = []
        if wanted == "demo" and not has_command("demo"):
            wanted = "admin"
        if wanted == "demo":
            print("Loading the demo organisation (once) ...", flush=True)
            manage(["demo", "load"], {**env, "THROUGHLINE_DEMO": "1"}, quiet=True)
        elif wanted == "admin" and has_command("people"):
            lines = manage(["people", "first-admin", "--if-none"], env, quiet=True).strip().splitlines()
        self.path.write_text(wanted)
        return lines
