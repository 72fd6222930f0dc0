"""`python -m bench` (by `script/bench`): run every module of this folder that offers `run`, print and judge."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path

import django

from bench.results import Result


def modules(only: list[str]) -> list[str]:
    """Names of the benchmark modules, in order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    return [name for name in names if not name.startswith("_") and name != "results" and (not only or name in only)]


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "postgresql": version,
    }


def main() -> int:
    """Exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("--scale", choices=["small", "large"], default="small")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results here")
    parser.add_argument("only", nargs="*", metavar="MODULE", help=f"of: {', '.join(modules([]))}")
    words = parser.parse_args()
    django.setup()
    about = machine() | {"scale": words.scale}
    print(" · ".join(f"{name} {value}" for name, value in about.items()), flush=True)
    results: list[Result] = []
    for name in modules(words.only):
        run = getattr(importlib.import_module(f"bench.{name}"), "run", None)
        if run is None:
            continue
        began = time.monotonic()
        for result in run(words.scale):
            results.append(result)
            print(result.line(), flush=True)
        print(f"       {name}: {time.monotonic() - began:.1f} s", flush=True)
    if words.json:
        words.json.write_text(json.dumps({"about": about, "results": [r.as_json() for r in results]}, indent=1) + "\n")
    if not results:
        print("script/bench: no benchmark ran", file=sys.stderr)
        return 2
    missed = [result.bar for result in results if not result.holds]
    print(f"script/bench: {'missed: ' + ', '.join(missed) if missed else 'every bar holds'} ({len(results)} figures)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
