"""`script/server` as a person uses it: it starts everything, mends what is killed, and stops cleanly."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from script.stack.children import stop, tail, wait_until
from script.stack.environment import clean_env
from script.stack.places import ROOT
from script.stack.ports import first_free, healthy

pytestmark = pytest.mark.slow


class Running:
    """One `script/server --empty` with a state of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.env = clean_env() | {"STATE_DIR": str(folder / "state")}
        self.output = folder / "out"
        with self.output.open("wb") as out:
            words = ["script/server", "--empty", "--port", str(port)]
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=self.env, stdout=out, stderr=out, start_new_session=True
            )

    def printed(self) -> str:
        return self.output.read_text(errors="replace")

    def until(self, ready: Callable[[], bool], seconds: float = 240) -> None:
        wait_until(lambda: ready() or self.process.poll() is not None, seconds=seconds)
        assert ready(), tail(self.output, 40)

    def until_ready(self) -> None:
        self.until(lambda: "Throughline is ready" in self.printed() and len(self.children()) == 5)
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)/", self.printed())[1])

    def until_healthy(self) -> None:
        """Wait for a 200 from /healthz; on a busy machine one ask may run into its two seconds."""
        answered = wait_until(lambda: healthy(self.port), seconds=60)
        assert answered, tail(self.folder / "state" / "log" / "web.log", 40)

    def children(self) -> dict[str, int | None]:
        try:
            return json.loads((self.folder / "state" / "server.json").read_text()).get("children", {})
        except (OSError, ValueError):
            return {}

    def verb(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["script/server", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def run(port: int = 0) -> Running:
        folder = Path(tempfile.mkdtemp(prefix="throughline-try-", dir="/tmp"))
        folder.chmod(0o755)  # the servers' account must reach the state inside
        made.append(Running(folder, port or first_free(8700 + os.getpid() % 500)))
        return made[-1]

    yield run
    for one in made:
        stop(one.process, grace=60)
        shutil.rmtree(one.folder, ignore_errors=True)


def test_it_starts_mends_and_stops_everything(start):
    server = start()
    server.until_ready()
    server.until_healthy()
    for name in ("postgres", "valkey", "web", "worker", "beat"):
        before = server.children()[name]
        os.kill(before, signal.SIGKILL)
        server.until(lambda n=name, b=before: server.children().get(n) not in (None, b), seconds=60)
        assert f"{name} ended (signal SIGKILL)" in server.printed()
    server.until(lambda: server.verb("status").returncode == 0, seconds=60)
    asked = ("psql", "-Atc", "SELECT count(*) > 0 FROM django_migrations")
    server.until(lambda: server.verb(*asked).stdout.strip() == "t", seconds=60)  # recovery takes its time
    again = server.verb("--empty")
    assert again.returncode == 1
    assert f"runs already in this checkout: http://127.0.0.1:{server.port}/" in again.stderr

    children = server.children()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0, server.printed()
    assert all(not Path(f"/proc/{pid}").exists() for pid in children.values())
    assert not healthy(server.port)
    assert server.verb("status").returncode == 3


def test_two_run_side_by_side_and_the_second_takes_the_next_port(start):
    one = start()
    one.until_ready()
    two = start(port=one.port)
    two.until_ready()
    assert two.port > one.port
    assert f"Port {one.port} is taken; using {two.port}." in two.printed()
    one.until_healthy()
    two.until_healthy()


def test_its_children_die_with_a_killed_supervisor_and_the_next_start_works(start):
    server = start()
    server.until_ready()
    children = server.children()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children.values()), seconds=30)
    with server.output.open("wb") as out:
        words = ["script/server", "--empty", "--port", str(server.port)]
        server.process = subprocess.Popen(
            words, cwd=ROOT, env=server.env, stdout=out, stderr=out, start_new_session=True
        )
    server.until_ready()
    assert "Migrating" not in server.printed(), "the stamp spares the second migrate"
