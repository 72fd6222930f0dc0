"""What a PRD names and its author could not see is joined by the next save or the submission, in the same words."""

from __future__ import annotations

from typing import Any

import pytest

from guard import gates
from guard.models import Domain, Link
from people.models import User
from prds import actions
from tests.catalog import make as catalog
from tests.prds import make
from trace.check import differences

NAMED = "{{dataset:shop.dwd_order columns=order_id,buyer_id}} and {{dataset:shop.dwd_card}}"


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    """Written while one of its tables is L4 and so not there for its author."""
    catalog.dataset(cast["omar"], growth, "shop.dwd_card", {"card_no": None})
    found = make.world(cast, growth)
    make.written(found, make.TEXT.replace("{{dataset:shop.dwd_order columns=order_id,buyer_id}}", NAMED))
    return found


def said(prd: Any, who: User) -> list[str]:
    return [found.sentence for found in gates.blockers(make.fresh(prd), "approve", who) if found.id == "PRD-G3"]


def open_the_card(here: make.World) -> Any:
    from catalog.models import Dataset

    card = Dataset.objects.unrestricted(make.ALL).get(qualified_name="shop.dwd_card")
    catalog.approve_levels(by=here.cast["grace"], dataset=card, levels={"card_no": 3})
    return card


@pytest.mark.parametrize("way", ["save", "submit"])
def test_a_table_that_was_hidden_is_joined_once_the_author_sees_it(here: make.World, way: str) -> None:
    priya, prd = here.cast["priya"], here.prd
    assert ["“shop.dwd_card”" in sentence for sentence in said(prd, priya)] == [True]
    actions.revise_prd(by=priya, prd=prd, bodies={})
    assert len(said(prd, priya)) == 1, "still hidden, still missing"
    card = open_the_card(here)
    if way == "save":
        actions.revise_prd(by=priya, prd=make.fresh(prd), bodies={})
    else:
        actions.submit_prd(by=priya, prd=make.fresh(prd))
    assert not any("that the author may see" in sentence for sentence in said(prd, priya))
    assert Link.objects.visible_to(priya).filter(source_id=prd.pk, target_id=card.pk, relation="reads").exists()
    assert make.fresh(prd).current.number == 1, "the words are the same"
    assert list(differences()) == []
