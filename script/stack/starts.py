"""`script/bench start`: from the command to a 200 on the signed-in home page with the demo loaded."""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from script.stack import places
from script.stack.children import stop, tail, wait_until
from script.stack.environment import clean_env
from script.stack.ports import first_free, healthy

BARS = {"cold": 60.0, "warm": 12.0}  # seconds
KNOWN: list[str] = []  # name and password: an administrator's is printed at the first start only
REMADE = (".venv", ".tools", "frontend/node_modules", "frontend/dist", "static-root", "state")


def main(words: list[str]) -> int:
    """Measure in a copy of this checkout; print the medians and judge them; exit 1 when one is over its bar."""
    parser = argparse.ArgumentParser(prog="script/bench start")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    chosen = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="throughline-starts-") as name:
        copy = Path(name) / "checkout"
        copy.mkdir()
        Path(name).chmod(0o755)  # the account of the servers must reach the state inside
        _copy_checkout(copy)
        subprocess.run(
            ["script/bootstrap"], cwd=copy, check=True, env=clean_env(), capture_output=True
        )  # fills the caches
        figures: dict[str, list[float]] = {"cold": [], "warm": []}
        for number in range(chosen.repeat):
            for part in REMADE:
                shutil.rmtree(copy / part, ignore_errors=True)
            for kind, taken in figures.items():
                taken.append(measure(copy))
                print(f"  {kind} {number + 1}: {taken[-1]:.1f} s", flush=True)
    fine = True
    for kind, seconds in figures.items():
        median = statistics.median(seconds)
        fine &= median <= BARS[kind]
        verdict = "holds" if median <= BARS[kind] else "MISSED"
        print(f"{kind} start: median of {len(seconds)} = {median:.1f} s (bar {BARS[kind]:.0f} s: {verdict})")
    if chosen.json:
        chosen.json.write_text(json.dumps({"start": figures, "bars": BARS}, indent=1))
    return 0 if fine else 1


def _copy_checkout(target: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=places.ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        source = places.ROOT / name
        if source.is_file() and not source.is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def measure(copy: Path) -> float:
    """Seconds from the command to the signed-in home page; the server is stopped afterwards.

    Raises:
        SystemExit: the page did not come within three minutes.
    """
    port = first_free(8600)
    output = copy / "server.out"
    env = clean_env() | {"STATE_DIR": str(copy / "state")}
    began = time.monotonic()
    with output.open("wb") as out:
        server = subprocess.Popen(["script/server", "--port", str(port)], cwd=copy, stdout=out, stderr=out, env=env)
    try:
        wait_until(lambda: healthy(port) or server.poll() is not None, seconds=180, every=0.05)
        reached = wait_until(lambda: _home_signed_in(port, output) or server.poll() is not None, seconds=30, every=0.2)
        taken = time.monotonic() - began
        if not reached or server.poll() is not None:
            raise SystemExit(f"The signed-in home page did not come:\n{tail(output, 40)}")
        return taken
    finally:
        stop(server, grace=60)


def _home_signed_in(port: int, output: Path) -> bool:
    """Sign in as the server's output says and ask for the home page."""
    said = output.read_text(errors="replace")
    demo = re.search(r"One password for all: (?P<password>\S+)", said)
    printed = demo or re.search(r"Administrator: (?P<user>\S+) +password: (?P<password>\S+)", said)
    if printed is not None:  # a checkout without the demo command is measured as its administrator
        KNOWN[:] = ["priya" if demo else printed["user"], printed["password"]]
    if not KNOWN:
        return False
    user, password = KNOWN
    base = f"http://127.0.0.1:{port}"
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    try:
        form = browser.open(f"{base}/accounts/login/", timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        words = {"csrfmiddlewaretoken": token[1] if token else "", "login": user, "password": password}
        browser.open(f"{base}/accounts/login/", urllib.parse.urlencode(words).encode(), timeout=20)
        page = browser.open(f"{base}/", timeout=20)
    except (urllib.error.URLError, OSError):
        return False
    return bool(page.status == 200 and urllib.parse.urlsplit(page.url).path == "/")
