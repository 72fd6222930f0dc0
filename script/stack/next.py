"""`script/next`: the suite on the next Django (requirements/next.lock), on a Python of 3.12 or newer.

Where no such Python is found, the lane is skipped by name, and what was tried is said. Nothing is downloaded but the
locked packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from script.stack import places

LOCK = places.ROOT / "requirements" / "next.lock"
OLDEST, NEWEST = (3, 12), (3, 14)
NAMES = ("python3.14", "python3.13", "python3.12", "python3", "python", "/usr/bin/python3")
# Version managers keep interpreters here; their shims on PATH are names and no interpreters.
KEPT = ("~/.pyenv/versions/3.1[2-4]*/bin/python3", "~/.local/share/uv/python/*/bin/python3")
# What takes long or draws pages is proved in the first lane; -m of the caller wins.
LIGHT = ("-m", "not slow and not browser")


def main(words: list[str]) -> int:
    """Run the suite with `words` for pytest; 0 also when the lane is skipped."""
    python = find_python()
    if python is None:
        print(
            "SKIPPED: the lane 'next Django' needs a Python from 3.12 to 3.14 that runs, and none was found "
            f"(tried {', '.join(candidates())}). Name one: THROUGHLINE_NEXT_PYTHON=/path/to/python3.12 script/next",
            flush=True,
        )
        return 0
    ours = environment(python)
    ask = "import django, sys; print(f'Django {django.__version__} on Python {sys.version.split()[0]}')"
    said = subprocess.run([str(ours), "-c", ask], capture_output=True, text=True, check=True)
    print(f"The lane 'next Django': {said.stdout.strip()}", flush=True)
    env = os.environ | {"STATE_DIR": str(places.state_dir() / "next")}
    chosen = words if "-m" in words else [*LIGHT, *words]
    return subprocess.run(
        [str(ours), "-m", "script.stack", "test", *chosen], cwd=places.ROOT, env=env, check=False
    ).returncode


def candidates() -> list[str]:
    """Names and paths that may be an interpreter, the wanted one first."""
    given = os.environ.get("THROUGHLINE_NEXT_PYTHON")
    if given:
        return [given]
    kept = [
        str(found)
        for pattern in KEPT
        for found in sorted(Path.home().glob(pattern.removeprefix("~/")), reverse=True)
    ]  # fmt: skip
    return [*NAMES, *kept]


def find_python() -> str | None:
    """The first candidate that runs, is of the right age, and can make environments; a name on PATH proves nothing."""
    ask = f"import sys, venv, ensurepip; {OLDEST} <= sys.version_info[:2] <= {NEWEST} and print(sys.executable)"
    for name in candidates():
        try:
            done = subprocess.run([name, "-c", ask], capture_output=True, text=True, check=False, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    return None


def environment(python: str) -> Path:
    """The python of an environment with next.lock; made once for each lock and interpreter."""
    place = places.state_dir() / "next-python"
    stamp, wanted = place / "stamp", f"{python}\n{LOCK.read_text()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([python, "-m", "venv", "--without-pip", str(place)], check=True)
        install(place / "bin" / "python", LOCK)
        stamp.write_text(wanted)
    return place / "bin" / "python"


def install(python: Path, lock: Path) -> None:
    """Install a hashed lock by uv; a company's own certificate is known to the system only.

    Raises:
        SystemExit: uv could not; its words have been shown.
    """
    words = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", str(python), "--require-hashes"]
    env = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    for certificates in ([], ["--system-certs"]):
        done = subprocess.run(
            [*words, *certificates, "-r", str(lock)], env=env, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return
    raise SystemExit(f"uv could not install {lock.name}:\n{done.stderr}")
