"""The demo organisation: told once, on an empty database, with its traps where they belong."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from catalog.models import Column, Dataset, Product
from demand.models import Request
from demo import warehouse
from demo.warehouse_tables import TABLES, statements, typed
from governance.lead import campaigning
from governance.lead.in_place import waiting_in_place
from governance.models import Attestation, Campaign, Delegation
from guard import clock, gates, ledger
from guard.models import Thing
from metrics.models import Metric
from people.models import User
from prds.models import Prd
from tests.whole import whole
from usage.formulas import Rate
from usage.models import UsageLoad
from usage.rates import use_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LOOK = "a test looks at what is there"
TRAPS = {
    "Early warning of late loans": {"PRD-G2"},
    "Readmission within 30 days": {"PRD-G3"},
    "Account health, one definition": {"PRD-G4"},
}


@pytest.fixture
def told(manage: Callable[..., str]) -> str:
    """What loading the demo printed."""
    return manage("demo", "load")


def said(title: str) -> list[gates.Finding]:
    prd = Prd.objects.unrestricted(LOOK).get(thing__title=title)
    assert prd.state == "in_review"
    return gates.blockers(prd, "approve", prd.decision_maker)


def blocked(title: str) -> set[str]:
    return {finding.id for finding in said(title)}


def things_of(username: str) -> Any:
    return Thing.objects.visible_to(User.objects.get(username=username), "exists")


def test_the_demo_is_told_once_and_holds(told: str, manage: Callable[..., str]) -> None:
    """One load and all that must be true of it: loading costs seconds, so it is done once."""
    assert "loaded in" in told
    with pytest.raises(CommandError, match="not empty"):
        manage("demo", "load")
    assert ledger.verify().broken is None
    manage("trace", "check")  # exits 1 on a difference
    assert things_of("otto").count() == 0
    monitor = Product.objects.unrestricted(LOOK).get(thing__title="Checkout Funnel Monitor")
    there = bool(os.environ.get(warehouse.ADMIN))  # a database of one's own has no demo warehouse: usage stays empty
    assert use_of(monitor).rate == Rate(47 if there else 0, 64)
    lanes = Product.objects.unrestricted(LOOK).get(thing__title__startswith="Lane Performance")
    assert use_of(lanes).rate == Rate(54 if there else 0, 120)
    assert bool(use_of(monitor).machine_events) == there
    assert UsageLoad.objects.filter(is_shifted=False).count() == 0
    assert ("101 people" if there else "left out") in told
    assert things_of("grace").count() > 100

    [place] = Delegation.objects.live(clock.now()).select_related("giver", "deputy")
    assert (place.giver.username, place.deputy.username) == ("ravi", "mei")
    [waiting] = waiting_in_place(place.deputy)
    assert (waiting.giver.username, waiting.paper.state) == ("ravi", "owner_ok")

    for title, rules in TRAPS.items():
        assert blocked(title) == rules, (title, said(title))
    lanes = Prd.objects.unrestricted(LOOK).get(thing__title="Lanes that miss the slot")
    assert (lanes.state, lanes.is_loaded_history) == ("measuring", True)
    ranking = Request.objects.unrestricted(LOOK).get(thing__title__startswith="Ranking of drivers")
    assert ranking.state == "declined" and "TYR-003" in ranking.response_md
    merged = {m.code for m in Metric.objects.unrestricted(LOOK).filter(thing__state="merged")}
    assert merged == {"overdue30_m3", "active_ws"}
    payload = Dataset.objects.unrestricted(LOOK).get(name="ods_product_event")
    assert (payload.unclassified_count, payload.level) == (1, 4)
    active = Metric.objects.unrestricted(LOOK).get(code="active_team_cnt_7d")
    assert "MET-5" in {finding.id for finding in gates.blockers(active, "submit", User.objects.get(username="kofi"))}
    assert Product.objects.unrestricted(LOOK).count() == 5

    for dataset in Dataset.objects.unrestricted(LOOK).select_related("warehouse__thing"):
        rows = Column.objects.unrestricted(LOOK).filter(dataset=dataset).exclude(name="discharge_note")
        assert {c.name: c.data_type for c in rows} == {
            name: column["data_type"] for name, column in typed(dataset.qualified_name).items()
        }, dataset

    funnel = Dataset.objects.unrestricted(LOOK).get(name="dws_trade_funnel_1h")
    held = Attestation.objects.unrestricted(LOOK).filter(target_dataset=funnel, thing__state="live")
    assert sorted(held.values_list("what", flat=True)) == ["stop", "transformation", "transformation"]
    arrived = Column.objects.unrestricted(LOOK).filter(dataset=funnel, propagated__gt=0)
    assert set(arrived.values_list("name", "propagated")) == {("hour", 2), ("step", 2), ("uv", 2), ("buyers", 2)}
    assert funnel.level == 2

    campaign = Campaign.objects.unrestricted(LOOK).get(thing__state="open")
    items = campaigning.items_for(User.objects.get(username="grace"), campaign)
    assert campaigning.tally(items) == {"confirm": 6, "": 1} and campaign.reminded_at is not None
    (missing,) = [item for item in items if not item.verdict]
    assert (missing.dataset.name, missing.rank) == ("ods_emr_admission", 4)
    hasty = {stamp.person.username: stamp.is_hasty for stamp in campaigning.stamps(items)}
    assert hasty == {"ravi": True, "gus": False}

    browser = Client()
    if there:
        buyers = Metric.objects.unrestricted(LOOK).select_related("thing").get(code="pay_buyer_cnt")
        browser.force_login(User.objects.get(username="grace"))
        assert "refused" not in browser.get(f"/metrics/{buyers.key}/value/").content.decode()
    browser.force_login(User.objects.get(username="priya"))
    home = whole(browser, "/")
    for rule in ("PRD-G2", "PRD-G3", "PRD-G4"):
        assert rule in home


def test_the_statements_make_every_table_with_its_types(as_owner: Callable[[str], None]) -> None:
    as_owner(statements() + ' DROP SCHEMA "lumio", "harbour", "riverside", "northline", "tally" CASCADE;')
    kinds = {column["data_type"] for table in TABLES for column in typed(table).values()}
    assert {"text", "timestamptz", "numeric(12, 2)", "jsonb", "boolean", "date"} <= kinds and "" not in kinds
