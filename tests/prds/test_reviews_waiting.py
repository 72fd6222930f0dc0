"""Whom a review waits for: until they approved the words as they are, and again after those words change."""

from __future__ import annotations

from prds import actions
from prds.lookup import reviews_waiting_for
from tests.prds import make


def roles(person):
    return [slot.role for slot in reviews_waiting_for(person)]


def test_a_review_waits_until_its_words_are_approved_and_again_when_they_change(cast, growth):
    here = make.world(cast, growth)
    prd = make.written(here)
    grace = cast["grace"]
    assert roles(grace) == [], "a draft asks nobody"
    actions.submit_prd(by=cast["priya"], prd=prd)
    assert roles(grace) == ["governance"]
    actions.review_prd(by=grace, slot=make.slot(prd, "governance"), verdict="comment", body="Looks sound.")
    assert roles(grace) == ["governance"], "a comment is no verdict"
    actions.review_prd(by=grace, slot=make.slot(prd, "governance"), verdict="approve")
    assert roles(grace) == []
    actions.revise_prd(by=cast["priya"], prd=make.fresh(prd), bodies={"fairness": "Nobody is ranked by anybody."})
    assert roles(grace) == ["governance"], "the words that she approved are no longer there"


def test_the_home_of_a_reviewer_does_not_ask_for_what_is_done(cast, growth, client):
    here = make.world(cast, growth)
    make.written(here)
    make.approve_all(here, without="governance")
    client.force_login(cast["ravi"])
    assert "You review it as" not in client.get("/").content.decode()
    client.force_login(cast["grace"])
    assert "You review it as Governance." in client.get("/").content.decode()
