"""`manage.py demo load`: the demo organisation, told by the product's own verbs."""

from __future__ import annotations

import os
import secrets
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from demo import story
from guard.models import Entry


class Command(BaseCommand):
    help = "Load the demo organisation into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        load = words.add_parser("load")
        load.add_argument("--force", action="store_true", help="also when something is there already")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        if not options["force"] and Entry.objects.unrestricted("is anything recorded at all").exists():
            raise CommandError("The database is not empty. Use --force to load the demo beside what is there.")
        password = os.environ.get("THROUGHLINE_DEMO_PASSWORD") or "-".join(secrets.token_hex(2) for _ in range(3))
        began = time.monotonic()
        with transaction.atomic():
            told = story.tell(password)
        story.use(told)
        self.stdout.write(f"The demo organisation was loaded in {time.monotonic() - began:.1f} s.")
        if "THROUGHLINE_DEMO_PASSWORD" not in os.environ:
            self.stdout.write(f"Sign in as priya, sam, grace, omar or otto with {password}")
