"""`manage.py demo load`: the demo organisation, told by the product's own verbs."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from demo import story
from demo.people import ADMIN, PEOPLE
from guard.models import Entry
from people.models import User


class Command(BaseCommand):
    help = "Load the demo organisation into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        load = words.add_parser("load")
        load.add_argument("--force", action="store_true", help="also when something is there already")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        if not options["force"] and Entry.objects.unrestricted("is anything recorded at all").exists():
            raise CommandError("The database is not empty. Use --force to load the demo beside what is there.")
        began = time.monotonic()
        with transaction.atomic():
            told = story.tell(secrets.token_urlsafe(32))
            # No password of their own: people.demo_sign_in lets them in, in demo mode and on this machine only.
            User.objects.filter(username__in=[ADMIN, *PEOPLE]).update(password=make_password(None))
        self.stdout.write(story.use(told))
        self.stdout.write(f"The demo organisation was loaded in {time.monotonic() - began:.1f} s.")
        self.stdout.write(
            "Start script/server to sign in as priya, sam, grace, omar or otto with the password that it prints."
        )
