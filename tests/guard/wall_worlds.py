"""Small fixed worlds in which every word of the wall decides something about somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from guard import clock, policy
from guard.doors import grades_of
from guard.models import Domain, Standing, Thing
from guard.rules import live
from guard.rules.vocabulary import COMPARISONS
from people.models import Clearance, Membership, RoleHeld, Team, User

LEVEL, STATE, DOMAIN, KIND = ({"attr": f"resource.{name}"} for name in ("level", "state", "domain", "kind"))
CLEARANCE, STANDING, ROLES = ({"attr": f"principal.{name}"} for name in ("clearance", "standing", "roles"))
UNKNOWN = {"eq": [{"attr": "resource.colour"}, 1]}  # cannot be read any more: the whole rule closes
#: conditions, each of which some of the things below keep and some do not
TREES: list[Any] = [
    *({op: [LEVEL, 3]} for op in COMPARISONS),
    *({op: [CLEARANCE, LEVEL]} for op in COMPARISONS),
    *({"eq": [CLEARANCE, rank]} for rank in (0, 2, 4)),
    {"ge": [STANDING, 4]}, {"eq": [STANDING, 0]}, {"eq": [STANDING, 5]},
    {"eq": [{"attr": "principal.active"}, True]}, {"eq": [{"attr": "principal.active"}, False]},
    {"has": [ROLES, ["privacy", "data_pm"]]}, {"not": {"has": [ROLES, ["stakeholder"]]}},
    {"in": [STATE, ["draft", "approved"]]}, {"eq": [STATE, "draft"]},
    {"in": [DOMAIN, ["d0"]]}, {"eq": [DOMAIN, "d1"]}, {"eq": [KIND, "dataset"]},
    {"exists": {"standing": ["grant", "owner"], "grade": 4}}, {"exists": {"standing": ["owner"], "grade": 0}},
    {"and": [{"ge": [LEVEL, 3]}, {"in": [STATE, ["draft", "approved"]]}]},
    {"or": [{"ge": [LEVEL, 4]}, {"eq": [STATE, "draft"]}]},
    {"not": {"ge": [LEVEL, 3]}}, True, False,
    {"and": [False, UNKNOWN]}, {"and": [True, UNKNOWN]}, {"not": {"or": [True, UNKNOWN]}}, {"or": [False, UNKNOWN]},
]  # fmt: skip


@dataclass
class World:
    """People, things, and books of rules with what the policy in Python says of them.

    Args:
        people: by name.
        things: by name.
        expected: (book, person, grade) to the things that the person is given there.
    """

    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    expected: dict[tuple[str, str, int], set[int]] = field(default_factory=dict)


def rule(number: int, **given: Any) -> dict[str, Any]:
    """A rule in its stored form."""
    return {
        "key": f"RUL-{number:03d}", "code": f"rule-{number}", "version": 1, "effect": "deny", "action": "read",
        "kinds": [], "when": True, "mode": "block", "title": "x", **given,
    }  # fmt: skip


def books() -> dict[str, tuple[list[dict[str, Any]], tuple[int, ...]]]:
    """Rules that are in force in turn, and the grades that are asked for under them."""
    every = tuple(policy.ACTIONS.values())
    acts = [rule(n, action=action, kinds=[f"a{n}"]) for n, action in enumerate(policy.ACTIONS, 1)]
    acts += [rule(7, effect="mask", action="raw", kinds=["a7"]), rule(8, mode="warn", kinds=["a8", "stone"])]
    acts += [rule(9, effect="require", action="dataset.described", kinds=["a8"], when=False)]
    return {
        "trees": ([rule(n, when=tree, kinds=[f"t{n}"]) for n, tree in enumerate(TREES)], (policy.READ,)),
        "all kinds": ([rule(1)], (policy.READ,)),
        "kinds": ([rule(1, kinds=["rule"]), rule(2, kinds=["a1", "change"], when=False)], (policy.READ,)),
        "both": ([rule(1), rule(2, kinds=["rule"], when=False)], (policy.READ,)),
        "finer": ([rule(1, action="columns", kinds=["a1"])], (policy.COLUMNS,)),
        "actions": (acts, every),
        "none": ([], every),
    }


def build() -> World:
    """Write the world; inside `gardener` or an act."""
    world = World()
    domains = [Domain.objects.create(slug=f"d{number}", name=f"d{number}") for number in range(3)]
    teams = [Team.objects.create(slug=f"team{number}", name=f"Team {number}") for number in range(4)]
    _people(world, domains, teams)
    _things(world, domains)
    _standings(world, teams)
    for book, (rules, grades) in books().items():
        live.publish(rules)
        for name, user in world.people.items():
            given = grades_of(User.objects.get(pk=user.pk), list(world.things.values()))
            for needed in grades:
                world.expected[book, name, needed] = {pk for pk, grade in given.items() if grade >= needed}
    return world


def _people(world: World, domains: list[Domain], teams: list[Team]) -> None:
    """name: active, teams, own clearances as (domain, rank), roles."""
    cast: dict[str, tuple[bool, tuple[int, ...], tuple[tuple[int | None, int], ...], tuple[str, ...]]] = {
        "stands": (True, (2, 3), (), ("stakeholder",)),
        "mixed": (True, (), ((0, 2), (1, 4)), ("privacy", "data_pm")),
        "both": (True, (), ((None, 2), (0, 5), (2, 1)), ("privacy",)),
        "team": (True, (0,), ((0, 1),), ()),
        "other": (True, (1,), ((None, 3),), ("stakeholder", "privacy")),
        "nobody": (True, (), (), ()),
        "leaver": (False, (0,), ((None, 5),), ("privacy",)),
    }  # fmt: skip
    for name, (active, member_of, clearances, roles) in cast.items():
        user = world.people[name] = User.objects.create(username=name, name=name, is_active=active)
        for number in member_of:
            Membership.objects.create(team=teams[number], person=user)
        for at, rank in clearances:
            Clearance.objects.create(person=user, domain=None if at is None else domains[at], rank=rank)
        for role in roles:
            RoleHeld.objects.create(person=user, role=role)
    Clearance.objects.create(team=teams[0], domain=domains[0], rank=5)
    Clearance.objects.create(team=teams[0], domain=domains[2], rank=2)
    Clearance.objects.create(team=teams[1], domain=domains[1], rank=4)


def _things(world: World, domains: list[Domain]) -> None:
    def put(name: str, kind: str, level: int, at: int, state: str = "") -> None:
        world.things[name] = Thing.objects.create(
            kind=kind, key=name, title="x", domain=domains[at], declared=level, level=level, state=state
        )

    for at in range(3):
        for level in range(1, 6):
            put(f"s{level}{at}", "stone", level, at)
    for name in (*map(str, range(7)), "later", "over", "theirs", "our", "ourover", "ourlater", "our1"):
        put(f"h{name}", "stone", 5, 2)
    for number in range(1, 9):
        put(f"a{number}", f"a{number}", 1, 0)
    for kind in ("rule", "change", "dataset"):
        put(kind, kind, 1, 0)
    for number in range(len(TREES)):
        put(f"t{number}a", f"t{number}", 2, 0, "draft")
        put(f"t{number}b", f"t{number}", 3, 0, "approved")
        put(f"t{number}c", f"t{number}", 4, 1)


def _standings(world: World, teams: list[Team]) -> None:
    day = timedelta(days=1)
    stands, nobody, leaver = (world.people[name] for name in ("stands", "nobody", "leaver"))

    def give(name: str, grade: int, ends: timedelta | None = None, reason: str = "grant", **to: Any) -> None:
        until = clock.now() + ends if ends else None
        Standing.objects.create(thing=world.things[name], reason=reason, grade=grade, until=until, **to)

    for grade in range(7):
        give(f"h{grade}", grade, person=stands)
    give("hlater", 6, day, person=stands)
    give("hover", 6, -day, person=stands)
    give("htheirs", 6, person=world.people["both"])
    give("htheirs", 6, team=teams[1])
    give("hour", 6, team=teams[2])
    give("hour1", 1, team=teams[2])
    give("hourover", 6, -day, team=teams[2])
    give("hourlater", 5, day, team=teams[2])
    give("h6", 6, person=leaver)
    for number in range(1, 9):
        give(f"a{number}", 6, person=stands)
    for number in range(len(TREES)):
        give(f"t{number}a", 4, person=stands)
        give(f"t{number}a", 2, reason="owner", person=stands)
        give(f"t{number}b", 3, reason="owner", team=teams[2])
        give(f"t{number}c", 5, day, reason="steward", person=stands)
        give(f"t{number}c", 6, -day, person=stands)
        give(f"t{number}c", 3, person=nobody)
