"""One object of each kind, at a level that some of the cast may read and others may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from governance import actions as governance
from guard import things
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Thing
from people.models import User

LOOK = "a test looks at what is there"
LEVEL = 4
Cast = dict[str, User]


def dataset(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.governance import make

    found = make.orders(
        cast["omar"], domain, cast["grace"], {"order_id": 2, "card_token": 4}, owner=cast["tom"],
        allowed_purposes=["service quality"],
    )  # fmt: skip
    return make.reviewed(found, cast["ravi"], cast["grace"], {"order_id": 2, "card_token": 4})


def review(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    return governance.propose_levels(by=cast["ravi"], dataset=made["dataset"], levels={"order_id": 3})


def grant(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    return governance.ask_access(
        by=cast["sam"], dataset=made["dataset"], purpose="service quality", columns=["order_id"],
        ends_on=date.today() + timedelta(days=10),
    )  # fmt: skip


def campaign(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    return governance.open_campaign(
        by=cast["grace"], title="Autumn", domain=domain, levels=[4],
        due_on=date.today() + timedelta(days=30), why="yearly",
    )  # fmt: skip


def attestation(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.catalog import make
    from tests.governance import lineage

    view = make.dataset(cast["omar"], domain, "shop.card_view", {"token": 2})
    edge = lineage.join(cast["omar"], make.fresh(made["dataset"]), "card_token", view, "token")
    return lineage.propose(cast["ravi"], edge, lineage.hashed())


def metric(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.metrics import make

    return make.proposed(cast, domain, code="gross_margin_amt")


def warehouse(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.catalog import make

    return make.warehouse(cast["omar"], domain)


def product(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.catalog import make

    return make.product(cast["mei"], domain)


def interview(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.demand import make

    return make.transcribed(cast["mei"], domain)


def quote(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.demand import make

    return make.quote(cast["mei"], domain, alias="P-07")


def insight(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.demand import make

    return make.insight(cast["mei"], domain)


def request(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.demand import make

    return make.ask(cast["mei"], domain)


def prd(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.prds import make

    return make.written(make.world(cast, domain))


def decision(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.usage import make

    return make.decision(cast, domain)


def rule(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.governance.rules import made as rules

    return rules.in_force(cast["grace"], cast["gus"], mode="dry_run", owner="grace")


def change(cast: Cast, domain: Domain, made: dict[str, Any]) -> Any:
    from tests.governance.rules import made as rules

    body = rules.body(mode="warn", owner="grace")
    return governance.propose_rule(by=cast["grace"], body=body, reason=rules.REASON)


# in the order in which they are made: later ones may stand on earlier ones
SAMPLES: dict[str, Callable[[Cast, Domain, dict[str, Any]], Any]] = {
    "dataset": dataset,
    "review": review,
    "grant": grant,
    "campaign": campaign,
    "attestation": attestation,
    "metric": metric,
    "warehouse": warehouse,
    "product": product,
    "interview": interview,
    "quote": quote,
    "insight": insight,
    "request": request,
    "prd": prd,
    "decision": decision,
    "rule": rule,
    "change": change,
}


def make_all(cast: Cast, domain: Domain) -> dict[str, Thing]:
    """The Things of all samples, none milder than `LEVEL`."""
    made: dict[str, Any] = {}
    for kind, sample in SAMPLES.items():
        made[kind] = sample(cast, domain, made)
    token = CURRENT.set(Acting("test.ground", cast["ada"]))
    try:
        for found in made.values():
            thing = Thing.objects.unrestricted(LOOK).get(pk=things.thing_of(found).pk)
            if thing.level < LEVEL:
                things.set_level(thing, LEVEL)
    finally:
        CURRENT.reset(token)
    return {k: Thing.objects.unrestricted(LOOK).get(pk=things.thing_of(f).pk) for k, f in made.items()}
