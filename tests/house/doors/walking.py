"""Every way out, asked for everything that stands behind it."""

from __future__ import annotations

import html
import json
import re
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from guard.ledger import READ
from guard.models import Entry
from people.models import User
from tests.house import routes
from tests.house.doors import claims
from tests.house.doors.planting import Planted
from tests.house.ground import ROOT
from tests.house.test_routes import ROUTES, TABLE

WORD = re.compile(r"zq\d{5}kx")
LINK = re.compile(r"(?:href|hx-get)=\"([^\"]*[?][^\"]*)\"")
NOT_FOLLOWED = ("sort=", "cursor=", "next=", "lang")

JSON = "application/json"


@dataclass(frozen=True)
class Ask:
    """One question at one way out."""

    door: str
    route: str
    url: str
    method: str = "get"
    about: tuple[int, str] | None = None  # level and state of the set that the address names


@dataclass
class Answer:
    """What came back: every byte of it, and whether it was a good answer."""

    ask: Ask
    status: int
    text: str
    read: frozenset[int] = frozenset()  # things of which the ledger says now that somebody opened them

    @property
    def words(self) -> set[str]:
        """Secret words in it, without those that were in the question."""
        return set(WORD.findall(self.text)) - set(WORD.findall(self.ask.url))

    @property
    def links(self) -> Iterator[Ask]:
        """Questions that the page itself offers about what it shows: tabs, forms, formats."""
        path = self.ask.url.split("?")[0]
        for link in {html.unescape(found) for found in LINK.findall(self.text)}:
            to, _, query = link.partition("?")
            if to in ("", path) and not any(word in query for word in NOT_FOLLOWED) and not WORD.search(query):
                door = claims.EXPORT if "format=csv" in query else self.ask.door
                yield replace(self.ask, door=door, url=f"{path}?{query}")


def own_routes() -> list[tuple[str, list[str]]]:
    """Every route but those of libraries that know no governed row."""
    return [(n, p) for n, p in ROUTES if not any(fnmatchcase(n, pattern) for pattern in claims.FOREIGN)]


@cache
def operations() -> dict[str, dict[str, Any]]:
    """The OpenAPI document: what may be asked of each path by GET, as ``/api/v1/things/{}/``."""
    document = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8"))
    return {path: item for path, item in document["paths"].items()}


def questions(route: str) -> list[str]:
    """Names of the query parameters that the OpenAPI document gives a route without parts."""
    try:
        path = reverse(route)
    except NoReverseMatch:
        return []
    said = operations().get(path, {}).get("get", {}).get("parameters", [])
    return [one["name"] for one in said if one["in"] == "query"]


def asks(sets: list[Planted], written: list[Planted]) -> Iterator[Ask]:
    """Every question of every route about every one of these sets.

    Args:
        sets: what is named in addresses that are read.
        written: those of them that are also posted to.
    """
    for route, parts in own_routes():
        door, row = claims.door_of(route), routes.row_of(route, TABLE)
        assert door is not None and row is not None, f"no cell claims {route}"
        if not parts:
            yield from _whole(door, route, row, sets)
        for at in sets if parts else ():
            for url in _addresses(route, parts, row, at):
                about = (at.level, at.state)
                if row.what != "act" or door != claims.REFUSAL:
                    yield Ask(door, route, url, about=about)
                if route == "trace:thread-show" and at.things["dataset"].key in url:
                    yield from (Ask(door, route, f"{url}?format={word}", about=about) for word in ("mermaid", "text"))
                if at in written and row.what in ("act", "absent") and door not in (claims.NESTED, claims.HISTORY):
                    yield Ask(claims.REFUSAL, route, url, "post", about)
        if written and row.what == "act_any":
            yield Ask(claims.REFUSAL, route, reverse(route), "post")


def _whole(door: str, route: str, row: Any, sets: list[Planted]) -> Iterator[Ask]:
    """A route without parts: plain, as CSV, and with every question that it may be asked."""
    url = reverse(route)
    if row.what in ("act_any",):
        return
    if route not in claims.ASKED:
        yield Ask(door, route, url)
    if door == claims.PAGE or route == "governance:audit-list":
        yield Ask(claims.EXPORT, route, f"{url}?format=csv")
    named = questions(route)
    if {"facets", "count"} & set(named):
        yield Ask(claims.FACETS, route, f"{url}?facets=1&limit=1&ordering=key")
        yield Ask(claims.COUNTS, route, f"{url}?count=1&limit=1&ordering=key")
    for at in sets:
        for query in claims.ASKED.get(route, ()):
            yield from (Ask(door, route, url + one, about=(at.level, at.state)) for one in _filled(query, at))
    yield from _words(door, route, sets[-1], "q" in named)


