"""Start and stop child processes so that none outlives its parent and none dies before its time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from script.stack.places import IS_ROOT, Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent(signum: int, parent: int) -> Callable[[], None]:
    def preexec() -> None:
        # After the change of uid, which clears the parent-death signal (Python runs preexec last).
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return preexec


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    cwd: Path | str = "/",
    log: Path | IO[bytes] | None = None,
    death_signal: int = signal.SIGTERM,
    session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child that gets `death_signal` when this process dies, by default in a session of its own.

    Args:
        argv: program and words.
        env: the whole environment of the child; None inherits.
        account: run as this account (only root can).
        cwd: working folder; `/` because the account may not reach the checkout.
        log: file for both output streams, appended; None inherits the terminal.
        death_signal: what the kernel sends when the parent dies (Linux).
        session: a session of its own keeps Ctrl C away, so that the supervisor decides the order of stopping.
    """
    who = {"user": account.uid, "group": account.gid, "extra_groups": []} if account and IS_ROOT else {}
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if isinstance(log, Path) else log
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            [str(word) for word in argv],
            env=dict(env) if env is not None else None,
            cwd=str(cwd),
            stdin=subprocess.DEVNULL if session else None,
            stdout=out,
            stderr=subprocess.STDOUT if out is not None else None,
            start_new_session=session,
            preexec_fn=_die_with_parent(death_signal, os.getpid()),  # noqa: PLW1509 (one thread)
            **who,
        )


def stop(process: subprocess.Popen[bytes] | None, *, signum: int = signal.SIGTERM, grace: float = 15.0) -> None:
    """Ask the process (never its group: Celery's pool must not hear it) to end; kill it after `grace` seconds."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(signum)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL) if os.getpgid(process.pid) == process.pid else process.kill()
        process.wait()


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.03) -> bool:
    """Ask `ready` again and again until it says yes (True) or the deadline passes (False)."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def tail(path: Path, lines: int = 20) -> str:
    """The last lines of a log, for a person."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
