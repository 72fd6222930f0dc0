"""High water: no thing is less strict than what it carries, however the levels below it move."""

from __future__ import annotations

from guard import things
from guard.models import Domain, Thing
from people.models import User
from tests.guard.ground import find_stone, join_stone, weigh_stone

ALL = "a test looks at every row"


def level_of(thing: Thing) -> int:
    return Thing.objects.unrestricted(ALL).get(pk=thing.pk).level


def test_a_raise_travels_up_every_whole_joint_and_a_lowering_travels_back(growth: Domain, omar: User) -> None:
    base, middle, top = (find_stone(by=omar, title=t, domain=growth, level=1) for t in ("base", "middle", "top"))
    join_stone(by=omar, stone=middle, relation="rests_on", on=base)
    join_stone(by=omar, stone=top, relation="rests_on", on=middle)
    weigh_stone(by=omar, stone=base, level=4)
    assert [level_of(t) for t in (base, middle, top)] == [4, 4, 4]
    weigh_stone(by=omar, stone=base, level=2)
    assert [level_of(t) for t in (base, middle, top)] == [2, 2, 2]


def test_a_thing_never_falls_below_what_it_declares_itself(growth: Domain, omar: User) -> None:
    base, top = (
        find_stone(by=omar, title="b", domain=growth, level=4),
        find_stone(by=omar, title="t", domain=growth, level=3),
    )
    join_stone(by=omar, stone=top, relation="rests_on", on=base)
    weigh_stone(by=omar, stone=base, level=1)
    assert level_of(top) == 3


def test_a_joint_in_part_carries_only_what_its_columns_need(growth: Domain, omar: User) -> None:
    base, top = (
        find_stone(by=omar, title="b", domain=growth, level=5),
        find_stone(by=omar, title="t", domain=growth, level=1),
    )
    join_stone(by=omar, stone=top, relation="leans_on", on=base, columns=["a"], carried_rank=2)
    assert level_of(top) == 2
    plain = find_stone(by=omar, title="p", domain=growth, level=1)
    join_stone(by=omar, stone=plain, relation="touches", on=base)
    assert level_of(plain) == 1


def test_a_joint_in_part_without_columns_counts_as_whole(growth: Domain, omar: User) -> None:
    base, top = (
        find_stone(by=omar, title="b", domain=growth, level=5),
        find_stone(by=omar, title="t", domain=growth, level=1),
    )
    join_stone(by=omar, stone=top, relation="leans_on", on=base)
    assert level_of(top) == 5


def test_settling_ends_on_a_cycle(growth: Domain, omar: User) -> None:
    a, b = (find_stone(by=omar, title=t, domain=growth, level=1) for t in "ab")
    join_stone(by=omar, stone=a, relation="rests_on", on=b)
    join_stone(by=omar, stone=b, relation="rests_on", on=a)
    weigh_stone(by=omar, stone=a, level=3)
    assert (level_of(a), level_of(b)) == (3, 3)


def test_keys_start_at_1001_and_are_never_given_twice(growth: Domain, omar: User) -> None:
    first, second = (find_stone(by=omar, title=t, domain=growth) for t in "ab")
    assert (first.key, second.key) == ("STO-1001", "STO-1002")
    assert things.thing_of(first) is first