def _words(door: str, route: str, at: Planted, is_filter: bool) -> Iterator[Ask]:
    """What is typed into a search: names, other words, and names with a slip; of the strictest set that is named."""
    url, about = reverse(route), (at.level, at.state)
    if door in (claims.SEARCH, claims.SUGGEST):
        yield from (Ask(door, route, f"{url}?q={word}", about=about) for word in at.searched)
        for thing in at.things.values():
            yield Ask(claims.SUGGEST, route, f"{url}?q={_mistyped(thing.title)}", about=about)
    elif is_filter and door == claims.LIST:
        yield Ask(claims.SEARCH, route, f"{url}?q={_title(route, at)}", about=about)


def _title(route: str, at: Planted) -> str:
    kind = route.split(":")[1].split("-", maxsplit=1)[0]
    return at.things[kind].title if kind in at.things else at.things["dataset"].title


def _mistyped(word: str) -> str:
    """The last two letters changed about, so that only something that mends words finds it."""
    return word[:-2] + word[-1] + word[-2]


def _filled(text: str, at: Planted) -> list[str]:
    if "{any}" in text:
        return [text.replace("{any}", thing.key) for kind, thing in at.things.items() if kind != "participant"]
    return [text.replace("{dataset}", at.things["dataset"].key)]


def _addresses(route: str, parts: list[str], row: Any, at: Planted) -> list[str]:
    """The route's addresses for one set."""
    given: dict[str, Any] = {
        "username": at.keeper.username, "slug": "problem" if "section" in route else at.things["dataset"].domain.slug,
        "uid": uuid.UUID(int=0), "old": 1, "new": 1, "role": "business", "move": "approve", "name": "support",
    }  # fmt: skip
    model, kind = claims.numbered(route) or ("", "")
    if {"number", "pk"} & set(parts):
        assert claims.numbered(route) is not None, f"{route}: nobody says which rows its number names"
        given["number"] = given["pk"] = at.rows[model].pk if model else 10**9
    if "uid" in parts and route.startswith("v1:job"):
        given["uid"] = at.rows["Job"].uid
    if "key" not in parts:
        return [reverse(route, kwargs={part: given[part] for part in parts})]
    kinds = list(at.things) if route in claims.ANY_KIND else [row.kind or kind]
    return [
        reverse(route, kwargs={part: at.things[one].key if part == "key" else given[part] for part in parts})
        for one in kinds
        if one != "participant"
    ]


class Bare(Client):
    """A client that keeps nothing of a request but its cookies: no template and no context, which nobody asks for."""

    def request(self, **request: Any) -> Any:
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


def read_now() -> frozenset[int]:
    """The things of which it stands in the ledger that somebody opened them."""
    rows = Entry.objects.unrestricted("a test looks at what was recorded").filter(verb=READ, outcome="done")
    return frozenset(rows.values_list("thing_id", flat=True))


def signed_in(person: User) -> Client:
    client = Bare(raise_request_exception=False)
    client.force_login(person)
    return client


def answer(client: Client, ask: Ask) -> Answer:
    """Ask, and take every byte of what comes back: first line, head and body. What it wrote is taken back: what a post
    did, and that a strict thing was opened, or it would hide that the next way out forgets to say so."""
    with transaction.atomic():
        response = client.post(ask.url, {}, content_type=JSON) if ask.method == "post" else client.get(ask.url)
        opened = read_now()
        transaction.set_rollback(True)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.items()) + response.reason_phrase
    text = f"{head}\n{response.cookies.output()}\n{body.decode('utf-8', 'replace')}"
    return Answer(ask, response.status_code, text, opened)


def walk(person: User, sets: list[Planted], written: list[Planted]) -> Iterator[Answer]:
    """Every answer to one person: to each question, and to those that the pages offer (tabs, forms, formats)."""
    client, asked = signed_in(person), set()
    waiting = deque(asks(sets, written))
    while waiting:
        ask = waiting.popleft()
        if (ask.method, ask.url) in asked:
            continue
        asked.add((ask.method, ask.url))
        found = answer(client, ask)
        if ask.method == "get" and found.status == 200 and ask.door in (claims.PAGE, claims.HISTORY):
            waiting.extend(one for one in found.links if (one.method, one.url) not in asked)
        yield found
