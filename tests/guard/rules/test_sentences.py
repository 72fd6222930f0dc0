"""A rule is read as a sentence, in English and in Chinese, and every operator has its words."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from hypothesis import given, settings

from guard.rules import shipped
from guard.rules.rule import rule_of
from guard.rules.sentence import rule_sentence, sentence_of
from guard.rules.tree import read
from guard.rules.vocabulary import ATTRIBUTES, SIGHT
from tests.guard.rules import drawn
from tests.guard.rules.test_vocabulary import row
from tests.properties.grades import SHIPPED

TREE = {
    "and": [
        {"ge": [{"attr": "resource.level"}, 4]},
        {"not": {"or": [
            {"has": [{"attr": "principal.roles"}, ["privacy", "security"]]},
            {"exists": {"standing": ["grant"], "grade": 5}},
        ]}},
        {"in": [{"attr": "resource.kind"}, ["dataset"]]},
        {"lt": [{"attr": "principal.clearance"}, {"attr": "resource.level"}]},
        {"eq": [{"attr": "principal.active"}, True]},
    ]
}  # fmt: skip


def test_a_condition_is_said_in_english() -> None:
    assert sentence_of(read(TREE, SIGHT)) == (
        "the level is at least L4 and not (the person's roles hold any of: privacy, security or the person stands on it"
        " as grant with grade 5 or more) and the kind is one of: Dataset and the person's clearance there is below the"
        " level and the person's account is active"
    )


def test_a_condition_is_said_in_chinese() -> None:
    with translation.override("zh-hans"):
        said = sentence_of(read(TREE, SIGHT))
    assert "级别" in said and "L4" in said and "并且" in said
    assert "the " not in said and " is " not in said


def test_whole_rules_are_said_with_what_they_do() -> None:
    when = {"ge": [{"attr": "resource.level"}, 4]}
    said = {effect: rule_sentence(rule_of(row(effect, action, when))) for effect, action in (
        ("deny", "columns"), ("mask", "raw"), ("require", "grant.approved"), ("gate", "approve"), ("permit", "exists"),
    )}  # fmt: skip
    assert said["deny"] == (
        "Sight of its columns is closed for every kind of thing when this holds: the level is at least L4."
    )
    assert said["require"].startswith("The act grant.approved is refused for every kind of thing unless")
    assert len(set(said.values())) == 5
    assert all(rule_sentence(rule) for rule in shipped.shipped(SHIPPED))


@settings(max_examples=100, deadline=None)
@given(tree=drawn.trees)
def test_every_condition_can_be_said_and_says_different_things_differently(tree: Any) -> None:
    said, other = sentence_of(read(tree, SIGHT)), sentence_of(read({"not": tree}, SIGHT))
    assert said and said != other and "%(" not in said
    assert not any(name in said for name in ATTRIBUTES)
