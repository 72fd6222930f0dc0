"""Every route and every person: who may, sees it; to everybody else it is absent, and absent looks like never there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from guard.doors import grade_of
from guard.models import Domain, Thing
from guard.policy import ACTIONS
from people.models import User
from tests.house import routes
from tests.house.routes import Row, samples

READERS = ("priya", "sam", "grace", "omar", "otto")
FILL = {
    "number": 10**9,
    "pk": 10**9,
    "move": "approve",
    "username": "grace",
    "slug": "nobody",
    "uid": uuid.uuid4(),
    "old": 1,
    "new": 1,
}
# a request's number and the two forms of its CSRF token
ANYWHERE = re.compile(
    rb'("request_id":"|class="mono">|csrfmiddlewaretoken" value="|csrf-token" content="|name="next" value=")[^"<]+'
)


def names() -> list[tuple[str, list[str]]]:
    """URL name and names of its parts, for every route but format-suffixed twins."""
    found: dict[str, list[str]] = {}

    def walk(patterns: Any, space: str = "", parts: tuple[str, ...] = (), prefix: str = "") -> Iterator[None]:
        for pattern in patterns:
            own = (*parts, *pattern.pattern.regex.groupindex)
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, inner, own, route)
            elif isinstance(pattern, URLPattern) and "format" not in own:
                name = pattern.name or ("account_unnamed" if route.startswith("accounts/") else f"unnamed {route}")
                found[f"{space}{name}"] = list(own)
            yield None

    list(walk(get_resolver().url_patterns))
    return sorted(found.items())


ROUTES = names()
TABLE = routes.table()


def address(name: str, parts: list[str], row: Row, key: str) -> str:
    kwargs = {part: key if part == "key" else FILL.get(part, "absent") for part in parts}
    return reverse(name, kwargs=kwargs) + row.query


def client_of(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def world(cast: dict[str, User], growth: Domain) -> dict[str, Thing]:
    return samples.make_all(cast, growth)


def test_every_route_stands_in_the_table() -> None:
    missing = [name for name, _parts in ROUTES if routes.row_of(name, TABLE) is None]
    assert not missing, missing


def test_every_row_of_the_table_stands_for_a_route() -> None:
    known = [name for name, _parts in ROUTES]
    rooms = {name.split(":")[0] for name in known}
    dead = [name for name in TABLE if "*" not in name and name not in known and name.split(":")[0] in rooms]
    assert [name for name in dead if not name.startswith(("trace:", "v1:search"))] == []


def of_kind(*whats: str) -> list[tuple[str, list[str], Row]]:
    found = [(name, parts, routes.row_of(name, TABLE)) for name, parts in ROUTES]
    return [(name, parts, row) for name, parts, row in found if row is not None and row.what in whats]


def test_a_visitor_finds_only_what_is_public(world: dict[str, Thing]) -> None:
    visitor, open_to_all = Client(), []
    for name, parts, row in of_kind(*{row.what for row in TABLE.values()} - {"foreign"}):
        key = world[row.kind].key if row.kind else "absent"
        answer = visitor.get(address(name, parts, row, key))
        if answer.status_code < 300 or answer.status_code == 405:
            open_to_all.append(name)
        else:
            assert answer.status_code in (302, 401, 403, 404), (name, answer.status_code)
    # switches are posted to; what answers a visitor's GET must be on the list of public views
    assert set(open_to_all) == {name for name, _parts, row in of_kind("public")}


def test_who_is_signed_in_finds_the_common_pages(world: dict[str, Thing], cast: dict[str, User]) -> None:
    faults = []
    for person in READERS:
        client = client_of(cast[person])
        for name, parts, row in of_kind("everybody"):
            status = client.get(address(name, parts, row, "absent")).status_code
            if status != (404 if "absent" in row.query else 200):
                faults.append((person, name, status))
    assert not faults, faults


def test_what_a_role_has_is_there_for_its_people_and_absent_for_others(
    world: dict[str, Thing], cast: dict[str, User]
) -> None:
    faults = []
    for person in READERS:
        client = client_of(cast[person])
        for name, parts, row in of_kind("roles"):
            may = cast[person].has_role(*row.roles)
            status = client.get(address(name, parts, row, "absent")).status_code
            if status != (200 if may else 404):
                faults.append((person, name, status))
    assert not faults, faults
    assert of_kind("roles")


@pytest.mark.parametrize("person", READERS)
def test_objects_are_there_for_readers_and_absent_for_all_others(
    person: str, world: dict[str, Thing], cast: dict[str, User]
) -> None:
    client, faults = client_of(cast[person]), []
    for name, parts, row in of_kind("object"):
        thing = world[row.kind]
        may = grade_of(cast[person], thing) >= ACTIONS[row.needs]
        answer = client.get(address(name, parts, row, thing.key))
        if answer.status_code != (200 if may else 404):
            faults.append((name, answer.status_code, may))
        if not may and shape(answer.content, thing.key) != shape(
            client.get(address(name, parts, row, "DS-999999")).content, "DS-999999"
        ):
            faults.append((name, "forbidden does not look like absent", may))
    assert not faults, faults


def shape(content: bytes, key: str) -> bytes:
    """An answer without what differs by request."""
    return ANYWHERE.sub(b"", content.replace(key.encode(), b"KEY"))


def test_the_samples_tell_readers_from_others(world: dict[str, Thing], cast: dict[str, User]) -> None:
    """A positive and a negative control for every kind."""
    for kind, thing in world.items():
        assert grade_of(cast["grace"], thing) >= 2, kind
        assert grade_of(cast["otto"], thing) == 0, kind


def test_nobody_acts_on_what_they_may_not_see(world: dict[str, Thing], cast: dict[str, User]) -> None:
    faults = []
    otto, visitor = client_of(cast["otto"]), Client()
    for name, parts, row in of_kind("act"):
        url = address(name, parts, row, world[row.kind].key)
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(otto, method)(url, content_type="application/json") if method != "get" else otto.get(url)
            if answer.status_code not in (403, 404, 405, 422):
                faults.append((name, method, answer.status_code))
            if world[row.kind].title.encode() in answer.content:
                faults.append((name, method, "names it"))
        posted = visitor.post(url, content_type="application/json")
        if posted.status_code not in (302, 401, 403):
            faults.append((name, "visitor", posted.status_code))
    assert not faults, faults
    for kind, thing in world.items():
        fresh = Thing.objects.unrestricted("a test looks at what is there").get(pk=thing.pk)
        assert (fresh.state, fresh.row_version) == (thing.state, thing.row_version), kind


def test_acts_without_an_object_need_somebody_and_break_nothing(world: dict[str, Thing], cast: dict[str, User]) -> None:
    faults = []
    for name, parts, row in of_kind("act_any"):
        url = address(name, parts, row, "absent")
        if Client().post(url, content_type="application/json").status_code not in (302, 401, 403):
            faults.append((name, "visitor"))
        if client_of(cast["otto"]).post(url, {}, content_type="application/json").status_code >= 500:
            faults.append((name, "otto"))
    assert not faults, faults


def test_what_nobody_has_is_absent_for_everybody(world: dict[str, Thing], cast: dict[str, User]) -> None:
    faults = []
    for person in ("grace", "otto"):
        client = client_of(cast[person])
        for name, parts, row in of_kind("absent"):
            url = address(name, parts, row, "absent")
            statuses = {client.get(url).status_code, client.post(url, {}, content_type="application/json").status_code}
            if not statuses <= {404, 405, 422}:  # 422: the shape of what was sent is judged first
                faults.append((person, name, statuses))
    assert not faults, faults
