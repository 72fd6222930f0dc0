"""Comments: said once, seen by readers, resolved by who may, never outliving withdrawn words."""

from __future__ import annotations

import pytest

from guard.doors import act
from guard.models import Entry
from guard.policy import Who
from guard.refusals import Absent, Denied, Invalid
from people.models import Notice
from talk import actions, anchors
from talk.blocking import open_blocking_comments
from talk.changes import re_anchor
from talk.models import Comment
from tests.catalog import make
from tests.whole import whole

ALL = "a test looks at what is there"


@pytest.fixture
def product(priya, growth):
    return make.product(priya, growth)


def say(person, product, body="Who counts as eligible?", **words):
    return actions.add_comment(by=person, on=product, body=body, **words)


def fresh(comment):
    return Comment.objects.unrestricted(ALL).select_related("thing__domain", "author").get(pk=comment.pk)


def test_it_is_rendered_once_and_safe(product, sam):
    comment = say(sam, product, "**Why** <script>alert(1)</script>")
    assert "<strong>Why</strong>" in comment.body_html
    assert "<script" not in comment.body_html


def test_who_may_not_read_the_thing_may_neither_speak_nor_read(product, sam, otto):
    say(sam, product)
    with pytest.raises(Absent):
        say(otto, product)
    assert Comment.objects.visible_to(otto).count() == 0
    assert Comment.objects.visible_to(sam).count() == 1


@pytest.mark.parametrize("body", ["", "   ", "x" * 10_001])
def test_it_refuses_nothing_and_too_much(product, sam, body):
    with pytest.raises(Invalid):
        say(sam, product, body)


def test_its_words_are_not_in_the_ledger(product, sam):
    say(sam, product, "a very particular sentence")
    assert "particular" not in Entry.objects.unrestricted(ALL).get(verb="comment.added").payload


def test_who_answers_for_the_thing_hears_of_it(product, priya, sam):
    say(sam, product)
    assert Notice.objects.unrestricted(ALL).filter(person=priya, code="comment.added").count() == 1
    say(priya, product)
    assert Notice.objects.unrestricted(ALL).filter(person=priya).count() == 1


def test_an_answer_never_blocks_and_stands_on_the_same_thing(product, priya, sam, growth):
    question = say(sam, product)
    answer = say(priya, product, "The checkout team.", reply_to=question, is_blocking=True)
    assert (answer.reply_to, answer.is_blocking) == (question, False)
    with pytest.raises(Invalid):
        say(priya, product, reply_to=say(sam, make.product(priya, growth, "Another")))


def test_a_blocking_one_is_not_waved_away_by_whom_it_blocks(product, priya, sam, grace):
    comment = say(sam, product, is_blocking=True)
    assert open_blocking_comments(product.thing) == [comment]
    with pytest.raises(Denied):
        actions.resolve_comment(by=priya, comment=fresh(comment))
    actions.resolve_comment(by=grace, comment=fresh(comment))
    assert open_blocking_comments(product.thing) == []


@act("test.text_changed", who=Who(anyone=True), subject="thing")
def change(*, by, thing, texts):
    return re_anchor(thing, texts)


def test_a_comment_whose_words_are_gone_is_an_orphan_and_still_blocks(product, sam):
    comment = say(sam, product, section="goals", exact="3.3 %", prefix="to ", suffix=" by", is_blocking=True)
    assert change(by=sam, thing=product.thing, texts={"goals": "raise it to 3.3 % by October"}) == 0
    assert change(by=sam, thing=product.thing, texts={"goals": "raise it somehow"}) == 1
    assert fresh(comment).state == "orphaned"
    assert open_blocking_comments(product.thing) == [comment]
    change(by=sam, thing=product.thing, texts={"goals": "up to 3.3 % by autumn"})
    assert fresh(comment).state == "open"


@act("test.withdrawn", who=Who(anyone=True), subject="thing")
def withdraw(*, by, thing):
    return actions.forget_words(thing)


def test_withdrawn_words_are_gone_from_comments(product, sam):
    comment = say(sam, product, "She said: scared people off", exact="scared people off")
    withdraw(by=sam, thing=product.thing)
    found = fresh(comment)
    assert "scared" not in f"{found.body_md} {found.body_html} {found.exact}"


def test_an_anchor_is_found_again_by_what_stands_around_it():
    text = "loss is 12 % now. Later the loss is 12 % again."
    prefix, suffix = "Later the loss is ", " again"
    assert anchors.find(text, "12 %", prefix, suffix) == text.rindex("12 %")
    assert anchors.find("New start. " + text, "12 %", prefix, suffix) == len("New start. ") + text.rindex("12 %")
    assert anchors.find(text, "13 %") == -1
    assert anchors.place_of({"a": text}, "a", "now") == anchors.Place(
        "a", "loss is 12 %", ". Later the loss is 12 % again."
    )


def test_words_are_followed_into_another_section_only_when_nothing_else_can_be_meant():
    sentence = "The coupon step scares people off."
    texts = {"goals": "Nothing.", "problem": f"He said:\n{sentence}", "users": "12 % of them."}
    found = anchors.place_of(texts, "goals", "The coupon step\nscares people off.")
    assert (found.section, found.prefix) == ("problem", "He said:")
    assert anchors.place_of(texts, "goals", "12 %") is None  # too short to be known again
    assert anchors.place_of(texts, "", "12 %").section == "users"  # no section was named
    assert anchors.place_of(texts | {"open": sentence}, "goals", sentence) is None  # which of the two?
    assert anchors.place_of(texts | {"goals": sentence}, "goals", sentence).section == "goals"


def test_the_panel_stands_on_the_page_and_its_forms_work(product, client, sam, priya, otto):
    home = f"/catalog/products/{product.key}/"
    say_to = f"/talk/{product.key}/comments/"
    client.force_login(sam)
    assert client.post(say_to, {"body": "Who counts?", "is_blocking": "on"}).status_code == 303
    assert "Who counts?" in whole(client, home)
    number = Comment.objects.unrestricted(ALL).get().pk
    assert client.post(say_to, {"body": "The team.", "reply_to": str(number)}).status_code == 303
    assert client.post(say_to, {"body": " "}).status_code == 422
    client.force_login(priya)
    assert client.post(f"/talk/comments/{number}/resolve/").status_code == 403
    client.force_login(otto)
    assert client.post(say_to, {"body": "x"}).status_code == 404
    assert client.post(f"/talk/comments/{number}/resolve/").status_code == 404


def test_the_api_says_the_same(product, client, sam, otto):
    client.force_login(sam)
    made = client.post("/api/v1/comments/", {"thing": product.key, "body": "Why?"}, content_type="application/json")
    assert made.status_code == 201
    number = made.json()["id"]
    listed = client.get(f"/api/v1/comments/?thing={product.key}").json()["results"]
    assert [(row["id"], row["author"], row["state"]) for row in listed] == [(number, "sam", "open")]
    assert client.post(f"/api/v1/comments/{number}/resolve/").json()["state"] == "resolved"
    client.force_login(otto)
    assert client.get(f"/api/v1/comments/?thing={product.key}").status_code == 404
    assert client.post(f"/api/v1/comments/{number}/resolve/").status_code == 404
