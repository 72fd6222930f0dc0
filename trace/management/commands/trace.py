"""`manage.py trace KEY`: the thread of one object; `manage.py trace check`: the Links agree with the rooms."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guard.refusals import Refusal
from people.first import actor_named
from trace import check, find, formats, thread


class Command(BaseCommand):
    help = (
        "Print the thread of one object, from interview to decision; or `check` that the joints agree with the rooms."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="a key such as MET-1001, a dataset's name, a metric's code; or: check")
        parser.add_argument("--format", choices=["json", "mermaid", "text"], default="text")
        parser.add_argument("--direction", choices=["both", "demand", "decision"], default="both")
        parser.add_argument("--depth", type=int, default=thread.DEEPEST)
        parser.add_argument("--by", metavar="USER", help="whose eyes to look through (default: the account cli)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["key"] == "check":
            self._check()
            return
        try:
            actor = actor_named(options["by"])
            start = find.thing_named(options["key"], actor)
        except (LookupError, Refusal) as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        found = thread.thread_of(start, actor, direction=options["direction"], depth=options["depth"])
        if options["format"] == "json":
            self.stdout.write(orjson.dumps(formats.as_dict(found), option=orjson.OPT_INDENT_2).decode())
        else:
            self.stdout.write(formats.as_mermaid(found) if options["format"] == "mermaid" else formats.as_text(found))

    def _check(self) -> None:
        for relation, count in check.joints_only():
            self.stdout.write(f"joint only: {relation.source} {relation.code} {relation.target} ({count})")
        faults = list(check.differences())
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} joints disagree with what the rooms say.", returncode=1)
        self.stdout.write("Every joint agrees with what the rooms say.")
