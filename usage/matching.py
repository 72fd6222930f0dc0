"""What a log's words stand for here: which dataset a table is, which person a login is, and who is a machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models.functions import Lower

from catalog.models import Dataset
from catalog.names import NameIndex
from guard.models import Thing
from people.models import User
from usage.logs.people import ActorRule
from usage.models import PersonLogin

SEARCH_PATH = ("public",)
WHY = "a log names tables whoever loads it; what is hidden is neither shown nor called unknown"


class Tables:
    """Finds datasets by the names that a log uses; a name that two datasets share finds none.

    Args:
        warehouse: the only one to look into, or None for all.
    """

    def __init__(self, warehouse: Any = None) -> None:
        rows = Dataset.objects.unrestricted(WHY)
        if warehouse is not None:
            rows = rows.filter(warehouse=warehouse)
        self._ids: dict[str, set[int]] = {}
        for pk, name, aliases in rows.values_list("pk", "qualified_name", "aliases"):
            for known in (name, *aliases):
                self._ids.setdefault(known, set()).add(pk)
        self._index = NameIndex(self._ids)

    def find(self, name: str) -> int | None:
        """Id of the dataset that a canonical name means."""
        known = self._index.resolve(name, SEARCH_PATH)
        found = self._ids.get(known, set()) if known is not None else set()
        return next(iter(found)) if len(found) == 1 else None

    def named(self, names: Iterable[str]) -> dict[str, int]:
        """The names behind which there is a dataset, with its id."""
        found = {name[:400]: self.find(name) for name in names}
        return {name: pk for name, pk in found.items() if pk is not None}

    def split(self, names: Iterable[str]) -> tuple[set[int], set[str]]:
        """Datasets behind names, and the names behind which there is none."""
        found, unknown = set(), set()
        for name in names:
            dataset = self.find(name)
            if dataset is None:
                unknown.add(name[:400])
            else:
                found.add(dataset)
        return found, unknown


def known_to(reader: Any, named: Mapping[str, int]) -> tuple[set[str], int]:
    """What a reader may be told of tables that a log named.

    Args:
        reader: who loads it, and may have made its names up to see which of them are known here.
        named: names with the id of the dataset behind each.

    Returns:
        The names that are as unknown to them as any other (grade 0), and how many datasets they may know to exist
        and not see (grade 1): "2 tables that you may not see" (rulings.md, "Imports meet hidden rows").
    """
    wanted = set(named.values())
    may_know, may_see = (
        set(Thing.objects.visible_to(reader, action).filter(pk__in=wanted).values_list("pk", flat=True))
        for action in ("exists", "read")
    )
    return {name for name, pk in named.items() if pk not in may_know}, len(may_know - may_see)


class People:
    """Finds people by login: an agreed login first, then the username, then an e-mail that only one person has."""

    def __init__(self) -> None:
        users = list(User.objects.annotate(low=Lower("username"), mail=Lower("email")).values_list(
            "pk", "low", "mail", "is_service"
        ))  # fmt: skip
        mails = [mail for _pk, _low, mail, _service in users if mail]
        self._ids = {mail: pk for pk, _low, mail, service in users if mails.count(mail) == 1 and not service}
        self._ids |= {low: pk for pk, low, _mail, service in users if not service}
        machines = {low for _pk, low, _mail, service in users if service}
        for login, person_id, is_service in PersonLogin.objects.values_list("login", "person_id", "person__is_service"):
            if is_service:
                machines.add(login)
            else:
                self._ids[login] = person_id
        self.rule = ActorRule(accounts=machines, people=set(self._ids) - machines)

    def find(self, login: str) -> int | None:
        """Id of the person behind a login, or None."""
        return self._ids.get(login.strip().lower())
