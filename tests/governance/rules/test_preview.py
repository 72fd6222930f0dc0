"""What a change would do is counted before anybody agrees, and is what then happens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from governance import actions
from governance.rules.preview import effect_of, effect_of_change
from guard import things
from guard.doors import grades_of
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Thing
from guard.policy import SAMPLE
from people.models import User
from tests.governance import make
from tests.governance.rules.made import REASON, body, change, fresh, in_force


@pytest.fixture
def world(growth: Domain, omar: User, grace: User, tom: User, sam: User) -> list[Dataset]:
    """Two strict datasets and a mild one; Sam has a grant on one."""
    made = [
        make.orders(omar, growth, grace, {"order_id": rank}, name=f"shop.t{number}", owner=tom)
        for number, rank in enumerate((3, 4, 2))
    ]
    token = CURRENT.set(Acting("test.ground", grace))
    things.give(made[1], person=sam, reason="grant", grade=SAMPLE)
    CURRENT.reset(token)
    return made


def grades(world: list[Dataset]) -> dict[str, dict[int, int]]:
    rows = list(Thing.objects.unrestricted("a test looks").filter(pk__in=[one.pk for one in world]))
    return {user.username: grades_of(user, rows) for user in User.objects.all()}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"action": "exists"},
        {"when": True, "kinds": ["dataset", "metric"]},
        {"effect": "mask", "action": "raw", "kinds": []},
        {"when": {"not": {"exists": {"standing": ["grant", "owner"], "grade": 3}}}},
        {"when": {"lt": [{"attr": "principal.standing"}, {"attr": "resource.level"}]}, "action": "sample"},
    ],
)
def test_the_preview_is_what_happens(world: list[Dataset], grace: User, gus: User, given: dict[str, Any]) -> None:
    """Counted by kinds of things in a few queries; checked thing by thing, for everybody."""
    if "when" in given or given.get("action") == "exists":
        given = given | {"examples": body()["examples"]}
    before = grades(world)
    effect = effect_of(None, body(**given), None, fresh(grace))
    told = {row.person.username: (row.lost, row.gained) for row in effect.rows}
    from tests.guard.rules.test_live import put_in_force
    from tests.guard.rules.test_live import row as stored

    names = ("effect", "action", "kinds", "when", "mode")
    put_in_force(stored(**{name: body(**given)[name] for name in names}))
    after = grades(world)
    lost = {
        who: sum(after[who][pk] < old for pk, old in had.items()) for who, had in before.items()
    }  # fmt: skip
    in_scope = {who: n for who, n in lost.items() if n}
    assert {who: n for who, (n, _gained) in told.items()} == in_scope
    assert all(gained == 0 for _lost, gained in told.values())


def test_names_are_only_those_that_the_reader_may_see(world: list[Dataset], grace: User, priya: User) -> None:
    everything = effect_of(None, body(when=True), None, fresh(grace))
    less = effect_of(None, body(when=True), None, fresh(priya))
    assert {thing.key for thing in everything.names} == {one.key for one in world}
    assert {thing.key for thing in less.names} == {world[0].key, world[2].key}
    assert [(row.person.pk, row.lost) for row in less.rows] == [(row.person.pk, row.lost) for row in everything.rows]


def test_a_gate_that_nobody_could_pass_names_what_is_stuck(
    world: list[Dataset], grace: User, gus: User, ravi: User, priya: User
) -> None:  # fmt: skip
    review = actions.propose_levels(by=ravi, dataset=make.dataset(world[1]), levels={"order_id": 5}, reason=REASON)
    gate = body(
        effect="gate", action="approve", kinds=["review"], when={"has": [{"attr": "principal.roles"}, ["privacy"]]}
    )
    effect = effect_of(None, gate, None, fresh(grace))
    assert [thing.key for thing in effect.stuck] == [review.key]
    hidden = effect_of(None, gate, None, fresh(priya))
    assert (hidden.stuck, hidden.stuck_hidden) == ([], 1)
    passable = {**gate, "when": {"has": [{"attr": "principal.roles"}, ["governance_lead"]]}}
    assert effect_of(None, passable, None, fresh(grace)).stuck == []


def test_who_gains_from_a_looser_rule_is_counted_and_the_digest_is_of_it_all(
    world: list[Dataset], grace: User, gus: User
) -> None:  # fmt: skip
    in_force(grace, gus)
    looser = actions.propose_rule(by=fresh(grace), body=body(mode="off"), reason=REASON)
    effect = effect_of_change(change(looser), fresh(gus))
    assert not effect.is_supposed and effect.gaining and not effect.losing
    milder = body(when={"and": [{"ge": [{"attr": "resource.level"}, 4]}, body()["when"]["and"][1]]})
    found = effect_of(body(), milder, None, fresh(gus))
    assert found.gaining and not found.losing
    assert found.digest != effect.digest


def test_only_who_decides_and_auditors_are_shown_who_loses(
    world: list[Dataset], grace: User, gus: User, priya: User
) -> None:  # fmt: skip
    rule = in_force(grace, gus)
    for person, shown in ((grace, True), (priya, False)):
        client = Client(SERVER_NAME="localhost")
        client.force_login(fresh(person))
        answer = client.get(f"/governance/rules/{rule.key}/").content.decode()
        assert ("What it does to whom" in answer) is shown
        effect = client.get(f"/api/v1/rules/{rule.code}/effect/").json()
        assert bool(effect["rows"]) is shown
