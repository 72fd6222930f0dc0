"""A page offers a step to whoever may take it, and only people who can do what a form asks of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from catalog import actions
from guard.models import Domain
from people.choosing import cleared_beside
from people.models import User
from tests.catalog import make
from tests.metrics.call import client_of
from web.forms import LevelField

Cast = dict[str, User]
pytestmark = pytest.mark.django_db


def text(person: User, address: str, **more: Any) -> str:
    answer = client_of(person).get(address, **more)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.mark.parametrize(
    ("address", "step", "may", "may_not"),
    [
        ("/prds/", "/prds/new/", "priya", "sam"),
        ("/demand/insights/", "/demand/insights/new/", "priya", "sam"),
        ("/demand/interviews/", "/demand/interviews/new/", "priya", "grace"),
        ("/catalog/products/", "/catalog/products/new/", "priya", "sam"),
        ("/catalog/", "/catalog/products/new/", "grace", "sam"),
    ],
)
def test_a_list_offers_to_begin_to_whoever_may(cast: Cast, address: str, step: str, may: str, may_not: str) -> None:
    link = f'href="{step}"'
    assert link in text(cast[may], address)
    assert link not in text(cast[may_not], address), "neither at the head nor where the list is empty"


def test_a_dataset_offers_changes_to_its_keepers_only(cast: Cast, growth: Domain) -> None:
    orders = make.dataset(cast["omar"], growth, "shop.orders", {"order_id": 2})
    address = f"/catalog/datasets/{orders.key}/"
    steps = ("/describe/", "/propose/")
    assert all(step in text(cast["omar"], address) for step in steps)
    seen = text(cast["sam"], address)
    assert "order_id" in seen and not any(step in seen for step in steps)
    assert "/appoint/" in text(cast["grace"], address) and "/appoint/" not in seen


def test_a_sheet_of_levels_is_asked_only_of_who_may_propose(cast: Cast, growth: Domain) -> None:
    orders = make.dataset(cast["omar"], growth, "shop.orders", {"order_id": 2})
    sheet = 'name="sheet"'
    assert sheet in text(cast["omar"], "/governance/levels/")
    assert sheet not in text(cast["sam"], "/governance/levels/")
    actions.appoint_owner(by=cast["grace"], of=make.fresh(orders), person=cast["sam"])
    assert sheet in text(cast["sam"], "/governance/levels/"), "an owner proposes for what they own"


def test_a_form_offers_people_who_are_cleared_where_one_works(cast: Cast, growth: Domain) -> None:
    offered = set(cleared_beside(cast["priya"]).values_list("username", flat=True))
    assert {"tom", "grace", "sam"} <= offered
    assert not {"otto", "ada", "cli"} & offered, "nobody without a clearance there, and no service account"
    assert not cleared_beside(cast["otto"]).exists()
    page = text(cast["priya"], "/decisions/new/")
    assert 'value="tom"' in page and 'value="otto"' not in page


def test_levels_to_choose_from_are_named_in_the_readers_language() -> None:
    field = LevelField()
    with translation.override("zh-hans"):
        assert "L3 机密" in [str(label) for _value, label in field.choices]
    with translation.override("en"):
        assert "L3 Confidential" in [str(label) for _value, label in field.choices]
