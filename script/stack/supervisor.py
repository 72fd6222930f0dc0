"""Watch children, restart the fallen with back-off, give up on the hopeless, stop all in a good order."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from script.stack.children import stop, tail

GIVE_UP_AFTER = 5  # failures …
GIVE_UP_WITHIN = 60.0  # … in so many seconds
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One watched process.

    Attributes:
        name: for people and for the log file.
        start: starts the process without waiting.
        log: where its output goes.
        stop_signal: asks it to end (SIGINT is PostgreSQL's fast shutdown).
        stage: children of a higher stage are stopped first; those of one stage together.
    """

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    log: Path
    stop_signal: int = signal.SIGTERM
    stage: int = 1
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0
    restart_at: float | None = None
    failures: list[float] = field(default_factory=list)


class Hopeless(Exception):
    """A child fell too often; the message is for the person at the terminal."""


class Supervisor:
    """Owns the children from their first start to the last stop; runs in one thread.

    Args:
        say: prints one line for the person at the terminal.
        clock: seconds that only grow.
    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.children: list[Child] = []
        self.say = say
        self.clock = clock
        self.stopping = False

    def adopt(self, child: Child) -> None:
        """Watch `child`; start it now unless its process runs already."""
        self.children.append(child)
        if child.process is None:
            self._start(child)
        else:
            child.started_at = self.clock()

    def _start(self, child: Child) -> None:
        child.process = child.start()
        child.started_at = self.clock()
        child.restart_at = None

    def look(self) -> bool:
        """Look at every child once, restarting those whose pause is over; returns whether anything changed.

        Raises:
            Hopeless: a child failed five times within a minute.
        """
        changed = False
        for child in self.children:
            if child.restart_at is not None:
                if self.clock() >= child.restart_at:
                    self._start(child)
                    self.say(f"{child.name} was started again (process {child.process.pid if child.process else '?'}).")
                    changed = True
            elif child.process is not None and (code := child.process.poll()) is not None:
                self._note_fall(child, code)
                changed = True
        return changed

    def _note_fall(self, child: Child, code: int) -> None:
        now = self.clock()
        if now - child.started_at > GIVE_UP_WITHIN:
            child.pause = 1.0
        child.failures = [at for at in child.failures if now - at < GIVE_UP_WITHIN] + [now]
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        if len(child.failures) >= GIVE_UP_AFTER:
            raise Hopeless(
                f"{child.name} ended {GIVE_UP_AFTER} times within a minute (last: {how}). "
                f"The end of {child.log}:\n{tail(child.log)}"
            )
        self.say(f"{child.name} ended ({how}); it is started again in {child.pause:g} s. Log: {child.log}")
        child.restart_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def watch(self, *, on_change: Callable[[], None] = lambda: None, every: float = 0.1) -> None:
        """Look at the children until `stopping` is set (by a signal handler).

        Args:
            on_change: called after a child fell or was started again.
            every: seconds between two looks.
        """
        while not self.stopping:
            if self.look():
                on_change()
            time.sleep(every)

    def stop_all(self, *, grace: float = 15.0) -> None:
        """Stop the children, highest stage first; each stage is asked together and then waited for."""
        for stage in sorted({child.stage for child in self.children}, reverse=True):
            group = [c for c in self.children if c.stage == stage and c.process is not None]
            for child in group:
                if child.process is not None and child.process.poll() is None:
                    with contextlib.suppress(ProcessLookupError):
                        child.process.send_signal(child.stop_signal)
            deadline = time.monotonic() + grace
            for child in group:
                self._wait(child, deadline)

    def _wait(self, child: Child, deadline: float) -> None:
        process = child.process
        if process is None:
            return
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say(f"{child.name} did not stop in time and is killed.")
            stop(process, signum=signal.SIGKILL, grace=0.1)
