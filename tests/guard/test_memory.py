"""What one reading request remembers: once a request, never across persons, never inside an act, never afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guard import memory, things
from guard.doors import grades_of, held_by
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.joints import closure, joints_from, joints_into, rows_of
from guard.models import Domain
from people.models import User
from tests.catalog import make


@pytest.fixture
def product(cast: dict[str, User], growth: Domain) -> Any:
    return make.product(cast["mei"], growth)


def asked(run: Any) -> int:
    with CaptureQueriesContext(connection) as sent:
        run()
    return len(sent)


def test_the_same_question_is_asked_once_and_only_while_memory_stands(product: Any, mei: User) -> None:
    assert mei.principal and asked(lambda: [held_by(mei, product.thing), held_by(mei, product.thing)]) == 2
    with memory.remembering(lambda: mei):
        assert asked(lambda: [held_by(mei, product.thing), held_by(mei, product.thing)]) == 1
        assert asked(lambda: things.standing_people(product, "owner")) == 0
    assert memory.standing() is None and asked(lambda: held_by(mei, product.thing)) == 1


def test_what_is_remembered_of_one_person_is_not_told_to_another(product: Any, mei: User, otto: User) -> None:
    with memory.remembering(lambda: mei):
        assert held_by(mei, product.thing)
        assert held_by(otto, product.thing) == []
        assert grades_of(otto, [product.thing])[product.pk] == 0 < grades_of(mei, [product.thing])[product.pk]


def test_grants_are_remembered_for_the_reader_alone(product: Any, mei: User, sam: User, otto: User) -> None:
    token = CURRENT.set(Acting("test.ground", mei))
    things.give(product, reason="grant", grade=6, person=otto)
    CURRENT.reset(token)
    with memory.remembering(lambda: sam):
        held_by(sam, product.thing)
        assert [held.grade for held in held_by(otto, product.thing)] == [6]
        assert things.standing_people(product, "grant") == [otto]


def test_an_act_remembers_nothing(product: Any, mei: User, tom: User) -> None:
    with memory.remembering(lambda: mei):
        things.standing_people(product, "steward")
        token = CURRENT.set(Acting("test.ground", mei))
        try:
            assert memory.standing() is None
            things.give(product, reason="steward", grade=4, person=tom)
            assert tom in things.standing_people(product, "steward")
        finally:
            CURRENT.reset(token)


def test_a_question_is_known_by_who_asks_and_about_what(mei: User, otto: User) -> None:
    said = []

    @memory.once
    def told(actor: User, about: str = "") -> str:
        said.append((actor.username, about))
        return f"{actor.username} {about}"

    with memory.remembering(lambda: mei):
        assert [told(mei), told(otto), told(mei), told(mei, about="x"), told(mei, about="x")] == [
            "mei ", "otto ", "mei ", "mei x", "mei x"
        ]  # fmt: skip
        told(mei, about=object())  # type: ignore[arg-type] - what has no name is asked each time
    assert len(said) == 4
    told(mei)
    assert len(said) == 5


def test_what_is_expected_is_read_with_the_first_question() -> None:
    read: list[list[int]] = []

    def load(keys: list[int]) -> list[tuple[int, str]]:
        read.append(keys)
        return [(key, f"row {key}") for key in keys]

    with memory.remembering():
        memory.expect("thing", [2, 3])
        assert [memory.rows_by("thing", key, load) for key in (1, 2, 3)] == [["row 1"], ["row 2"], ["row 3"]]
        assert read == [[1, 2, 3]]
    assert memory.rows_by("thing", 2, load) == ["row 2"] and read[-1] == [2]


def test_joints_and_rows_are_read_once(cast: dict[str, User], growth: Domain, product: Any) -> None:
    dataset = make.dataset(cast["omar"], growth)
    token = CURRENT.set(Acting("test.ground", cast["mei"]))
    joint = things.link(product, "contains", dataset)
    CURRENT.reset(token)
    assert joints_from([product], "contains") == joints_into([dataset], "contains") == [joint]
    with memory.remembering():
        assert asked(lambda: [joints_from([product], "contains"), joints_from([product.pk], "contains")]) == 1
        assert joints_from([product], "contains") == [joint] and joints_from([product], "offers") == []
        assert asked(lambda: [rows_of(type(product), [product.pk]), rows_of(type(product), [product.pk])]) == 1
        assert closure([product.pk], "contains") == sorted([product.pk, dataset.pk])
        assert closure([dataset.pk], "contains", into=True) == sorted([product.pk, dataset.pk])
