"""A review is kept by who proposed it; when its dataset rose above them it says that one's key and not its name."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from governance import actions
from governance.models import LevelReview
from guard.models import Domain
from people.models import User
from tests.governance import make

LIST = "/governance/reviews/"


@pytest.fixture
def reviews(growth: Domain, omar: User, grace: User, mei: User, tom: User) -> dict[str, LevelReview]:
    """Three proposals of Mei's: the middle one lifts its dataset above her."""
    found = {}
    for name, rank in (("aardvark", 3), ("zebra", 5), ("monkey", 3)):
        dataset = make.orders(omar, growth, grace, {"id": 2}, name=f"shop.{name}", owner=tom)
        found[name] = actions.propose_levels(by=mei, dataset=dataset, levels={"id": rank}, reason="It names people.")
    return found


def get(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def order(text: str) -> list[str]:
    """Keys of reviews as they stand in an answer."""
    return list(dict.fromkeys(re.findall(r"REV-\d+", text)))


def test_case_08_sorting_by_a_hidden_name_tells_nothing_of_it(
    reviews: dict[str, LevelReview], mei: User, grace: User
) -> None:
    """Who may read it finds it by its name and at its place; to Mei it stands at its key, whatever it is called."""
    keys = {name: review.key for name, review in reviews.items()}
    by_name = [keys[name] for name in ("aardvark", "monkey", "zebra")]
    assert order(get(grace, f"{LIST}?sort=dataset")) == by_name
    assert order(get(grace, f"{LIST}?sort=-dataset")) == by_name[::-1]
    assert order(get(mei, f"{LIST}?sort=dataset")) == [keys[name] for name in ("zebra", "aardvark", "monkey")]
    for start in range(1, len("zebra") + 1):  # letter by letter
        assert order(get(grace, f"{LIST}?q={'zebra'[:start]}")).count(keys["zebra"]) == 1
        assert keys["zebra"] not in order(get(mei, f"{LIST}?q={'zebra'[:start]}"))
    assert order(get(mei, f"{LIST}?q=aardv")) == [keys["aardvark"]]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?format=csv", f"{LIST}{{key}}/", "/api/v1/reviews/{key}/"])
def test_case_13_a_review_does_not_name_a_dataset_that_rose_above_its_reader(
    reviews: dict[str, LevelReview], mei: User, grace: User, address: str
) -> None:
    review = reviews["zebra"]
    text = get(mei, address.format(key=review.key))
    assert review.key in text and review.dataset.key in text
    assert "zebra" not in text
    if "/api/" not in address:  # the API names a dataset by its key to everybody
        assert "zebra" in get(grace, address.format(key=review.key))
