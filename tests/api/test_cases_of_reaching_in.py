"""What is one's own, and parameters of every kind, do not reach into what is hidden; nor do described options."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from guard.models import Domain
from people.models import Role, User
from tests.cast import make_person
from tests.catalog import make
from tests.house.doors import claims, readers, walking
from tests.house.doors.planting import Planted, World
from tests.house.doors.readers import BELOW, KEEPER, Reader
from tests.house.test_routes import ROUTES

LOW = BELOW[2]  # cleared for level 1
NOBODYS = 10**9
#: names of parameters by which APIs let one choose, expand, order or filter
PARAMETERS = (
    "include", "expand", "embed", "fields", "omit", "select", "with", "depth_of", "sort", "order_by", "filter", "where",
    "search", "group_by", "thing__title", "thing__title__startswith", "title", "title__icontains",
    "dataset__thing__title",
    "dataset__thing__title__startswith", "columns__name", "columns__name__contains", "owner__name", "standings__person",
)  # fmt: skip


def planted(reader: Reader, growth: Domain) -> tuple[User, User, World, dict[int, Planted]]:
    """A reader, the keeper of everything, the world, and one set of each level."""
    person, world, _sets = readers.make(reader, growth)
    return person, world.keeper, world, {at.level: at for at in reversed(world.sets)}


def words(text: str) -> set[str]:
    return set(walking.WORD.findall(text))


def nested() -> Iterator[tuple[str, str, str]]:
    """Routes below one object that name a row of it: route, model of the row, kind of the object."""
    for route, parts in walking.own_routes():
        model, kind = claims.numbered(route) or ("", "")
        if "key" in parts and {"number", "pk"} & set(parts) and model and kind:
            yield route, model, kind


def test_case_02_the_row_of_another_object_is_absent_below_ones_own(growth: Domain) -> None:
    """Whatever hangs below an object is sought below that object: neither a hidden row nor a visible one of another."""
    _low, keeper, _world, sets = planted(LOW, growth)
    client, asked, met = walking.signed_in(keeper), 0, set()
    for route, model, kind in nested():
        own, others = sets[1], (sets[2], sets[5])
        for method in ("get", "post"):

            def ask(number: int, method: str = method, route: str = route, kind: str = kind) -> tuple[int, str]:
                named = {"key": sets[1].things[kind].key, "number": number, "pk": number}
                filled = {part: named.get(part, "approve") for part in dict(ROUTES)[route]}
                answer = walking.answer(client, walking.Ask("", route, reverse(route, kwargs=filled), method))
                body = answer.text.partition("\n\n")[2].replace(f"/{number}/", "/N/")
                return answer.status, re.sub(r"[0-9a-zA-Z]{24,}", "", body)

            met.add(ask(own.rows[model].pk)[0])
            for one in others:
                answer = ask(one.rows[model].pk)
                assert answer[0] in (404, 405), (route, method, answer)
                assert answer == ask(NOBODYS), (route, method)
                asked += 1
    assert asked >= 12 and 200 in met


def test_case_02_something_of_others_is_not_put_into_ones_own(growth: Domain) -> None:
    """Hidden and never there are refused alike when they are named in what is sent."""
    _low, keeper, _world, sets = planted(LOW, growth)
    pia = make_person("pia", growth, (Role.DATA_PM,), 3)
    address = f"/api/v1/products/{make.product(pia, growth).key}/contain/"
    hidden = sets[4].things["dataset"].key

    def put(person: User, key: str) -> tuple[int, str]:
        answer = walking.signed_in(person).post(address, {"dataset": key}, walking.JSON)
        return answer.status_code, re.sub(r"[0-9a-f]{32}", "", answer.content.decode())

    refused = put(pia, hidden)
    assert refused[0] == 422 and refused == put(pia, "DS-99999")
    assert put(pia, sets[3].things["dataset"].key)[0] == 200
    assert put(keeper, hidden)[0] == 200  # who is cleared


def lists() -> list[str]:
    return [route for route, parts in walking.own_routes() if not parts and claims.door_of(route) == claims.LIST]


def rows(answer: Any) -> Any:
    """What a list answers, but for its address of the next page, which repeats what was asked."""
    return {name: value for name, value in json.loads(answer.content).items() if name != "next"}


def test_case_03_no_parameter_reaches_into_what_is_hidden(growth: Domain) -> None:
    """Parameters that nobody described change nothing; an order by a path is refused with the orders that there are."""
    low, keeper, world, sets = planted(BELOW[3], growth)
    client, all_of_it = walking.signed_in(low), walking.signed_in(keeper)
    hidden = {one.word for one in world.secrets if BELOW[3].is_hidden(one)}
    word, met, compared = sets[5].things["dataset"].title, set(), 0
    for route in lists():
        url = reverse(route)
        plain = client.get(url)
        if plain.status_code != 200 or route in claims.ASKED:
            continue
        met |= words(all_of_it.get(url).content.decode()) & hidden
        known = set(walking.questions(route))
        unknown = [name for name in PARAMETERS if name not in known]
        for value in ("*", word, "dataset,columns,owner"):  # all of them at once: none of them may do anything
            answer = client.get(url, dict.fromkeys(unknown, value))
            assert answer.status_code == 200 and rows(answer) == rows(plain), (route, value)
            compared += 1
        if "ordering" in known:
            for path in ("dataset__thing__title", "columns__name", "-thing__declared", "?"):
                refused = client.get(url, {"ordering": path})
                assert refused.status_code == 422 and "ordering" in json.loads(refused.content)["errors"], (route, path)
    assert compared > 60 and len(met) > 30  # the control: to who is cleared the same lists show hidden words


def test_case_19_described_options_and_forms_offer_no_hidden_choice(growth: Domain) -> None:
    """OPTIONS over the API, and every form to begin something; who is cleared is offered what is planted."""
    reader = BELOW[3]
    low, keeper, world, _sets = planted(reader, growth)
    hidden = {one.word for one in world.secrets if reader.is_hidden(one)}
    begins = [
        route for route, parts in walking.own_routes()
        if not parts and claims.door_of(route) == claims.PAGE
        and re.search(r"-(new|ask|plan|propose|draft|add)$", route)
    ]  # fmt: skip
    offered = {low: 0, keeper: 0}
    for person in offered:
        client = walking.signed_in(person)
        for route in begins:
            found = words(client.get(reverse(route)).content.decode())
            offered[person] += len(found & hidden)
        for route in lists():
            described = client.options(reverse(route), headers={"accept": "application/json"})
            assert described.status_code in (200, 403, 405), route
            assert not words(described.content.decode()), route
    assert len(begins) >= 8
    assert offered[low] == 0 and offered[keeper] > 5


def test_case_24_the_description_of_the_api_holds_no_data(growth: Domain) -> None:
    """It is the same for everybody, the one that is kept, and has no word of a world that was planted."""
    low, keeper, _world, _sets = planted(LOW, growth)
    answers = [walking.signed_in(person).get("/api/schema/?format=json") for person in (low, keeper)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].content == answers[1].content
    assert not words(answers[0].content.decode())
    told = json.loads(answers[0].content)
    stored = json.loads((walking.ROOT / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8"))
    assert told["paths"].keys() == stored["paths"].keys() and told["components"] == stored["components"]
    assert words(walking.signed_in(keeper).get("/api/v1/datasets/").content.decode())  # the control: there is data


@pytest.mark.parametrize("door", ["/api/v1/datasets/{key}/", "/catalog/datasets/{key}/"])
def test_case_22_what_one_was_answered_is_not_given_to_another(door: str, growth: Domain) -> None:
    """A mark of the version does not open, one browser shows the next person their own, and no cache may keep it."""
    low, keeper, _world, sets = planted(LOW, growth)
    url = door.format(key=sets[5].things["dataset"].key)
    client = walking.signed_in(keeper)
    first = client.get(url)
    assert first.status_code == 200 and words(first.content.decode())
    marks = {"If-None-Match": first.get("ETag", '"1"'), "If-Modified-Since": "Mon, 23 Nov 2099 00:00:00 GMT"}
    client.force_login(low)
    for headers in ({}, marks, {"If-None-Match": "*"}):
        second = client.get(url, headers=headers)
        assert second.status_code == 404, headers
        assert not words(second.content.decode()) and "ETag" not in second
    for answer in (first, second):
        assert "private" in answer["Cache-Control"] and "no-cache" in answer["Cache-Control"]
        assert "Cookie" in answer["Vary"]
    assert KEEPER.rank == 5
