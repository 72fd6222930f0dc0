"""`manage.py trace check`: rooms and thread say one thing; a joint that was broken by hand is found."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError

from guard.models import Link, Thing
from guard.relations import RELATIONS, TRUTHS
from tests.trace import whole
from trace import check

LOOK = "a test looks at what is there"
SPEAKING = {(one.source, one.code) for one in RELATIONS.values() if one.joint_only}
KINDS = {"stone"}  # of the tests' own ground


def joints() -> dict[tuple[str, str], int]:
    """One joint of each kind, by kind of its source and relation."""
    rows = Link.objects.unrestricted(LOOK).order_by("pk").values_list("source__kind", "relation", "pk")
    return {(kind, relation): pk for kind, relation, pk in rows}


def key_of(pk: int) -> str:
    return Thing.objects.unrestricted(LOOK).get(pk=pk).key


@pytest.mark.django_db
def test_after_the_verbs_of_every_room_nothing_differs(cast, growth, manage) -> None:
    here = whole.thread(cast, growth)
    assert list(check.differences()) == []
    there = {relation for relation in joints() if relation[0] not in KINDS}
    assert there >= set(TRUTHS), set(TRUTHS) - there
    assert {(one.source, one.code) for one, count in check.joints_only() if count} >= {
        pair for pair in SPEAKING if pair[0] not in KINDS
    }
    whole.rewritten(here)
    whole.redefined(here)
    assert list(check.differences()) == []
    said = manage("trace", "check")
    assert "joint only: product contains dataset (1)" in said
    assert "Every joint agrees" in said


@pytest.mark.django_db(transaction=True)
def test_a_joint_broken_by_hand_is_found_for_every_relation(cast, growth, as_owner, manage) -> None:
    """By the owner of the tables, past every door: taken away, turned to another role, made up, of another kind."""
    whole.thread(cast, growth)
    found = joints()
    for kind, relation in sorted(TRUTHS):
        number = found[kind, relation]
        link = Link.objects.unrestricted(LOOK).get(pk=number)
        ends = f"{key_of(link.source_id)} {relation} {key_of(link.target_id)}"
        row = as_owner(f"SELECT to_jsonb(l) FROM guard_link l WHERE id = {number}").fetchone()[0]

        as_owner(f"DELETE FROM guard_link WHERE id = {number}")
        assert list(check.differences()) == [f"missing: {ends} {link.role}".rstrip()], (kind, relation)

        kept = json.dumps(row | {"role": "made_up"}).replace("'", "''")
        as_owner(f"INSERT INTO guard_link SELECT * FROM jsonb_populate_record(null::guard_link, '{kept}')")
        assert list(check.differences()) == [
            f"missing: {ends} {link.role}".rstrip(), f"unfounded: {ends} made_up",
        ], (kind, relation)  # fmt: skip
        as_owner(f"UPDATE guard_link SET role = '{link.role}' WHERE id = {number}")
        assert list(check.differences()) == []

    as_owner(f"UPDATE guard_link SET relation = 'feeds' WHERE id = {found['product', 'offers']}")
    assert list(check.differences()) == ["undeclared: product feeds metric (1)"]
    with pytest.raises(CommandError, match="1 joints disagree"):
        manage("trace", "check")
