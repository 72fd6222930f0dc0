"""The preview of a level says how much is asked of the dataset, and few people are not counted out."""

from __future__ import annotations

from typing import Any

from catalog.impact import preview
from guard.models import Domain
from tests.catalog import make as catalog
from tests.usage import make


def test_it_counts_kinds_of_queries_and_people_apart_from_machines(cast: dict[str, Any], growth: Domain) -> None:
    orders = catalog.dataset(cast["omar"], growth)
    name = orders.columns.visible_to(cast["grace"], "columns")[0].name
    logins = ["sam", "tom", "mei", "ravi", "gus", "gus", "svc_etl"]
    rows = [make.row(login, minute=minute) for minute, login in enumerate(logins)]
    make.load(cast["omar"], [*rows, make.row("svc_etl", "SELECT 1 FROM shop.elsewhere", minute=30)])
    seen = preview(by=cast["sam"], dataset=orders, columns={name: 5})
    assert (seen.asked.queries, seen.asked.people) == (1, 5)


def test_case_26_few_people_are_counted_out_only_to_those_with_a_duty(cast: dict[str, Any], growth: Domain) -> None:
    orders = catalog.dataset(cast["omar"], growth)
    name = orders.columns.visible_to(cast["grace"], "columns")[0].name
    make.load(cast["omar"], [make.row("tom", minute=1), make.row("mei", minute=2)])
    counted = {who: preview(by=cast[who], dataset=orders, columns={name: 5}).asked.people for who in ("sam", "grace")}
    assert counted == {"sam": None, "grace": 2}
