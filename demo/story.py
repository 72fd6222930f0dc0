"""The whole story: who is there, then the cases one after another."""

from __future__ import annotations

from collections.abc import Mapping

from demo import case_a, case_b, case_c, case_d, case_e, rules
from demo.people import ADMIN, audience, open_house, refresh
from demo.teller import Teller
from demo.warehouse import query_and_load
from guard.models import Domain
from people.models import User

CASES = {"b": ("credit", case_b), "c": ("hospital", case_c), "d": ("freight", case_d), "e": ("saas", case_e)}


def tell(password: str) -> dict[str, Teller]:
    """Tell every case; one transaction, so that a demo is whole or not there.

    Args:
        password: of the people who may sign in.

    Returns:
        The teller of each case by its letter.
    """
    cast: Mapping[str, User] = open_house(password)
    domains = {domain.slug: domain for domain in Domain.objects.all()}
    team = audience(cast[ADMIN], domains["ecommerce"])
    cast = refresh(dict(cast))
    told = {"a": Teller(cast, domains["ecommerce"])}
    case_a.tell(told["a"], team)
    for letter, (slug, case) in CASES.items():
        told[letter] = Teller(cast, domains[slug])
        case.tell(told[letter])
    rules.tell(told["a"])
    return told


def use(told: Mapping[str, Teller]) -> str:
    """Let the people of cases A and D really query the demo's warehouse, read the server's log back, and say so."""
    return query_and_load(told)
