"""Everybody and everything, as few rows: people with what the policy knows of them, things by what a condition asks.

A rule sees of a thing its kind, level, domain and state, so things that are alike are counted as one; only those on
which somebody stands are looked at one by one. So a preview of all people times all things takes a handful of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q

from governance.preview import _clearances
from guard.doors.standings import live
from guard.grades import Grades
from guard.models import Domain, Standing, Thing
from guard.policy import Held, Principal
from guard.rules.rule import NEVER
from people.models import Membership, RoleHeld, User

MOST_PEOPLE, MOST_STANDINGS = 500, 50_000
_WHY = "a preview counts what a reader may not see and names nothing of it"


@dataclass(frozen=True)
class Alike:
    """Things that no condition can tell apart, but by who stands on them."""

    kind: str
    level: int
    domain_id: int
    state: str
    slug: str

    @property
    def domain(self) -> Alike:
        """What a condition asks of a domain: its slug."""
        return self

    def q(self) -> Q:
        """The condition that finds them."""
        return Q(kind=self.kind, level=self.level, domain_id=self.domain_id, state=self.state)


@dataclass
class Population:
    """Who and what a preview looks at.

    Args:
        people: each with roles, teams and clearances as they are now.
        users: the same people by id, for names.
        groups: how many things are alike.
        stood: by person and thing: what the thing is like, and the live standings.
        is_capped: there are more people or standings.
    """

    people: list[Principal]
    users: Mapping[int, User]
    groups: Mapping[Alike, int]
    stood: Mapping[int, Mapping[int, tuple[Alike, list[Held]]]] = field(default_factory=dict)
    is_capped: bool = False

    @property
    def things(self) -> int:
        """How many things there are in all."""
        return sum(self.groups.values())


def populate(kinds: Iterable[str], in_force: Grades, *, every_kind: bool = False) -> Population:
    """Read everybody who works here, and every thing of these kinds; all but rules and changes when none is named.

    Args:
        kinds: of things.
        in_force: the grades that people are asked with.
        every_kind: rules and changes too, which grades open like everything else.
    """
    users = list(User.objects.filter(is_active=True, is_service=False).order_by("pk")[: MOST_PEOPLE + 1])
    people = _people(users[:MOST_PEOPLE], in_force)
    of = Q() if every_kind else Q(kind__in=list(kinds)) if kinds else ~Q(kind__in=NEVER)
    slugs = dict(Domain.objects.values_list("pk", "slug"))
    rows = Thing.objects.unrestricted(_WHY).select_related(None).order_by()
    counted = rows.filter(of).values_list("kind", "level", "domain_id", "state").annotate(n=Count("pk"))
    groups = {
        Alike(kind, level, domain_id, state, slugs[domain_id]): number
        for kind, level, domain_id, state, number in counted
    }
    stood, too_many = _stood(people, {alike.kind for alike in groups}, slugs)
    return Population(
        people, {user.pk: user for user in users}, groups, stood, too_many or len(users) > MOST_PEOPLE
    )  # fmt: skip


def _people(users: list[User], in_force: Grades) -> list[Principal]:
    """What the policy knows of each, in three queries."""
    ids = [user.pk for user in users]
    roles: dict[int, set[str]] = defaultdict(set)
    teams: dict[int, set[int]] = defaultdict(set)
    for person_id, role in RoleHeld.objects.filter(person__in=ids).values_list("person_id", "role"):
        roles[person_id].add(role)
    for person_id, team_id in Membership.objects.filter(person__in=ids).values_list("person_id", "team_id"):
        teams[person_id].add(team_id)
    cleared = _clearances()
    return [
        Principal(
            user.pk, user.username, frozenset(roles[user.pk]), frozenset(teams[user.pk]), cleared.get(user.pk, {}),
            grades=in_force,
        )
        for user in users
    ]  # fmt: skip


def _stood(
    people: list[Principal], kinds: Iterable[str], slugs: Mapping[int, str]
) -> tuple[dict[int, dict[int, tuple[Alike, list[Held]]]], bool]:
    in_team: dict[int, list[int]] = defaultdict(list)
    for person in people:
        for team_id in person.team_ids:
            in_team[team_id].append(person.user_id)
    rows = Standing.objects.unrestricted(_WHY).filter(live(), thing__kind__in=sorted(kinds)).order_by("pk")
    names = ("person_id", "team_id", "reason", "grade", "thing_id", "thing__kind", "thing__level", "thing__domain_id",
             "thing__state")  # fmt: skip
    known = {person.user_id for person in people}
    found: dict[int, dict[int, tuple[Alike, list[Held]]]] = defaultdict(dict)
    taken = list(rows.values_list(*names)[: MOST_STANDINGS + 1])
    for person_id, team_id, reason, grade, thing_id, kind, level, domain_id, state in taken[:MOST_STANDINGS]:
        alike = Alike(kind, level, domain_id, state, slugs[domain_id])
        for one in [person_id] if person_id else in_team[team_id]:
            if one in known:
                found[one].setdefault(thing_id, (alike, []))[1].append(Held(reason, grade))
    return found, len(taken) > MOST_STANDINGS
