"""`script/check`: every check that needs no test run, one line a step."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from script.stack import places
from script.stack.check_steps import STEPS, Step

# Nobody answers there: a check reads the code, never a database.
NO_DATABASE = "postgres://nobody@%2Fnonexistent/nothing"


@dataclass(frozen=True)
class Outcome:
    """What one step said."""

    step: Step
    verdict: str  # ok, failed, informs, nothing yet
    seconds: float
    output: str

    @property
    def failed(self) -> bool:
        return self.verdict == "failed"


def _env(step: Step) -> dict[str, str]:
    state = places.state_dir()
    local = {
        "THROUGHLINE_LOCAL": "1",
        "SECRET_KEY": "local-check",
        "STATE_DIR": str(state),
        "DATABASE_URL": NO_DATABASE,
        "BROKER_URL": "",
    }
    own = {
        name: value for name, value in os.environ.items() if name not in local and not name.startswith("THROUGHLINE_")
    }
    bin_dir = os.path.dirname(sys.executable)
    own["PATH"] = f"{bin_dir}{os.pathsep}{own.get('PATH', os.defpath)}"
    return own | {"DJANGO_SETTINGS_MODULE": "config.settings"} | local | step.env


def run(step: Step) -> Outcome:
    """Run one step to its end."""
    began = time.monotonic()
    if step.subject and not any(places.ROOT.glob(step.subject)):
        return Outcome(step, "nothing yet", 0.0, f"no {step.subject}")
    try:
        done = subprocess.run(
            [sys.executable, *step.words], cwd=places.ROOT, env=_env(step), text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=step.timeout,
        )  # fmt: skip
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        code, output = 124, f"not done within {step.timeout} s"
    verdict = "ok" if code == 0 else "informs" if step.informs else "failed"
    return Outcome(step, verdict, time.monotonic() - began, output.strip())


def main(words: list[str]) -> int:
    """Run the steps (all, or those named); exit 1 when one failed, naming it."""
    parser = argparse.ArgumentParser(
        prog="script/check", description="Steps: " + ", ".join(step.name for step in STEPS)
    )
    parser.add_argument("steps", nargs="*", metavar="STEP", help="only these steps")
    parser.add_argument(
        "--fix", action="store_true", help="format and mend what can be mended, and store new snapshots"
    )
    chosen = parser.parse_args(words)
    unknown = set(chosen.steps) - {step.name for step in STEPS}
    if unknown:
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    steps = [step for step in STEPS if not chosen.steps or step.name in chosen.steps]
    if chosen.fix:
        _fix()
    failed = []
    with ThreadPoolExecutor(max_workers=2) as two:
        for outcome in two.map(run, steps):
            print(
                f"{outcome.verdict:<11} {outcome.step.name:<14} {outcome.seconds:5.1f} s  {outcome.step.what}",
                flush=True,
            )
            if outcome.failed or outcome.verdict == "informs":
                print("    " + outcome.output.replace("\n", "\n    "), flush=True)
            failed += [outcome.step.name] if outcome.failed else []
    print(f"script/check: {'failed: ' + ', '.join(failed) if failed else 'all steps passed'}", flush=True)
    return 1 if failed else 0


def _fix() -> None:
    for step in STEPS:
        for words in step.fixes:
            subprocess.run([sys.executable, *words], cwd=places.ROOT, env=_env(step), check=False)
