"""A comment on a sentence follows its sentence through the versions of a PRD, or is shown without its words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from guard.models import Domain, Entry
from people.models import User
from prds import actions
from prds.models import PrdSection
from talk.actions import add_comment, resolve_comment
from talk.blocking import open_blocking_comments
from talk.models import Comment
from tests.prds import make
from tests.whole import whole

pytestmark = pytest.mark.django_db
LOOK = "a test looks at what is there"
COST = "It costs about 40 orders a day"


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    world = make.world(cast, growth)
    make.written(world)
    return world


def said(here: make.World, exact: str = COST, section: str = "problem", **more: Any) -> Comment:
    return add_comment(by=here.cast["sam"], on=here.prd, body="Says who?", section=section, exact=exact, **more)


def revise(here: make.World, **bodies: str) -> None:
    actions.revise_prd(by=here.cast["priya"], prd=make.fresh(here.prd), bodies=bodies)


def body(here: make.World, slug: str) -> str:
    rows = PrdSection.objects.unrestricted(LOOK).filter(version=make.fresh(here.prd).current, slug=slug)
    return rows.get().body_md


def now(comment: Comment) -> tuple[str, str]:
    found = Comment.objects.unrestricted(LOOK).get(pk=comment.pk)
    return found.state, found.section


def test_it_stays_on_its_sentence_while_others_change_around_it(here: make.World) -> None:
    comment = said(here)
    revise(here, problem=f"Another voice said so, too.\n{body(here, 'problem')}", goals=body(here, "goals") + "\nMore.")
    assert now(comment) == ("open", "problem")
    kept = Comment.objects.unrestricted(LOOK).get(pk=comment.pk)
    assert kept.suffix.startswith("; if nothing is done")


def test_it_moves_with_its_sentence_into_another_section(here: make.World) -> None:
    comment = said(here)
    revise(here, problem="Breaks are seen late.", users=f"{body(here, 'users')}\n{COST.replace(' ', chr(10), 1)}.")
    assert now(comment) == ("open", "users")


def test_it_is_an_orphan_when_its_sentence_is_gone_and_comes_back_with_it(here: make.World) -> None:
    comment, before = said(here, is_blocking=True), body(here, "problem")
    revise(here, problem="It costs about 55 orders a day; if nothing is done that stays so.")
    assert now(comment) == ("orphaned", "problem")
    assert [one.pk for one in open_blocking_comments(here.prd.thing)] == [comment.pk]  # cutting words answers nothing
    entry = Entry.objects.unrestricted(LOOK).filter(verb="prd.revised").latest("pk")
    assert json.loads(entry.payload)["orphaned"] == 1
    revise(here, problem=before)
    assert now(comment) == ("open", "problem")


def test_a_settled_one_and_one_on_the_whole_section_are_left_alone(here: make.World) -> None:
    settled, whole = said(here), said(here, exact="")
    resolve_comment(by=here.cast["sam"], comment=settled)
    revise(here, problem="Nothing of it is left.")
    assert (now(settled), now(whole)) == (("resolved", "problem"), ("open", "problem"))


def test_the_api_and_the_page_show_what_became_of_it(here: make.World) -> None:
    sam, priya = Client(), Client()
    sam.force_login(here.cast["sam"])
    priya.force_login(here.cast["priya"])
    key, kind = here.prd.key, "application/json"
    given = {"thing": key, "body": "Says who?", "section": "problem", "exact": "40 orders", "prefix": "It costs about "}
    made = sam.post("/api/v1/comments/", {**given, "is_blocking": True}, content_type=kind)
    assert made.status_code == 201, made.content

    def listed() -> tuple[str, str]:
        row = sam.get(f"/api/v1/comments/?thing={key}").json()["results"][0]
        return row["state"], row["section"]

    def write(text: str) -> None:
        said = priya.post(f"/api/v1/prds/{key}/revise/", {"bodies": {"problem": text}}, content_type=kind)
        assert said.status_code == 200, said.content

    write(f"We counted 40 orders in May. {body(here, 'problem')}")
    assert listed() == ("open", "problem")
    kept = Comment.objects.unrestricted(LOOK).get(pk=made.json()["id"])
    assert kept.prefix.endswith("It costs about")  # not the other forty
    write("It costs a lot.")
    assert listed() == ("orphaned", "problem")
    page = whole(sam, f"/prds/{key}/")
    assert "Its words are gone" in page and "blocks approval" in page
    assert f"/talk/comments/{kept.pk}/resolve/" in page  # it can still be settled
