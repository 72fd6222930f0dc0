"""An installation as docs/how-to/run-in-production.md describes it, on this machine: a tree of its own, the packages of
app.lock alone, a database of its own with the two roles, and the very commands of deploy/systemd."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from script.stack.children import spawn, stop, tail, wait_until
from script.stack.next import install
from script.stack.places import ROOT, state_dir
from script.stack.ports import first_free

HOST = "data.example"
UNITS = ROOT / "deploy" / "systemd"
DATABASE = f"throughline_production_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"


def packages() -> Path:
    """The python of an environment with requirements/app.lock and nothing else; made once for each lock."""
    lock = (ROOT / "requirements" / "app.lock").read_bytes()
    place = state_dir() / "production"
    stamp = place / "app.lock"
    if not stamp.exists() or stamp.read_bytes() != lock:
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
        install(place / "bin" / "python", ROOT / "requirements" / "app.lock")
        stamp.write_bytes(lock)
    return place / "bin" / "python"


def tree(target: Path) -> Path:
    """What an operator puts into /srv/throughline: the files of the repository, and the built front end."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        source = ROOT / name
        if source.is_file() and not source.is_symlink() and not name.startswith(("tests/", "frontend/src/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    shutil.copytree(ROOT / "frontend" / "dist", target / "frontend" / "dist")
    return target


def exec_start(unit: str) -> list[str]:
    """The words of a unit's ExecStart."""
    lines = (UNITS / f"throughline-{unit}.service").read_text().splitlines()
    return next(line for line in lines if line.startswith("ExecStart=")).removeprefix("ExecStart=").split()


class Installation:
    """A tree, an environment file's variables, and the processes that were started from them."""

    def __init__(self, folder: Path) -> None:
        self.root, self.state, self.logs = tree(folder / "srv"), folder / "state", folder / "log"
        self.metrics = folder / "run"
        self.metrics.mkdir()
        self.state.mkdir()
        self.logs.mkdir()
        self.python = packages()
        self.port = first_free(8900 + os.getpid() % 200)
        own = urlsplit(os.environ["DATABASE_OWNER_URL"])
        self.owner_url = urlunsplit(own._replace(path=f"/{DATABASE}"))
        self.env = {
            "PATH": os.environ["PATH"], "SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": HOST,
            "DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{DATABASE}")),
            "BROKER_URL": re.sub(r"virtual_host=\d+", "virtual_host=9", os.environ["BROKER_URL"]),
            "BEHIND_PROXY": "1",
        }  # fmt: skip
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def make_database(self) -> None:
        """The SQL of the how-to, as far as the suite's server has not done it for its own databases."""
        self.drop_database()
        own = urlsplit(os.environ["DATABASE_URL"]).username
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as link:
            link.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
            link.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            link.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {own}")

    def drop_database(self) -> None:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as link:
            link.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    def manage(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One manage.py command with the app's variables."""
        return subprocess.run(
            [str(self.python), "manage.py", *words], cwd=self.root, env=self.env | more, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip

    def words(self, unit: str) -> list[str]:
        """A unit's command, moved to where this installation lies."""
        moved = {
            "/srv/throughline/.venv/bin/python": str(self.python),
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "/var/lib/throughline/beat": str(self.state / "beat"),
        }
        return [moved.get(word, word) for word in exec_start(unit)]

    def own_variables(self, unit: str) -> dict[str, str]:
        """A unit's Environment= lines, moved likewise."""
        moved = {"/var/lib/throughline": str(self.state), "/run/throughline-web": str(self.metrics)}
        text = (UNITS / f"throughline-{unit}.service").read_text()
        pairs = re.findall(r"^Environment=(\w+)=(.*)$", text, re.M)
        return {name: moved.get(value, value) for name, value in pairs}

    def log(self, unit: str) -> str:
        return tail(self.logs / unit, 60)

    def start(self, unit: str) -> None:
        """Start a unit's command as the service manager would."""
        self.running[unit] = spawn(
            self.words(unit), env=self.own_variables(unit) | self.env, cwd=self.root, log=self.logs / unit
        )

    def stop(self, unit: str) -> int:
        """SIGTERM to the parent; returns its exit code."""
        process = self.running.pop(unit)
        stop(process, grace=60)
        return process.returncode

    def until(self, unit: str, ready: object) -> None:
        """Wait for a sign in a unit's log, or for a call to say yes."""
        check = ready if callable(ready) else lambda: str(ready) in self.log(unit)
        wait_until(lambda: check() or self.running[unit].poll() is not None, seconds=90)
        assert check(), self.log(unit)

    def get(self, path: str, host: str = HOST, proto: str = "https", **headers: str) -> http.client.HTTPResponse:
        """What the proxy sends on, and the answer, read to its end."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Host": host} | ({"X-Forwarded-Proto": proto} if proto else {}) | headers
        link.request("GET", path, headers=sent)
        answer = link.getresponse()
        answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]
        link.close()
        return answer

    def answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False
