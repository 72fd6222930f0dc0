"""`manage.py ledger verify [--checkpoint FILE]` and `ledger checkpoint FILE`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guard import checkpoints, ledger


class Command(BaseCommand):
    help = "Verify the ledger's chain (exit 1 and the first broken entry), or write a checkpoint of its head."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        verify = words.add_parser("verify", help="walk the whole chain and every detail row")
        verify.add_argument("--checkpoint", type=Path, help="a file that `ledger checkpoint` wrote earlier")
        take = words.add_parser("checkpoint", help="write count and head of a sound chain to a file")
        take.add_argument("file", type=Path)

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        if word == "checkpoint":
            self._take(options["file"])
        else:
            self._verify(options["checkpoint"])

    def _take(self, file: Path) -> None:
        try:
            taken = checkpoints.take()
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        file.write_bytes(orjson.dumps(taken) + b"\n")
        self.stdout.write(f"{taken['count']} entries, head {taken['head']}")

    def _verify(self, file: Path | None) -> None:
        verdict = ledger.verify()
        if file is not None:
            try:
                verdict = checkpoints.compare(verdict, checkpoints.read(file))
            except ValueError as fault:
                raise CommandError(str(fault), returncode=2) from None
        if verdict.broken is not None:
            self.stderr.write(f"Entry {verdict.broken} {verdict.fault}.")
            sys.exit(1)
        self.stdout.write(f"{verdict.count} entries verified, head {verdict.head}")
