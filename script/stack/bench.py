"""`script/bench`: start times, or the benchmarks of bench/ on a cluster of their own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack

from script.stack import places, starts
from script.stack.children import stop
from script.stack.environment import django_env
from script.stack.first_run import manage
from script.stack.locks import held
from script.stack.postgres import Postgres
from script.stack.valkey import Valkey


def main(words: list[str]) -> int:
    """`start` measures cold and warm starts; anything else goes to `python -m bench` on fresh, durable servers."""
    if words[:1] == ["start"]:
        return starts.main(words[1:])
    with ExitStack() as stack:
        if not stack.enter_context(held(places.state_dir() / "bench.lock", wait=False)):
            raise SystemExit("Another benchmark runs in this checkout; figures taken together would be wrong.")
        folder = places.state_dir() / "bench"
        shutil.rmtree(folder, ignore_errors=True)
        log = places.state_dir() / "log"
        log.mkdir(exist_ok=True)
        places.owned_dir(folder, mode=0o755)
        postgres = Postgres(folder / "pg18", places.socket_dir("bench"))
        stack.callback(stop, postgres.start(log / "bench-postgres.log"), signum=signal.SIGINT)
        postgres.make_roles()
        valkey = Valkey(folder / "valkey", places.socket_dir("bench"))
        stack.callback(stop, valkey.start(log / "bench-valkey.log"))
        env = django_env(postgres, valkey)
        env |= postgres.urls() | {
            "BROKER_URL": valkey.url(),
            "STATE_DIR": str(folder / "state"),
            "DATABASE_PERSISTENT": "1",
        }
        (folder / "state").mkdir()
        if not {"-h", "--help"} & set(words):
            manage(["migrate", "--no-input", "-v", "0"], env | {"THROUGHLINE_ROLE": "owner"}, quiet=True)
        return subprocess.run([sys.executable, "-m", "bench", *words], env=env, cwd=places.ROOT, check=False).returncode
