"""Rates of use: people for whom it was built, machines apart, few people not counted out, hidden products absent."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from people.actions import form_team
from tests.catalog import make as catalog
from tests.usage import call, make
from tests.whole import whole
from usage.rates import use_of

Cast = dict[str, Any]


@pytest.fixture
def orders(cast: Cast, growth: Domain) -> Any:
    return catalog.dataset(cast["omar"], growth)


@pytest.fixture
def audience(cast: Cast) -> Any:
    people = [cast[name] for name in ("sam", "tom", "mei", "ravi", "gus", "sol", "grace", "priya")]
    return form_team(by=cast["grace"], slug="growth", name="Growth", people=people)


def used(cast: Cast, *logins: str, **more: Any) -> None:
    make.load(cast["omar"], [make.row(login, minute=minute, **more) for minute, login in enumerate(logins)])


def test_the_rate_counts_each_eligible_person_once_and_no_machine(
    cast: Cast, growth: Domain, orders: Any, audience: Any
) -> None:
    product = make.product(cast, growth, orders, audience_team=audience, usage_target=60)
    used(cast, "sam", "sam", "tom", "mei", "ravi", "gus", "omar", "svc_etl", "svc_etl")
    used(cast, "sol", days_ago=40)
    use = use_of(product)
    assert (use.rate.numerator, use.rate.denominator, use.percent) == (5, 8, 62.5)
    assert use.is_on_target and use.machine_events == 2


def test_few_people_are_counted_out_only_to_those_with_a_duty(
    cast: Cast, growth: Domain, orders: Any, audience: Any
) -> None:
    product = make.product(cast, growth, orders, audience_team=audience, usage_target=60)
    used(cast, "tom", "mei")
    for who, active in (("sam", None), ("priya", 2), ("grace", 2)):
        said = call.client_of(cast[who]).get(f"/api/v1/usage/{product.key}/").json()
        assert (said["active"], said["eligible"]) == (active, 8), who
    sam = call.client_of(cast["sam"])
    for path in ("/usage/", f"/catalog/products/{product.key}/"):
        shown = whole(sam, path)
        assert "Fewer than 5 of 8 people" in shown and "25.0" not in shown


def test_the_page_of_usage_says_what_was_read_and_what_nobody_used(
    cast: Cast, growth: Domain, orders: Any, audience: Any
) -> None:
    make.product(cast, growth, orders, audience_team=audience, usage_target=60)
    catalog.dataset(cast["omar"], growth, "shop.dim_dusty")
    used(cast, "sam", "tom", "mei", "ravi", "gus", "svc_etl")
    make.load(
        cast["omar"], [make.row("sam", "SELECT 1 FROM shop.nowhere", minute=50)], shift=-(make.noon(1) - make.noon(2))
    )
    grace = call.client_of(cast["grace"]).get("/usage/").content.decode()
    for words in ("5 of 8 people, 62.5", "dim_dusty", "100.0 % parsed", "dates moved", "reached"):
        assert words in grace, words
    omar = call.client_of(cast["omar"]).get("/usage/").content.decode()
    assert ("shop.nowhere" in omar, "shop.nowhere" in grace) == (True, False), "a log's names are its loader's"
    sam = call.client_of(cast["sam"]).get("/usage/").content.decode()
    assert "62.5" in sam and "shop.nowhere" not in sam, "loads are for those who look after data"


def test_the_dataset_page_shows_weeks_and_machines_apart(cast: Cast, growth: Domain, orders: Any) -> None:
    used(cast, "sam", "tom", "svc_etl")
    make.load(cast["omar"], [make.row(user="", calls=77)], kind="pg_stat_statements")
    shown = whole(call.client_of(cast["omar"]), f"/catalog/datasets/{orders.key}/")
    assert "1 run by machines" in shown and 'aria-label="Uses by people, by week"' in shown and "77 runs" in shown


def test_otto_learns_nothing_of_use(cast: Cast, growth: Domain, orders: Any, audience: Any) -> None:
    product = make.product(cast, growth, orders, audience_team=audience)
    used(cast, "sam", "tom", "mei", "ravi", "gus")
    otto = call.client_of(cast["otto"])
    said = otto.get("/api/v1/usage/").json()
    assert said["results"] == [] and all(rate["denominator"] == 0 for rate in said["rates"])
    assert otto.get(f"/api/v1/usage/{product.key}/").status_code == 404
    page = otto.get("/usage/").content.decode()
    for word in (product.title, product.key, "dwd_order", "log.csv"):
        assert word not in page
