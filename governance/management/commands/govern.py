"""`manage.py govern WORD …`: enforcement from the command line; the words come from `governance.words`."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.words import WORDS
from guard.refusals import Refusal

REFUSED, WRONG_USE = 1, 2


class Command(BaseCommand):
    help = "Enforce levels and prove it. Exit 0 done, 1 findings or refused, 2 wrong use."
    requires_system_checks = []  # `govern check` runs where there is no database

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
        for name, word in sorted(WORDS.items()):
            word.arguments(words.add_parser(name, help=word.help, description=word.help))

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        try:
            code = WORDS[word].run(options, self.stdout)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=REFUSED) from None
        except (LookupError, ValueError, OSError) as fault:
            raise CommandError(str(fault), returncode=WRONG_USE) from None
        if code:
            sys.exit(code)
