"""The whole story: who is there, then the cases one after another."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping

from demo import case_a
from demo.people import ADMIN, audience, open_house, refresh
from demo.teller import Teller
from guard.models import Domain
from people.models import User

CASES = {"b": "credit", "c": "hospital", "d": "freight", "e": "saas"}


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
    for letter, slug in CASES.items():
        if importlib.util.find_spec(f"demo.case_{letter}"):
            told[letter] = Teller(cast, domains[slug])
            importlib.import_module(f"demo.case_{letter}").tell(told[letter])
    return told


def use(told: Mapping[str, Teller]) -> None:
    """Let the people of case A really query the demo's warehouse, and read the server's log back."""
    if importlib.util.find_spec("demo.warehouse"):
        importlib.import_module("demo.warehouse").query_and_load(told["a"])
