"""`manage.py ledger verify [--checkpoint FILE]`, `ledger checkpoint FILE` and `ledger key`.

To verify looks into CHECKPOINT_DIR unless told otherwise.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guard import checkpoints, ledger, settlements, signing

BROKEN, WRONG_USE = 1, 2


class Command(BaseCommand):
    help = "Verify the ledger (exit 1 and the first broken entry), sign a checkpoint of it, or print the public key."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        verify = words.add_parser("verify", help="walk the whole chain and every detail row")
        verify.add_argument(
            "--checkpoint", type=Path, action="append", default=None,
            help="a file that `ledger checkpoint` wrote earlier, or a folder of them; may be repeated;"
            " default: CHECKPOINT_DIR where there is one",
        )  # fmt: skip
        verify.add_argument("--key", help="public key that must have signed them; default: this installation's")
        take = words.add_parser("checkpoint", help="sign count, head and Merkle root of a sound chain into a new file")
        take.add_argument("file", type=Path)
        words.add_parser("key", help="make the key pair where there is none, and print the public key")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        try:
            if word == "checkpoint":
                self._take(options["file"])
            elif word == "key":
                self.stdout.write(signing.make_key())
            else:
                self._verify(options["checkpoint"], options["key"])
        except checkpoints.Forged as fault:
            raise CommandError(str(fault), returncode=BROKEN) from None
        except FileExistsError as fault:
            raise CommandError(f"{fault.filename2} is there already.", returncode=WRONG_USE) from None
        except (OSError, ValueError) as fault:
            raise CommandError(str(fault), returncode=WRONG_USE) from None

    def _take(self, file: Path) -> None:
        taken = checkpoints.take()
        checkpoints.write_once(file, checkpoints.sealed(taken))
        self.stdout.write(f"{taken.count} entries, head {taken.head}, root {taken.root}")

    def _verify(self, given: list[Path] | None, key: str | None) -> None:
        kept = Path(settings.CHECKPOINT_DIR)
        paths = given if given is not None else [kept] if kept.is_dir() else []
        seen, settled = settlements.standing(paths, key)
        if fork := checkpoints.contradiction(seen):
            raise checkpoints.Forged(fork)
        verdict = ledger.verify()
        for taken in seen:
            verdict = checkpoints.compare(verdict, taken)
        if verdict.broken is not None:
            self.stderr.write(f"Entry {verdict.broken} {verdict.fault}.")
            sys.exit(BROKEN)
        against = f", {len(seen)} checkpoints agree" if seen else ""
        self.stdout.write(f"{verdict.count} entries verified, head {verdict.head}{against}")
        for one in settled:
            names, people = ", ".join(sorted(one.aside.values())), " and ".join(one.people)
            self.stdout.write(f"set aside by {people} in entry {one.entry} ({one.reason}): {names}")
