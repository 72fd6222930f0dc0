"""Every list and every object, as page and over the API: no more statements than its budget, however many rows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bench import _ground
from bench.b10_queries import Maker
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Thing
from people.models import Clearance, Role, RoleHeld, User
from tests.cast import make_person
from tests.house import budgets
from tests.house.routes import row_of, samples
from tests.house.test_routes import ROUTES, TABLE, address, of_kind

FEW, MANY = 2, 7
READ = ("everybody", "object", "roles")


@pytest.fixture
def reader(growth: Domain, cast: dict[str, User]) -> User:
    """Somebody with every duty who is cleared for everything, so that nothing is cheap for being empty."""
    person = make_person("nora", growth)
    token = CURRENT.set(Acting("test.ground", person))
    for role in (Role.DATA_PM, Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER, Role.STAKEHOLDER):
        RoleHeld.objects.create(person=person, role=role)
    Clearance.objects.create(person=person, domain=None, rank=5)
    CURRENT.reset(token)
    return person


def counted(client: Client, things: dict[str, Thing]) -> dict[str, int]:
    """Statements of every address that is read, beyond the floor; the second visit counts, with warm processes."""
    floor = len(_ground.signed_in_floor(client))
    found = {}
    for name, parts, row in of_kind(*READ):
        if "absent" in row.query:
            continue
        url = address(name, parts, row, things[row.kind].key if row.kind else "absent")
        client.get(url)
        with _ground.statements() as sent:
            assert client.get(url).status_code == 200, url
        rest, records = _ground.without_record(sent)
        assert records <= budgets.RECORD, (name, records)
        found[name] = len(rest) - floor
    return found


def test_no_address_sends_more_than_its_budget_or_more_with_more_rows(
    reader: User, cast: dict[str, User], growth: Domain
) -> None:
    things, maker = samples.make_all(cast, growth), Maker()
    client = Client(SERVER_NAME="localhost")
    client.force_login(reader)
    maker.to(FEW)
    few = counted(client, things)
    maker.to(MANY)
    many = counted(client, things)
    what = {name: row.what for name, _parts, row in of_kind(*READ)}
    dear = {n: (c, budgets.budget_of(n, what[n])) for n, c in many.items() if c > budgets.budget_of(n, what[n])}
    assert not dear, f"more than the budget: {dear}"
    grown = {name: (few[name], many[name]) for name in many if many[name] > few[name]}
    assert not grown, f"more statements with more rows: {grown}"


@pytest.mark.parametrize("part", ["show", "blockers"])
def test_the_home_of_somebody_who_writes_prds_holds_its_budget_however_many_are_open(db: None, part: str) -> None:
    maker, client, name = Maker(), Client(SERVER_NAME="localhost"), f"trace:home-{part}"
    client.force_login(maker.pm)
    sent = []
    for size in (FEW, MANY):
        maker.to(size)
        floor = len(_ground.signed_in_floor(client))
        client.get(reverse(name))
        with _ground.statements() as found:
            assert client.get(reverse(name)).status_code == 200
        sent.append(len(found) - floor)
    assert sent[1] <= sent[0] <= budgets.budget_of(name, "everybody"), sent


def test_every_exception_names_a_route_and_a_reason() -> None:
    known = {name for name, _parts in ROUTES if row_of(name, TABLE)}
    for name, (most, reason) in budgets.DEARER.items():
        assert name in known, name
        assert most > budgets.LIST, name
        assert len(reason) > 20, name
