"""Where things lie: the checkout, its state, its sockets, and the account that owns the servers."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HASH = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
IS_ROOT = os.geteuid() == 0


@dataclass(frozen=True)
class Account:
    """The system account that PostgreSQL and Valkey run as (PostgreSQL refuses to run as root)."""

    name: str
    uid: int
    gid: int


def server_account() -> Account:
    """The caller's own account; for root `postgres` where it exists, else `nobody`."""
    if not IS_ROOT:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise SystemExit(
        "root cannot run PostgreSQL, and neither account 'postgres' nor 'nobody' exists. Make one of them."
    )


def state_dir() -> Path:
    """STATE_DIR, else .data in the checkout; for root outside it, because another account must reach it."""
    given = os.environ.get("STATE_DIR")
    path = Path(given) if given else Path("/var/lib/throughline") / HASH if IS_ROOT else ROOT / ".data"
    path.mkdir(parents=True, exist_ok=True, mode=0o755)
    return path.resolve()


def owned_dir(path: Path, *, mode: int = 0o700) -> Path:
    """Make `path` a folder of the server account and of nobody else."""
    path.mkdir(parents=True, exist_ok=True, mode=mode)
    if IS_ROOT:
        account = server_account()
        os.chown(path, account.uid, account.gid)
    path.chmod(mode)
    return path


def socket_dir(name: str) -> Path:
    """A short folder for sockets (their path may have at most 107 characters), refused if somebody else made it.

    Raises:
        SystemExit: the folder exists and belongs to another account, or is a symbolic link.
    """
    state_tag = hashlib.sha256(str(state_dir()).encode()).hexdigest()[:10]
    path = Path("/tmp") / f"throughline-{state_tag}-{os.geteuid()}-{name}"  # noqa: S108 (owner and mode are checked)
    owner = server_account().uid
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if path.is_symlink() or found.st_uid not in (owner, os.geteuid()):
            raise SystemExit(f"{path} belongs to somebody else; remove it or set STATE_DIR.") from None
    return owned_dir(path)


def made_secrets() -> dict[str, str]:
    """The secrets of this checkout, made once and readable by their owner only."""
    path = state_dir() / "secrets.json"
    names = ("secret_key", "superuser", "owner", "app", "warehouse_admin", "warehouse_reader", "demo_password")
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if all(name in known for name in names):
        return known
    for name in names:
        known.setdefault(name, secrets.token_hex(32))
    if len(known["demo_password"]) == 64:
        known["demo_password"] = "-".join(secrets.token_hex(2) for _ in range(3))
    known["secret_key"] = (
        known["secret_key"] if known["secret_key"].startswith("local-") else f"local-{known['secret_key']}"
    )
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(known, indent=1))
    try:
        os.link(fresh, path) if not path.exists() else fresh.replace(path)
    except FileExistsError:
        return made_secrets()
    finally:
        fresh.unlink(missing_ok=True)
    return known
