"""`python -m script.stack VERB …`: the one entry of every file in script/."""

from __future__ import annotations

import importlib
import sys

VERBS = {
    "prepare": "script.stack.prepare",
    "server": "script.stack.server",
    "test": "script.stack.suite",
    "next": "script.stack.next",
    "manage": "script.stack.manage",
    "check": "script.stack.check",
    "bench": "script.stack.bench",
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in VERBS:
        print(f"usage: python -m script.stack {{{','.join(VERBS)}}} …", file=sys.stderr)
        return 2
    return int(importlib.import_module(VERBS[sys.argv[1]]).main(sys.argv[2:]) or 0)


if __name__ == "__main__":
    sys.exit(main())
