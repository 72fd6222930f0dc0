"""Rules in force at the doors: what they close, refuse and keep waiting; what they only warn of or count."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from guard import policy, things
from guard.doors import grade_of, grades_of
from guard.doors.acts import Acting
from guard.doors.reading import visible_sql
from guard.doors.writing import CURRENT
from guard.grades import Grades
from guard.models import Domain, RuleBook, Thing
from guard.refusals import DoorError
from guard.rules import live
from people.models import User
from tests.guard.rules import drawn
from tests.guard.rules.test_three_languages import QUIET
from tests.properties.grades import SHIPPED, tables, under
from tests.properties.test_policy_equals_sql import Undo, behind_the_wall, build, by_the_door, worlds
from web.why import explain

pytestmark = pytest.mark.django_db
HIGH = {"ge": [{"attr": "resource.level"}, 3]}


def row(number: int = 1, **given: Any) -> dict[str, Any]:
    """A rule in its stored form."""
    return {
        "key": f"RUL-{number}", "code": f"rule-{number}", "version": 1, "effect": "deny", "action": "columns",
        "kinds": [], "when": HIGH, "mode": "block", "title": "Columns of strict things", **given,
    }  # fmt: skip


def put_in_force(*rows: dict[str, Any]) -> None:
    """Publish, as the desk does inside its act."""
    token = CURRENT.set(Acting("test.ground", None))
    try:
        live.publish(rows)
    finally:
        CURRENT.reset(token)


def again(user: User) -> User:
    """The same person in the next request."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def stone(growth: Domain, cast: dict[str, User]) -> Thing:
    token = CURRENT.set(Acting("test.ground", cast["grace"]))
    try:
        return things.new_thing(kind="request", title="x", domain=growth, level=3)
    finally:
        CURRENT.reset(token)


def sees(user: User, thing: Thing, action: str) -> bool:
    """The answer of the list, the raw text and the single decision, which must be one."""
    user = again(user)
    by_list = Thing.objects.visible_to(user, action).filter(pk=thing.pk).exists()
    condition, parameters = visible_sql(user, action)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM guard_thing WHERE id = %s AND {condition}", [thing.pk, *parameters])
        by_text = bool(cursor.fetchone()[0])
    one = grade_of(user, thing) >= policy.ACTIONS[action]
    assert by_list == by_text == one == (grades_of(user, [thing])[thing.pk] >= policy.ACTIONS[action])
    return one


def test_a_rule_that_denies_takes_its_action_and_all_that_is_finer(omar: User, stone: Thing) -> None:
    assert sees(omar, stone, "profile")
    put_in_force(row())
    assert sees(omar, stone, "read")
    assert not sees(omar, stone, "columns") and not sees(omar, stone, "profile")


def test_a_decision_is_not_remembered_past_a_change_of_the_rules(omar: User, stone: Thing) -> None:
    """Case 23: list, raw text (compiled once a reader) and single decision follow the book at once, both ways."""
    for _round in range(2):
        assert sees(omar, stone, "columns")
        put_in_force(row())
        assert not sees(omar, stone, "columns")
        put_in_force()


def test_a_rule_spares_whom_its_condition_spares_and_kinds_out_of_scope(
    omar: User, sol: User, stone: Thing
) -> None:  # fmt: skip
    spare = {"and": [HIGH, {"not": {"has": [{"attr": "principal.roles"}, ["security"]]}}]}
    put_in_force(row(when=spare))
    assert not sees(omar, stone, "columns") and sees(sol, stone, "columns")
    put_in_force(row(kinds=["metric"]))
    assert sees(omar, stone, "columns")
    put_in_force(row(kinds=["metric", "request"]))
    assert not sees(omar, stone, "columns")


def test_a_domain_is_named_without_a_join(omar: User, stone: Thing) -> None:
    put_in_force(row(when={"eq": [{"attr": "resource.domain"}, "growth"]}))
    assert not sees(omar, stone, "columns")
    put_in_force(row(when={"in": [{"attr": "resource.domain"}, ["finance"]]}))
    assert sees(omar, stone, "columns")


