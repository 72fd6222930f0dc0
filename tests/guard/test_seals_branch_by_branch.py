"""Each branch of the doors' seals, one by one: what a broken branch would let through is tried here."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Subquery

from guard.doors import act
from guard.doors.sealed import inside_door
from guard.doors.writing import CURRENT
from guard.models import Domain, Entry, Thing
from guard.policy import Who
from guard.refusals import Absent, Blocked, Denied, DoorError, SealedError
from people.models import User
from tests.catalog import make as catalog
from tests.guard.ground import cut_stone, find_stone

ALL = "a test looks at every row"


@pytest.fixture
def stones(growth: Domain, omar: User) -> list[Thing]:
    return [find_stone(by=omar, title=f"stone {level}", domain=growth, level=level) for level in (1, 3, 5)]


def test_a_sealed_subquery_is_refused_when_the_query_is_built(stones: list[Thing]) -> None:
    sealed = Thing.objects.filter(level=1)
    for build in (
        lambda: Domain.objects.filter(pk__in=sealed.values("domain_id")),
        lambda: Domain.objects.annotate(t=Subquery(sealed.values("title")[:1])),
    ):
        with pytest.raises(SealedError):
            build()  # not run


def test_the_inside_of_a_door_ends_with_what_it_was_opened_for(stones: list[Thing]) -> None:
    with inside_door():
        assert Thing.objects.count() == 3
    with pytest.raises(SealedError):
        Thing.objects.count()


def test_an_open_query_keeps_its_first_reader(stones: list[Thing], omar: User, grace: User) -> None:
    mine = Thing.objects.visible_to(omar)
    assert {t.level for t in mine.unrestricted(ALL)} == {1, 3} == {t.level for t in mine.visible_to(grace)}
    for other in (Thing.objects.unrestricted(ALL), Thing.objects.visible_to(grace)):
        with pytest.raises(SealedError):
            _ = mine.visible_to(grace).unrestricted(ALL) | other


def test_two_sealed_queries_are_not_even_combined(stones: list[Thing]) -> None:
    sealed = Thing.objects.all()
    for combine in (
        lambda: sealed | sealed,
        lambda: sealed & sealed,
        lambda: sealed ^ sealed,
        lambda: sealed.union(sealed),
    ):
        with pytest.raises(SealedError):
            combine()  # not run


@pytest.mark.parametrize("reason", ["", "because", "I need it"])
def test_a_word_is_no_reason(stones: list[Thing], reason: str) -> None:
    with pytest.raises(SealedError):
        Thing.objects.unrestricted(reason)


def test_raw_is_refused_of_a_manager_and_of_a_queryset(stones: list[Thing], grace: User) -> None:
    for rows in (Thing.objects, Thing.objects.visible_to(grace), Entry.objects.unrestricted(ALL)):
        with pytest.raises(SealedError):
            rows.raw("select * from guard_thing")


def test_parts_ask_for_their_own_grade(growth: Domain, omar: User, tom: User) -> None:
    from catalog.models import Column, Dataset
    from guard import things
    from tests.cast import make_person

    held = catalog.dataset(omar, growth, levels={"card": 4})
    reader = make_person("rita", growth)

    @act("test.read_given", who=Who(anyone=True))
    def give(*, by: Any, grade: int) -> None:
        things.give(held, reason="reader", grade=grade, person=reader)

    give(by=omar, grade=2)
    assert Dataset.objects.visible_to(reader).count() == 1 and Column.objects.visible_to(reader).count() == 0
    give(by=omar, grade=3)
    assert Column.objects.visible_to(reader).count() == 1


def test_a_part_of_two_parents_needs_both(growth: Domain, omar: User, priya: User) -> None:
    """Every path of POLICY_PATHS counts: a row that joins a seen and a hidden thing is hidden."""
    from guard.models import Link
    from tests.guard.ground import join_stone

    assert len(Link.POLICY_PATHS) == 2
    low = find_stone(by=omar, title="low", domain=growth, level=1)
    high = find_stone(by=omar, title="high", domain=growth, level=5)
    join_stone(by=omar, stone=low, relation="touches", on=high)
    assert Link.objects.visible_to(priya).count() == 0
    assert Link.objects.unrestricted(ALL).count() == 1


def test_the_quick_ways_to_write_are_closed_outside_an_act(stones: list[Thing]) -> None:
    for write in (
        lambda: Thing.objects.unrestricted(ALL)._raw_delete("default"),
        lambda: Thing.objects.unrestricted(ALL).filter(level=1).delete(),
        lambda: Thing.objects.unrestricted(ALL).bulk_update([stones[0]], ["level"]),
        lambda: Thing.objects.bulk_create([Thing(kind="stone", key="STO-9", domain=stones[0].domain, level=1)]),
        lambda: stones[0].delete(),
    ):
        with pytest.raises(DoorError, match="Thing is governed"):
            write()
    assert Thing.objects.unrestricted(ALL).count() == 3


@pytest.mark.parametrize("write", ["update", "delete", "bulk_update", "bulk_create", "create", "raw", "_raw_delete"])
def test_no_way_of_writing_the_ledger_is_left(stones: list[Thing], write: str) -> None:
    with pytest.raises(SealedError, match="append-only"):
        getattr(Entry.objects.unrestricted(ALL), write)()


def test_the_ledger_is_read_by_its_own_rule(stones: list[Thing], omar: User, priya: User, grace: User) -> None:
    with pytest.raises(Denied):
        cut_stone(by=priya, stone=stones[1])
    refused = {"verb": "stone.cut", "outcome": "refused"}
    assert Entry.objects.visible_to(priya).filter(**refused).count() == 1  # her own
    assert Entry.objects.visible_to(omar).filter(**refused).count() == 0  # a refusal of somebody else
    assert Entry.objects.visible_to(grace).filter(**refused).count() == 1
    mei = User.objects.get(username="mei")  # cleared to L3, and nothing of it was hers
    assert Entry.objects.visible_to(mei).filter(verb="stone.found").count() < 3
    User.objects.filter(pk=grace.pk).update(is_active=False)
    assert Entry.objects.visible_to(User.objects.get(pk=grace.pk)).count() == 0


def test_an_act_ends_with_itself_also_when_refused(stones: list[Thing], omar: User, priya: User) -> None:
    with pytest.raises(Denied):
        cut_stone(by=priya, stone=stones[1])
    assert CURRENT.get() is None
    cut_stone(by=omar, stone=stones[1])
    assert CURRENT.get() is None


def test_by_is_compulsory_when_defined_and_when_called(stones: list[Thing], omar: User) -> None:
    with pytest.raises(DoorError):

        @act("stone.counted", who=Who(anyone=True))
        def count(*, stone: Thing) -> None: ...

    with pytest.raises(DoorError):

        @act("stone.turned", who=Who(anyone=True))
        def turn(by: Any, stone: Thing) -> None: ...

    for call in (lambda: cut_stone(omar, stones[0]), lambda: cut_stone(by=None, stone=stones[0])):  # type: ignore[call-arg, misc]
        with pytest.raises(DoorError):
            call()


def test_an_inner_act_asks_the_policy_too(stones: list[Thing], priya: User, otto: User) -> None:
    @act("stone.passed_on", who=Who(anyone=True))
    def pass_on(*, by: Any, stone: Thing) -> None:
        cut_stone(by=by, stone=stone)

    with pytest.raises(Denied):
        pass_on(by=priya, stone=stones[0])
    with pytest.raises(Absent):
        pass_on(by=otto, stone=stones[0])


def test_a_refusal_inside_that_the_outer_act_copes_with_leaves_no_line_of_its_own(
    stones: list[Thing], growth: Domain, omar: User
) -> None:
    @act("stone.tried_gently", who=Who(anyone=True))
    def try_gently(*, by: Any, stone: Thing) -> str:
        try:
            cut_stone(by=by, stone=stone)
        except Blocked:
            return "left as it was"
        return "cut"

    heavy = find_stone(by=omar, title="a heavy stone", domain=growth)
    assert try_gently(by=omar, stone=heavy) == "left as it was"
    lines = Entry.objects.unrestricted(ALL).filter(verb__in=["stone.cut", "stone.tried_gently"])
    assert list(lines.values_list("verb", "outcome")) == [("stone.tried_gently", "done")]
