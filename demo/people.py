"""The demo organisation's people: invented, with duties apart."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password

from guard.models import Domain
from people import actions
from people.first import first_admin
from people.models import Role, Team, User

DOMAINS = {
    "ecommerce": ("E-commerce", "Lumio Market, home goods"),
    "credit": ("Consumer credit", "Harbour Credit, consumer loans"),
    "hospital": ("Hospital", "Riverside Hospital Group"),
    "freight": ("Freight", "Northline Freight"),
    "saas": ("Help desk", "Tally Desk, B2B help desk"),
}
EVERYWHERE = None
# username: (name, job, roles, clearance everywhere, clearances by domain)
PEOPLE: dict[str, tuple[str, str, tuple[str, ...], int, dict[str, int]]] = {
    "priya": ("Priya Nair", "Data PM", (Role.DATA_PM,), 3, {"ecommerce": 4, "hospital": 4, "saas": 4}),
    "sam": ("Sam Weller", "Checkout lead", (Role.STAKEHOLDER,), 0, {"ecommerce": 3}),
    "grace": ("Grace Obi", "Governance lead", (Role.GOVERNANCE_LEAD,), 5, {}),
    "omar": ("Omar Haddad", "Data engineer", (Role.DATA_ENGINEER,), 4, {}),
    "otto": ("Otto Brandt", "Visitor", (), 0, {}),
    "mei": ("Mei Lin", "Data PM", (Role.DATA_PM,), 3, {}),
    "ravi": ("Ravi Shah", "Data engineer", (Role.DATA_ENGINEER,), 4, {}),
    "tom": ("Tom Okafor", "Category manager", (Role.STAKEHOLDER,), 0, {"ecommerce": 4}),
    "gus": ("Gus Lindt", "Governance lead", (Role.GOVERNANCE_LEAD,), 5, {}),
    "sol": ("Sol Reyes", "Security", (Role.SECURITY,), 5, {}),
    "vera": ("Vera Antal", "Head of credit risk", (Role.STAKEHOLDER,), 0, {"credit": 4}),
    "ines": ("Ines Duarte", "Chair of the quality board", (Role.STAKEHOLDER,), 0, {"hospital": 4}),
    "paul": ("Paul Brink", "Freight lead", (Role.STAKEHOLDER,), 0, {"freight": 4}),
    "kofi": ("Kofi Mensah", "Customer success lead", (Role.STAKEHOLDER,), 0, {"saas": 4}),
}
ADMIN = "ada"
AUDIENCE_A = [f"checkout{number:02}" for number in range(1, 65)]  # the 64 people that the funnel monitor was built for


def open_house(password: str) -> dict[str, User]:
    """Make domains, people with their rights, and the audience of product A.

    Args:
        password: of every person who may sign in; valid in demo mode on loopback only.

    Returns:
        The people by username, the administrator among them.
    """
    from catalog.actions import open_domain

    ada, _password = first_admin(ADMIN, password)
    ada = User.objects.get(pk=ada.pk)
    cast: dict[str, User] = {ADMIN: ada}
    hashed = make_password(password)  # hashed once: a dozen rounds of a slow hash would be most of the load
    for username, (name, job, _roles, _rank, _more) in PEOPLE.items():
        person = actions.add_person(by=ada, username=username, name=name, job=job)
        User.objects.filter(pk=person.pk).update(password=hashed)
        cast[username] = person
    for username, (_name, _job, roles, _rank, _more) in PEOPLE.items():
        for role in roles:
            actions.give_role(by=ada, person=cast[username], role=role)
    cast = {username: User.objects.get(pk=person.pk) for username, person in cast.items()}
    domains = {
        slug: open_domain(by=cast["grace"], slug=slug, name=name, description=about)
        for slug, (name, about) in DOMAINS.items()
    }
    for username, (_name, _job, _roles, rank, more) in PEOPLE.items():
        if rank:
            actions.clear(by=ada, person=cast[username], rank=rank)
        for slug, higher in more.items():
            actions.clear(by=ada, person=cast[username], rank=higher, domain=domains[slug])
    return {username: User.objects.get(pk=person.pk) for username, person in cast.items()}


def audience(ada: User, domain: Domain) -> Team:
    """The people of product A as a team, cleared for its results."""
    team = actions.form_team(
        by=ada, slug="checkout-and-category", name="Checkout and category management",
        people=[
            actions.add_person(by=ada, username=name, name=f"Checkout colleague {number}", job="Checkout")
            for number, name in enumerate(AUDIENCE_A, 1)
        ],
    )  # fmt: skip
    actions.clear(by=ada, team=team, rank=2, domain=domain)
    return team


def refresh(cast: dict[str, Any]) -> dict[str, User]:
    """The people as they are now; what the policy knows of them is kept a request long."""
    return {username: User.objects.get(pk=person.pk) for username, person in cast.items()}