def test_a_mask_leaves_the_masked_sample(omar: User, stone: Thing) -> None:
    token = CURRENT.set(Acting("test.ground", omar))
    things.give(stone, person=omar, reason="grant", grade=policy.RAW)
    CURRENT.reset(token)
    assert sees(omar, stone, "raw")
    put_in_force(row(effect="mask", action="raw"))
    assert not sees(omar, stone, "raw") and sees(omar, stone, "sample")


def test_a_rule_never_widens(otto: User, stone: Thing) -> None:
    put_in_force(row(effect="permit", action="exists", when=True), row(2, effect="deny", when=False))
    assert not sees(otto, stone, "exists")


@pytest.mark.parametrize("mode", ["warn", "dry_run", "off"])
def test_only_a_rule_in_block_mode_closes_anything(omar: User, stone: Thing, mode: str) -> None:
    put_in_force(row(mode=mode))
    assert sees(omar, stone, "profile")


def test_a_condition_that_cannot_be_read_any_more_closes(omar: User, stone: Thing) -> None:
    """Case 41: an unknown attribute denies at run time, in SQL and in Python."""
    put_in_force(row(when={"eq": [{"attr": "resource.colour"}, 1]}))
    assert not sees(omar, stone, "columns") and sees(omar, stone, "read")


def test_why_names_the_rule_that_closes_and_the_one_that_only_warns(omar: User, stone: Thing) -> None:
    put_in_force(row(1), row(2, action="profile", mode="warn"), row(3, mode="dry_run"))
    answer = explain(again(omar), stone)
    told = {one["rule"]: one["enough"] for one in answer["because"] if one["by"] == "rule"}
    assert told == {"RUL-1": False, "RUL-2": True}
    assert answer["grade"] == policy.READ and len(answer["policy"]) == 12


def test_a_book_is_never_changed_and_never_lost(omar: User, stone: Thing) -> None:
    put_in_force(row())
    with pytest.raises(DoorError):
        RuleBook.objects.create(digest="x", rules=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleBook.objects.update(rules=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleBook.objects.all().delete()
    missing = again(omar).principal.__class__(omar.pk, "omar", rulebook="f" * 64)
    with pytest.raises(LookupError):
        live.book_of(missing)


@QUIET
@given(
    world=worlds,
    table=st.just(SHIPPED) | tables,
    rules=st.lists(
        st.tuples(st.sampled_from(sorted(policy.ACTIONS)), st.sampled_from([[], ["dataset"]]), drawn.trees),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_with_rules_in_force_sql_and_python_still_agree_and_nobody_gains(
    db: None, world: dict[str, Any], table: Grades, rules: list[tuple[str, list[str], Any]]
) -> None:
    try:
        with transaction.atomic():
            token = CURRENT.set(Acting("test.drawn", None))
            try:
                user, built, _held = build(world)
                Thing.objects.unrestricted("a test makes its ground").filter(pk__in=[t.pk for t in built[:3]]).update(
                    kind="dataset"
                )
            finally:
                CURRENT.reset(token)
            rows = list(Thing.objects.unrestricted("a test reads its ground").filter(pk__in=[t.pk for t in built]))
            before = grades_of(under(again(user), table), rows)
            put_in_force(*[row(n, action=a, kinds=k, when=w) for n, (a, k, w) in enumerate(rules)])
            reader = under(again(user), table)
            after = grades_of(reader, rows)
            assert all(after[pk] <= before[pk] for pk in before)
            for action, needed in policy.ACTIONS.items():
                expected = {pk for pk, grade in after.items() if grade >= needed}
                assert by_the_door(reader, needed) & set(after) == expected
                if table == SHIPPED:
                    listed = set(Thing.objects.visible_to(reader, action).values_list("pk", flat=True))
                    assert listed == expected
                    assert behind_the_wall(reader, needed) & set(after) == expected
            raise Undo
    except Undo:
        pass
