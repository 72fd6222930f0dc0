"""A log that names hidden tables tells whoever loads it no more than a log that names tables which are nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client

from guard.models import Domain, Entry
from people.models import Role, User
from tests.cast import make_person
from tests.catalog import make as catalog
from tests.usage import make
from usage.models import ShapeTable

ASKED = "SELECT 1 FROM shop.payroll JOIN shop.nowhere USING (id)"


@pytest.fixture
def below(cast: dict[str, User], growth: Domain) -> User:
    """May load logs, and may not know that the dataset exists."""
    catalog.dataset(cast["grace"], growth, "shop.payroll", {"iban": 5})
    return make_person("lena", growth, (Role.DATA_ENGINEER,), 3)


@pytest.mark.parametrize("times", [1, 2], ids=["first", "again"])
def test_a_hidden_table_is_called_unknown_like_one_that_is_not_there(below: User, times: int, cast: Any) -> None:
    if times == 2:
        make.load(cast["grace"], [make.row(sql=ASKED)])  # its shape is known by then
    load = make.load(below, [make.row(sql=ASKED)])
    assert (load.unknown_tables, load.restricted) == (["shop.nowhere", "shop.payroll"], 0)
    line = Entry.objects.visible_to(below).filter(verb="usage.loaded", actor=below).latest("id")
    assert orjson.loads(line.payload)["counts"]["unknown_tables"] == 2
    assert ShapeTable.objects.unrestricted(make.WHY).count() == 1, "its use is counted all the same"


def test_a_table_that_one_may_know_to_exist_is_counted_and_not_named(below: User, growth: Domain, cast: Any) -> None:
    knows = make_person("kim", growth, (Role.DATA_ENGINEER,), 4)
    load = make.load(knows, [make.row(sql=ASKED)])
    assert (load.unknown_tables, load.restricted) == (["shop.nowhere"], 1)


def test_who_sees_the_table_is_told_of_what_is_nowhere(below: User, cast: Any) -> None:
    load = make.load(cast["grace"], [make.row(sql=ASKED)])
    assert (load.unknown_tables, load.restricted) == (["shop.nowhere"], 0)


def test_the_command_says_the_same_of_both(below: User, manage: Callable[..., str], tmp_path: Path) -> None:
    said = []
    for name in ("shop.payroll", "shop.nowhere2"):
        file = tmp_path / "log.csv"
        file.write_text(f'at,user,sql\n2026-11-02T10:00:00Z,sam,"SELECT 1 FROM {name}"\n')
        said.append(manage("usage", "load", "csv", str(file), "--by", "lena").replace(name, "X"))
    assert said[0] == said[1]
    assert "1 unknown tables: X" in said[0]


def test_what_a_log_named_is_shown_to_nobody_but_who_loaded_it(below: User, client: Client, cast: Any) -> None:
    """A name that is hidden from one is no news for another."""
    make.load(below, [make.row(sql=ASKED)])
    shown = {}
    for person in (below, cast["otto"], cast["priya"]):
        client.force_login(person)
        shown[person.username] = "shop.payroll" in client.get("/usage/").content.decode()
    assert shown == {"lena": True, "otto": False, "priya": False}
