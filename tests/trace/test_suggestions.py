"""What is offered for a misspelt word tells nobody a word of a thing that they may not see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, SearchWord
from guard import things
from guard.doors import act
from guard.policy import Who
from tests.catalog import make

pytestmark = pytest.mark.django_db


@act("test.given", who=Who(anyone=True))
def show(*, by: Any, dataset: Dataset, person: Any) -> None:
    things.give(dataset, reason="grant", grade=2, person=person)


@pytest.fixture
def shelf(omar: Any, otto: Any, growth: Any) -> None:
    """One dataset that Otto may read, and restricted ones with telling words, one of them the head of his."""
    open_to_otto = make.dataset(omar, growth, "shop.birds", {"id": 2}, title="Albatross sightings")
    show(by=omar, dataset=open_to_otto, person=otto)
    make.dataset(omar, growth, "shop.p1", {"victim": 5}, title="Zanzibar layoff list", description="A quokka.")
    make.dataset(omar, growth, "shop.p2", {"target": 5}, title="Alba takeover")
    assert set(SearchWord.objects.filter(word__in=["zanzibar", "quokka", "alba", "albatross"])) != set()


def asked(client: Client, q: str, way: str) -> tuple[str, str]:
    """Everything that the answer says, and its suggestion as far as the way has a member for it."""
    if way == "api":
        answer = client.get("/api/v1/search/", {"q": q})
        assert answer.status_code == 200
        return answer.content.decode(), answer.json()["mended"]
    headers = {"HX-Request": "true"} if way == "fragment" else {}
    answer = client.get("/search/", {"q": q}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode(), ""


@pytest.mark.parametrize("way", ["page", "fragment", "api"])
@pytest.mark.parametrize(
    ("typed", "hidden"),
    [
        ("zanzibr", "zanzibar"), ("zanzibar layof", "layoff"), ("quoka", "quokka"), ("victm", "victim"),
        ("albatross quoka", "quokka"), ("sightings zanzibr", "zanzibar"), ("takeovr", "takeover"),
        ("bird victm", "victim"),
    ],
)  # fmt: skip
def test_a_misspelt_hidden_word_is_never_offered(
    shelf: None, otto: Any, grace: Any, typed: str, hidden: str, way: str
) -> None:
    client = Client()
    client.force_login(otto)
    text, mended = asked(client, typed, way)
    assert hidden not in text.lower().replace(typed, "")
    assert mended == ""


@pytest.mark.parametrize("way", ["page", "fragment", "api"])
@pytest.mark.parametrize("typed", ["allba", "aalba", "alba"])
def test_a_hidden_word_is_not_offered_because_a_visible_one_begins_with_it(
    shelf: None, otto: Any, typed: str, way: str
) -> None:
    client = Client()
    client.force_login(otto)
    text, mended = asked(client, typed, way)
    assert mended in ("", "albatross")
    assert "“alba”" not in text
    assert "takeover" not in text.lower()


def test_a_visible_word_is_offered_and_whoever_may_see_the_hidden_one_gets_it(
    shelf: None, otto: Any, grace: Any
) -> None:
    client = Client()
    client.force_login(otto)
    text, mended = asked(client, "bird sigtings", "api")
    assert mended == "bird sighting"
    assert "Albatross sightings" in text
    client.force_login(grace)
    assert asked(client, "zanzibr", "api")[1] == "zanzibar"
    assert asked(client, "allba", "api")[1] == "alba"
    assert "“zanzibar”" in asked(client, "zanzibr", "page")[0]


def test_more_of_what_was_mended_can_be_asked_for(grace: Any, omar: Any, growth: Any) -> None:
    make.load(omar, growth, make.rows(30))
    client = Client()
    client.force_login(grace)
    seen: list[str] = []
    query: dict[str, Any] = {"q": "ordres", "limit": 12, "cursor": ""}
    while query["cursor"] is not None:
        answer = client.get("/api/v1/search/", query).json()
        assert answer["mended"] == "order"
        seen += [hit["key"] for hit in answer["results"]]
        query["cursor"] = answer["next"]
    assert len(seen) == len(set(seen)) == 30
