"""The whole thread made by the verbs of every room: each declared joint stands in it at least once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from catalog import actions as catalog_verbs
from demand import actions as demand_verbs
from demand.models import Request
from governance import actions as governance_verbs
from guard import clock
from guard.models import Domain
from metrics import actions as metric_verbs
from metrics.models import Metric
from prds import actions as prd_verbs
from tests.catalog import make as catalog
from tests.demand import make as demand
from tests.governance import lineage
from tests.metrics import make as metrics
from tests.prds import make as prds
from tests.usage import make as usage
from usage import actions as usage_verbs

COMPOSITE = {"expression": "loss / visits", "calc_type": "ratio", "denominator_policy": "null"}


def thread(cast: dict[str, Any], domain: Domain) -> prds.World:
    """A PRD with all that it stands on, and what came of it."""
    here = prds.world(cast, domain)
    here.metrics |= _metrics(cast, domain, here.dataset)
    first, again = _requests(cast, domain, here)
    product = catalog.product(cast["priya"], domain, "Coupon Monitor")
    catalog_verbs.contain(by=cast["priya"], product=product, dataset=here.dataset)
    metric_verbs.offer_metric(by=cast["priya"], product=product, metric=here.metrics["loss"])
    text = prds.TEXT.replace("## 3.", "{{request:" + first.key + "}} asks for it.\n## 3.")
    prd = prds.written(here, text, product=product)
    _governance(cast, here, prd)
    _decisions(cast, domain, here, product, again)
    return here


def _metrics(cast: dict[str, Any], domain: Domain, dataset: Any) -> dict[str, Metric]:
    """A composite, one with a second source, and one that was merged into another that a composite was made of."""
    raw = metrics.dataset(cast, domain, "shop.ods_visit")
    catalog_verbs.add_lineage(by=cast["omar"], source=raw, target=dataset)
    loss = metrics.atomic(cast, dataset, "loss", expr="amount", agg="sum")
    visits = metrics.atomic(cast, raw, "visits", expr="order_id", agg="count", definition={"joins": [dataset.key]})
    calls = metrics.atomic(cast, raw, "calls", expr="client", agg="count")
    rate = metrics.composite(cast, domain, "loss_rate", "loss / calls")
    metric_verbs.merge_metric(by=cast["grace"], metric=calls, into=visits, reason="Both count the same.")
    return {"loss": loss, "visits": visits, "loss_rate": metrics.fresh(rate), "calls": metrics.fresh(calls)}


def _requests(cast: dict[str, Any], domain: Domain, here: prds.World) -> tuple[Request, Request]:
    """One that is accepted, and one that repeats it."""
    about = [here.dataset.thing, here.metrics["loss"].thing, catalog.product(cast["priya"], domain, "Old wall").thing]
    first = demand.accepted(cast["sam"], cast["priya"], domain, insights=[here.insight], about=about)
    again = demand.ask(cast["tom"], domain, none_fits="The page is another one.")
    demand_verbs.mark_duplicate(by=cast["priya"], request=again, target=first, response="The same is asked there.")
    third = demand.ask(cast["sam"], domain, none_fits="It asks for the price.", decision_to_make="Set the price")
    return first, third


def _governance(cast: dict[str, Any], here: prds.World, prd: Any) -> None:
    """A review that is open, access that was asked for, for a PRD, and lineage that somebody vouches for."""
    purpose = "service quality"
    open_to = metrics.dataset(cast, here.domain, "shop.dws_loss", order_id=2)
    governance_verbs.propose_levels(by=cast["omar"], dataset=open_to, levels={"order_id": 3}, reason="It names a day.")
    catalog_verbs.describe_dataset(by=cast["omar"], dataset=here.dataset, allowed_purposes=[purpose])
    governance_verbs.ask_access(
        by=cast["gus"], dataset=here.dataset, purpose=purpose, columns=["order_id"],
        ends_on=clock.now().date() + timedelta(days=20), prd=prd,
    )  # fmt: skip
    edge = lineage.join(cast["omar"], here.dataset, "order_id", open_to, "order_id")
    lineage.propose(cast["omar"], edge, lineage.stop())


def _decisions(cast: dict[str, Any], domain: Domain, here: prds.World, product: Any, request: Request) -> None:
    earlier = usage.decision(cast, domain, product=product)
    for on in (here.metrics["loss"], here.dataset, here.insight):
        usage.pin(cast, earlier, on)
    usage.decision(cast, domain, title="Move it back", supersedes=earlier)
    usage_verbs.raise_request(by=cast["priya"], decision=earlier, request=request)


def rewritten(here: prds.World) -> None:
    """A later version that refers to less: joints go with the words."""
    assert here.prd is not None
    prd_verbs.revise_prd(by=here.cast["priya"], prd=prds.fresh(here.prd), bodies={"metrics": "None yet."})


def redefined(here: prds.World) -> None:
    """A metric that is measured elsewhere from now on."""
    source = metrics.dataset(here.cast, here.domain, "shop.dwd_pay")
    metrics.redefine(here.cast, metrics.fresh(here.metrics["loss"]), source_dataset=source.key, expr="amount")
