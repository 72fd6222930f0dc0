"""`manage.py token create USER --name N [--scope S…] [--days D]`: prints a new API token once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guard.refusals import Refusal
from people.actions import create_token
from people.first import actor_named


class Command(BaseCommand):
    help = "Make an API token; its text is printed once and kept nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        create = words.add_parser("create")
        create.add_argument("user", help="username whose rights the token carries")
        create.add_argument("--name", required=True, help="to recognise it by")
        create.add_argument("--scope", nargs="+", action="extend", default=None, help="read, write, import, govern")
        create.add_argument("--days", type=int, default=90, help="until it ends, at most 365")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        try:
            person = actor_named(options["user"])
            _token, text = create_token(
                by=person, person=person, name=options["name"], scopes=options["scope"] or ["read"],
                days=options["days"],
            )  # fmt: skip
        except LookupError as fault:
            raise CommandError(str(fault)) from None
        except Refusal as refusal:
            said = [sentence for sentences in refusal.errors.values() for sentence in sentences]
            raise CommandError(" ".join([refusal.sentence, *said])) from None
        self.stdout.write(text)
