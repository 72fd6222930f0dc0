"""`manage.py people first-admin`: the first account of an empty installation."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.first import first_admin


class Command(BaseCommand):
    help = "Make the first administrator; the password is printed once, or read from THROUGHLINE_ADMIN_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        first = words.add_parser("first-admin")
        first.add_argument("--username", default="admin")
        first.add_argument("--if-none", action="store_true", help="do nothing when there is an administrator already")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        given = os.environ.get("THROUGHLINE_ADMIN_PASSWORD") or None
        try:
            admin, password = first_admin(options["username"], given)
        except RuntimeError as fault:
            if options["if_none"]:
                self.stdout.write(str(fault))
                return
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Administrator: {admin.username}   password: {password if not given else 'as given'}")
