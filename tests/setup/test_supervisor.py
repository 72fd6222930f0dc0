"""The supervisor restarts what falls, gives up on what cannot stand, and stops in order; with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from script.stack.children import spawn, wait_until
from script.stack.supervisor import Child, Hopeless, Supervisor

SLEEPER = "import signal; signal.pause()"
FALLER = "import sys; print('cannot read the map'); sys.exit(3)"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def child(tmp_path: Path, name: str, code: str, stage: int = 1) -> Child:
    log = tmp_path / f"{name}.log"
    return Child(name, lambda: spawn([sys.executable, "-c", code], cwd=tmp_path, log=log), log, stage=stage)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def supervisor(said: list[str], clock: Clock):
    made = Supervisor(said.append, clock)
    yield made
    made.stop_all(grace=2)


def fall(one: Child) -> None:
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait(5)


def test_it_starts_a_killed_child_again_after_a_pause(supervisor, said, clock, tmp_path):
    one = child(tmp_path, "worker", SLEEPER)
    supervisor.adopt(one)
    first = one.process.pid
    fall(one)
    assert supervisor.look()
    assert "worker ended (signal SIGKILL)" in said[0]
    assert not supervisor.look(), "it must not start before the pause is over"
    clock.now += 1.0
    assert supervisor.look()
    assert one.process.poll() is None
    assert one.process.pid != first


def test_its_pauses_double_and_a_long_life_forgives(supervisor, clock, tmp_path):
    one = child(tmp_path, "worker", SLEEPER)
    supervisor.adopt(one)
    pauses = []
    for life in (0, 0, 0, 61):
        clock.now += life
        fall(one)
        supervisor.look()
        pauses.append(one.restart_at - clock.now)
        clock.now = one.restart_at
        supervisor.look()
    assert pauses == [1.0, 2.0, 4.0, 1.0]


def test_it_gives_up_after_five_failures_in_a_minute_and_shows_the_log(supervisor, clock, tmp_path):
    one = child(tmp_path, "web", FALLER)
    supervisor.adopt(one)
    with pytest.raises(Hopeless, match="web ended 5 times") as fault:
        for _ in range(20):
            one.process.wait(10)
            supervisor.look()
            clock.now = one.restart_at or clock.now
            supervisor.look()
    assert "cannot read the map" in str(fault.value)
    assert "exit code 3" in str(fault.value)


def test_it_does_not_touch_the_others_when_one_falls(supervisor, clock, tmp_path):
    one, other = child(tmp_path, "web", SLEEPER), child(tmp_path, "beat", SLEEPER)
    supervisor.adopt(one)
    supervisor.adopt(other)
    untouched = other.process.pid
    fall(one)
    supervisor.look()
    clock.now += 1
    supervisor.look()
    assert other.process.pid == untouched
    assert other.process.poll() is None


def test_it_stops_the_higher_stage_first(supervisor, tmp_path):
    order = tmp_path / "order"
    code = (
        "import signal, sys, pathlib\n"
        "def end(*_):\n"
        f"    open({str(order)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "signal.pause()\n"
    )
    for name, stage in (("postgres", 0), ("valkey", 1), ("web", 2)):
        log = tmp_path / f"{name}.log"
        argv = [sys.executable, "-c", code, name]
        supervisor.adopt(Child(name, lambda a=argv, g=log: spawn(a, cwd=tmp_path, log=g), log, stage=stage))
        assert wait_until((tmp_path / name).exists, seconds=10)
    supervisor.stop_all(grace=5)
    assert order.read_text().split() == ["web", "valkey", "postgres"]


def test_it_kills_a_child_that_does_not_stop(supervisor, said, tmp_path):
    code = (
        "import signal, pathlib\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path('deaf').touch()\n"
        "signal.pause()\n"
    )
    one = child(tmp_path, "worker", code)
    supervisor.adopt(one)
    assert wait_until((tmp_path / "deaf").exists, seconds=10)
    supervisor.stop_all(grace=0.2)
    assert one.process.returncode == -signal.SIGKILL
    assert any("is killed" in line for line in said)


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux only")
def test_no_child_outlives_a_killed_parent(tmp_path):
    code = (
        "import sys, signal\n"
        "from script.stack.children import spawn\n"
        f"p = spawn([sys.executable, '-c', {SLEEPER!r}])\n"
        "print(p.pid, flush=True)\n"
        "signal.pause()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    orphan = int(parent.stdout.readline())
    parent.kill()
    parent.wait(5)

    def gone() -> bool:
        try:
            return Path(f"/proc/{orphan}/stat").read_text().split()[2] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    assert wait_until(gone, seconds=10)
