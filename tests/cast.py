"""The cast plays everywhere: Priya, Sam, Grace, Omar and Otto, and the second people that duties need."""

from __future__ import annotations

from typing import Any

import pytest

from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain
from people.models import Clearance, Role, RoleHeld, User

# username: (name, roles, clearance in the domain growth)
CAST: dict[str, tuple[str, tuple[str, ...], int]] = {
    "priya": ("Priya Nair", (Role.DATA_PM,), 3),
    "sam": ("Sam Weller", (Role.STAKEHOLDER,), 3),
    "grace": ("Grace Obi", (Role.GOVERNANCE_LEAD,), 5),
    "omar": ("Omar Haddad", (Role.DATA_ENGINEER,), 4),
    "otto": ("Otto Brandt", (), 0),
    "ravi": ("Ravi Shah", (Role.DATA_ENGINEER,), 4),
    "mei": ("Mei Lin", (Role.DATA_PM,), 3),
    "tom": ("Tom Okafor", (Role.STAKEHOLDER,), 4),
    "gus": ("Gus Lindt", (Role.GOVERNANCE_LEAD,), 5),
    "sol": ("Sol Reyes", (Role.SECURITY,), 5),
    "ada": ("Ada Kern", (Role.ADMIN,), 0),
}
PASSWORD = "a long walk home"


@pytest.fixture
def growth(db: None) -> Domain:
    """The domain in which most tests play."""
    return Domain.objects.get_or_create(slug="growth", defaults={"name": "Growth"})[0]


def make_person(username: str, domain: Domain, roles: tuple[str, ...] = (), rank: int = 0, name: str = "") -> User:
    """One account with roles and a clearance in one domain, outside any verb: the ground that tests stand on."""
    user = User(username=username, name=name or username.title())
    user.set_unusable_password()
    user.save()
    token = CURRENT.set(Acting("test.ground", user))
    try:
        for role in roles:
            RoleHeld.objects.create(person=user, role=role)
        if rank:
            Clearance.objects.create(person=user, domain=domain, rank=rank)
    finally:
        CURRENT.reset(token)
    return user


@pytest.fixture
def cast(growth: Domain) -> dict[str, User]:
    """Everybody at once."""
    return {who: make_person(who, growth, roles, rank, name) for who, (name, roles, rank) in CAST.items()}


def _member(username: str) -> Any:
    @pytest.fixture(name=username)
    def person(cast: dict[str, User]) -> User:
        return cast[username]

    return person


priya, sam, grace, omar, otto = (_member(n) for n in ("priya", "sam", "grace", "omar", "otto"))
ravi, mei, tom, gus, sol, ada = (_member(n) for n in ("ravi", "mei", "tom", "gus", "sol", "ada"))
