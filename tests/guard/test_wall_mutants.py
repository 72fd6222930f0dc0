"""Every word of the wall, broken once: the equality of the database and the policy in Python notices each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from guard.rules import live
from guard.wall import PASSED, building
from tests.guard import wall_worlds
from tests.guard.wall_mutants import CONDITION, Mutant, mutants_of, opened, texts
from tests.guard.wall_worlds import World
from tests.house.doors.planting import gardener
from tests.properties.test_policy_equals_sql import behind_the_wall

pytestmark = pytest.mark.django_db
NOBODY = "who reads is always said in these worlds; unsaid it is an error instead of nobody, and gives as little"
MOMENT = "no row ends at the very moment at which a statement began to be carried out"
HERE = "asked is whether there are ceilings at all, of whatever grade: who left has none"
#: ends of what mutants are called, and why nobody is given anything else by them
EQUIVALENT: dict[str, str] = {
    "current_setting('throughline.reader', true), '')::bigint | true -> false": NOBODY,
    "current_setting('throughline.reader', true), '')::bigint)) | true -> false": NOBODY,
    "current_setting('throughline.reader', true), '')::bigint; | true -> false": NOBODY,
    "'')::bigint; about unwalled.guard_thing; facts jsonb; | true -> false": NOBODY,
    "AND s.person_id = nullif(current_setting('throughline.reader', true), '')::bigint | 1 -> 0": HERE,
    "AND s.person_id = nullif(current_setting('throughline.reader', true), '')::bigint | 1 -> 2": HERE,
    "statement_timestamp()) | > -> >=": MOMENT,
    "statement_timestamp()))))) | > -> >=": MOMENT,
    "ANY ((SELECT guard_wall_teams())::bigint[]) | > -> >=": MOMENT,
    "::int - 1) END < needed | 1 -> 0": "below the lowest grade there is none: a rule on it leaves nothing either way",
    "ELSE r -> 'kinds' ? about.kind END) | ALL -> ANY":
        "this place spares work: what it lets pass by mistake is judged again at the end",
}  # fmt: skip


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The worlds, and what the policy in Python says of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '120s'")
    with gardener(None):
        yield wall_worlds.build()


@pytest.fixture
def once_more(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], str]], None]:
    """The wall put up once more where the product's role may, among its temporary functions, and asked from then on."""
    real = building.opens

    def ask(change: Callable[[str], str] = str) -> None:
        monkeypatch.setattr(building, "opens", lambda grade, row="": temporary(change(real(grade, row))))

    for text in texts().values():
        put_up(text)
    ask()
    return ask


def temporary(text: str) -> str:
    """A text with the wall's functions named where temporary ones are."""
    return text.replace("guard_wall_", "pg_temp.guard_wall_")


def put_up(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{temporary(text)} {PASSED}")


class Judge:
    """Holds what the database gives against what the policy in Python gives; what noticed last is asked first."""

    def __init__(self, world: World) -> None:
        self.world, self.cells = world, list(world.expected)
        self.known = {thing.pk for thing in world.things.values()}

    def noticed(self) -> str:
        """Where the two part; empty for nowhere."""
        book = ""
        for cell in self.cells:
            if cell[0] != book:
                book = cell[0]
                live.publish(wall_worlds.books()[book][0])
            if behind_the_wall(self.world.people[cell[1]], cell[2]) & self.known != self.world.expected[cell]:
                self.cells.remove(cell)
                self.cells.insert(0, cell)
                return f"{cell[0]}, {cell[1]}, grade {cell[2]}"
        return ""


def caught(judge: Judge, mutant: Mutant, ask: Callable[[Callable[[str], str]], None]) -> str:
    """What noticed a mutant: a difference, or an error of the database, which gives nothing to anybody."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                if mutant.where == CONDITION:
                    ask(mutant.of)
                else:
                    put_up(mutant.of(texts()[mutant.where]))
                return judge.noticed()
        except DatabaseError as fault:
            return f"an error: {fault}"
        finally:
            ask(str)
            transaction.set_rollback(True)


def test_the_wall_that_stands_gives_what_the_policy_gives_in_these_worlds(world: World) -> None:
    assert Judge(world).noticed() == ""


@pytest.mark.parametrize("where", [*texts(), CONDITION])
def test_no_word_of_it_can_be_broken_unnoticed(
    world: World, once_more: Callable[[Callable[[str], str]], None], where: str
) -> None:
    judge, mutants = Judge(world), mutants_of(where)
    assert judge.noticed() == ""
    told = {mutant.name: caught(judge, mutant, once_more) for mutant in mutants}
    survived = {name for name, by in told.items() if not by}
    spared = {name for name in told if name.endswith(tuple(EQUIVALENT))}
    assert survived == spared, survived ^ spared
    assert len(told) > len(spared)
    assert judge.noticed() == ""  # and the last one is gone


def test_every_function_of_the_wall_in_the_database_is_broken_here() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT proname FROM pg_proc WHERE proname LIKE 'guard\\_wall\\_%'")
        assert {name for (name,) in cursor.fetchall()} == set(texts())
    assert sum(len(mutants_of(where)) for where in [*texts(), CONDITION]) > 200


def test_the_texts_are_whole() -> None:
    """A condition of several grades has its words in the same places, so one mutant is the same of each."""
    assert len({len(opened(grade)) for grade in range(1, 7)}) == 1
    assert "guard_wall_closed" in opened(1)
