"""B10: queries of every list and every object's page, over the API and as pages, at 10, 50 and 500 rows of each kind.

What every signed-in request sends (session, user, principal, the transaction's opening) is measured on an address that
does nothing else, and taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from bench import _ground
from bench.results import Result
from catalog.actions import add_product, add_warehouse, load_datasets
from catalog.loading import ColumnRow, DatasetRow
from demand import actions as demand
from governance import actions as governance
from guard.models import Thing
from metrics.actions import propose_metric
from people.models import Role
from prds.actions import write_prd
from prds.template import parse_sections
from usage.actions import draft_decision

ROWS = (10, 50, 500)
LIST_MOST, DETAIL_MOST = 3, 6
API = {
    "dataset": "datasets",
    "product": "products",
    "warehouse": "warehouses",
    "metric": "metrics",
    "prd": "prds",
    "interview": "interviews",
    "quote": "quotes",
    "insight": "insights",
    "request": "requests",
    "review": "reviews",
    "decision": "decisions",
}
PAGES = {
    "dataset": "/catalog/datasets/",
    "product": "/catalog/products/",
    "warehouse": "/catalog/warehouses/",
    "metric": "/metrics/",
    "prd": "/prds/",
    "interview": "/demand/interviews/",
    "insight": "/demand/insights/",
    "request": "/demand/requests/",
    "review": "/governance/reviews/",
    "decision": "/decisions/",
}
MORE_LISTS = {
    "API": (
        "columns",
        "grants",
        "domains",
        "people",
        "teams",
        "ledger",
        "waivers",
        "jobs",
        "notices",
        "tokens",
        "schemes",
        "levels",
        "usage",
    ),
    "page": (
        "/catalog/domains/",
        "/governance/audit/",
        "/governance/grants/",
        "/governance/waivers/",
        "/demand/board/",
        "/catalog/",
        "/metrics/tree/",
        "/search/?q=row",
    ),
}
HOME = "/"  # the page of one person, with all that is asked of them: held to what an object's page may send
QUOTED_PAGE = "/demand/quotes/"
SAID = "Lena: We learn on Monday that Friday's coupon page scared people off.\n"


class Maker:
    """Brings every kind to a number of rows, by the product's own verbs."""

    def __init__(self) -> None:
        self.where = _ground.domain("queries")
        self.pm = _ground.person("bench-pm", self.where, Role.DATA_PM, Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER)
        self.made = 0
        self.store = add_warehouse(by=self.pm, name="queries", domain=self.where)
        who = demand.add_participant(by=self.pm, domain=self.where, alias="P-01", org_unit="Payments")
        self.who = who

    def to(self, count: int) -> None:
        """Bring each kind to `count` rows."""
        numbers = range(self.made, count)
        rows = [DatasetRow(f"q.t_{n:04d}", [ColumnRow("id", "integer"), ColumnRow("amount")]) for n in range(count)]
        load_datasets(by=self.pm, warehouse=self.store, domain=self.where, datasets=rows, source="bench")
        from catalog.models import Dataset

        datasets = list(
            Dataset.objects.unrestricted(_ground.LOOK)
            .filter(warehouse=self.store)
            .select_related("thing__domain", "warehouse__thing")
            .order_by("pk")
        )
        for n in numbers:
            self._one(n, datasets[n])
        self.made = count

    def _one(self, n: int, dataset: Any) -> None:
        by, where = self.pm, self.where
        if n:
            add_warehouse(by=by, name=f"queries_{n}", domain=where)
        add_product(by=by, title=f"Row {n}", domain=where)
        propose_metric(
            by=by, domain=where, code=f"row_{n}_cnt", title=f"Row {n}", unit="people", caliber_md="Paid only."
        )
        interview = demand.plan_interview(
            by=by, domain=where, participant=self.who, title=f"Row {n}", consent_status="obtained"
        )
        demand.conduct_interview(by=by, interview=interview)
        interview = demand.record_transcript(by=by, interview=interview, text=SAID, freeze=True)
        quote = demand.code_quote(by=by, interview=interview, exact="coupon page scared people off", codes=["late"])
        insight = demand.draft_insight(by=by, domain=where, supporting=[quote], statement=f"Seen late {n}.")
        demand.ask_for_data(
            by=by,
            domain=where,
            decision_to_make=f"Move or remove step {n}",
            decision_maker_name="Checkout lead",
            none_fits="Another step is meant.",
            decision_deadline=date.today() + timedelta(days=30),
            action_rule="If loss is above 12 %, switch the variant",
        )
        write_prd(
            by=by,
            title=f"Row {n}",
            domain=where,
            decision_maker=by,
            declared_level=3,
            purpose="operations",
            retention_days=400,
            sections=parse_sections(f"## Problem\n\nAs {{{{insight:{insight.key}}}}} says.\n"),
        )
        draft_decision(
            by=by,
            domain=where,
            title=f"Row {n}",
            question="Where?",
            options=["Here", "There"],
            chosen_option="Here",
            review_on=date.today() + timedelta(days=90),
            decision_makers=[by],
        )
        governance.propose_levels(by=by, dataset=dataset, levels={"amount": 3})


