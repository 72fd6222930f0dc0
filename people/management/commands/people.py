"""`manage.py people …`: the first administrator, and what administrators do about accounts."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guard.models import Domain
from guard.refusals import Refusal
from people import actions
from people.first import actor_named, first_admin
from people.models import Role, User


class Command(BaseCommand):
    help = "Accounts: first-admin, add, role, clear, leave. Each but the first acts as the administrator of --by."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        first = words.add_parser("first-admin", help="the password is printed once, or THROUGHLINE_ADMIN_PASSWORD")
        first.add_argument("--username", default="admin")
        first.add_argument("--if-none", action="store_true", help="do nothing when there is an administrator already")
        add = self._about_one(words, "add", "make an account without rights; its password is printed once")
        add.add_argument("--name", required=True)
        add.add_argument("--email", default="", help="whom the identity provider means by this account")
        add.add_argument("--job", default="")
        add.add_argument("--service", action="store_true", help="an account of a program: no password, tokens only")
        role = self._about_one(words, "role", "give a role, or take it away")
        role.add_argument("role", choices=Role.values)
        role.add_argument("--end", action="store_true")
        clear = self._about_one(words, "clear", "how strict a thing the person may read")
        clear.add_argument("rank", type=int, help="1 to 5; 0 takes it away")
        clear.add_argument("--domain", help="slug; every domain when left out")
        leave = self._about_one(words, "leave", "end the account, its sessions and its tokens; the record stays")
        leave.add_argument("--successor", help="who follows as owner of what only the leaver owns")

    @staticmethod
    def _about_one(words: Any, name: str, what: str) -> Any:
        """A word about one account, said by an administrator."""
        made = words.add_parser(name, help=what)
        made.add_argument("username")
        made.add_argument("--by", required=True, metavar="ADMIN")
        made.add_argument("--reason", default="")
        return made

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        if word == "first-admin":
            self._first(options)
            return
        try:
            said = getattr(self, f"_{word}")(actor_named(options["by"]), options)
        except (LookupError, User.DoesNotExist, Domain.DoesNotExist) as none:
            raise CommandError(str(none)) from None
        except Refusal as refusal:
            lines = [line for lines in refusal.errors.values() for line in lines]
            raise CommandError(" ".join(str(line) for line in lines) or str(refusal.sentence)) from None
        self.stdout.write(said)

    def _first(self, options: dict[str, Any]) -> None:
        given = os.environ.get("THROUGHLINE_ADMIN_PASSWORD") or None
        try:
            admin, password = first_admin(options["username"], given)
        except RuntimeError as fault:
            if options["if_none"]:
                self.stdout.write(str(fault))
                return
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Administrator: {admin.username}   password: {password if not given else 'as given'}")

    def _add(self, by: User, options: dict[str, Any]) -> str:
        has_none = options["service"] or settings.SOCIALACCOUNT_ONLY
        password = None if has_none else secrets.token_urlsafe(12)
        person = actions.add_person(
            by=by, username=options["username"], name=options["name"], email=options["email"], job=options["job"],
            is_service=options["service"], password=password,
        )  # fmt: skip
        return f"Account: {person.username}   password: {password or 'none'}"

    def _role(self, by: User, options: dict[str, Any]) -> str:
        person = User.objects.get(username=options["username"])
        verb = actions.end_role if options["end"] else actions.give_role
        verb(by=by, person=person, role=options["role"], reason=options["reason"])
        held = User.objects.get(pk=person.pk).principal.roles
        return f"{person.username}: {', '.join(sorted(held)) or 'no role'}"

    def _clear(self, by: User, options: dict[str, Any]) -> str:
        person = User.objects.get(username=options["username"])
        domain = Domain.objects.get(slug=options["domain"]) if options["domain"] else None
        actions.clear(by=by, person=person, rank=options["rank"], domain=domain, reason=options["reason"])
        return f"{person.username}: up to {options['rank']} in {domain or 'every domain'}"

    def _leave(self, by: User, options: dict[str, Any]) -> str:
        person = User.objects.get(username=options["username"])
        follows = options["successor"]
        successor = User.objects.get(username=follows) if follows else None
        actions.let_go(by=by, person=person, reason=options["reason"], successor=successor)
        return f"{person.username} has left."