def run(scale: str) -> list[Result]:
    """The worst of each sort, and how many grow with the rows."""
    maker = Maker()
    client = _ground.client_of(maker.pm)
    counts: dict[tuple[str, str], list[int]] = {}
    floor = 0
    for rows in ROWS:
        maker.to(rows)
        floor = len(_ground.signed_in_floor(client))
        for sort, name, url in addresses():
            counts.setdefault((sort, name), []).append(_count(client, url) - floor)
    results = []
    for sort in ("API list", "page list", "API detail", "page detail"):
        most = LIST_MOST if sort.endswith("list") else DETAIL_MOST
        own = {name: found for (kind, name), found in counts.items() if kind == sort}
        over = {name: float(max(found)) for name, found in own.items() if max(found) > most}
        beside = {"signed-in floor": float(floor), "addresses": float(len(own)), "over": float(len(over)), **over}
        worst = max(max(found) for found in own.values())
        results.append(
            Result("B10", f"{sort}: most queries beyond the floor", worst, "queries", limit=most, floor=beside)
        )
    grown = {
        f"{sort} {name}": float(found[-1] - found[0])
        for (sort, name), found in counts.items()
        if found[-1] > found[0] + 1
    }
    results.append(
        Result(
            "B10",
            f"addresses whose queries grow from {ROWS[0]} to {ROWS[-1]} rows",
            len(grown),
            "addresses",
            limit=0,
            floor=grown,
        )
    )
    return results


def addresses() -> Iterator[tuple[str, str, str]]:
    """(sort, name, address) of every list and of the newest object of every kind."""
    things: Callable[[str], Any] = lambda kind: (  # noqa: E731
        Thing.objects.unrestricted(_ground.LOOK).filter(kind=kind, domain__slug="queries").order_by("pk").first()
    )
    for kind, name in API.items():
        yield "API list", name, f"/api/v1/{name}/"
        yield "API detail", name, f"/api/v1/{name}/{things(kind).key}/"
    for name in MORE_LISTS["API"]:
        yield "API list", name, f"/api/v1/{name}/"
    for kind, url in (PAGES | {"quote": QUOTED_PAGE}).items():
        if kind != "quote":
            yield "page list", url, url
        yield "page detail", url, f"{url}{things(kind).key}/"
    for url in MORE_LISTS["page"]:
        yield "page list", url, url
    yield "page detail", HOME, HOME


def _count(client: Any, url: str) -> int:
    """Queries of the second request: the first one fills caches of the process, such as those of levels.

    That a strict thing was opened is one statement more, whatever is shown (decision 0021); it is not counted here.
    """
    _ground.get(client, url)
    with _ground.statements() as sent:
        _ground.get(client, url)
    counted, records = _ground.without_record(sent)
    if records > 1:
        raise SystemExit(f"{url} wrote {records} statements into the ledger")
    return len(counted)
