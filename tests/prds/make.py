"""A PRD that may be approved, made by verbs; each test takes one thing away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from catalog.actions import appoint_owner, appoint_steward
from catalog.levels import record_review
from catalog.models import Dataset
from demand.models import Insight
from guard import clock
from guard.doors import act
from guard.models import Domain
from guard.policy import Who
from metrics.models import Metric
from prds import actions
from prds.models import Prd, ReviewSlot
from prds.template import parse_sections
from tests.catalog import make as catalog
from tests.demand import make as demand
from tests.metrics import make as metrics

ALL = "a test looks at what is there"
REVIEWERS = {"business": "sam", "engineering": "ravi", "data_owner": "omar", "governance": "grace"}

TEXT = """
## 1. Summary [summary]
The checkout lead moves or removes the coupon step twice a day, by 2027-10-31. Draft, product bet, declared level L3.
## 2. Problem [problem]
{{insight:%(insight)s}} says that breaks are seen late.
It costs about 40 orders a day; if nothing is done that stays so.
## 3. Users [users]
64 people in category management, each morning. Shoppers are affected and will not use it.
## 4. Decision [decision]
Tom, the checkout lead, decides daily at 10:00, by 2027-10-31, whether the coupon step moves. If {{metric:step_loss}} is
above 12 %% for 2 hours we will switch the variant; otherwise we keep it. Taste stays human judgement.
## 5. Goals [goals]
Raise {{metric:pay_buyer_cnt role=success}} from 310 to 330 a day by 2027-10-31, source: order ledger.
Non-goals: a new checkout.
Guardrail: {{metric:refund_cnt role=guardrail}} stays at most 40 a day.
## 6. Metrics [metrics]
{{metric:pay_buyer_cnt role=success}} per day and client, UTC. Blind spot: people who only look at delivery cost.
## 8. Sources [sources]
{{dataset:shop.dwd_order columns=order_id,buyer_id}}: owner Omar, reviewed, hourly, no known faults.
## 10. Deliverable [deliverable]
A dashboard with three figures. Alternatives: reuse of the wallboard (shows no steps), no build (a mail comes too late).
## 12. Quality [quality]
Freshness: loaded by 20 minutes past the hour in 99 %% of hours. Completeness: no category is missing.
Uniqueness: one row an hour.
## 13. Security [security]
L3. Purpose: operating the checkout. Access by role, kept for 400 days, no export of rows.
## 14. Fairness [fairness]
Nobody is ranked. Uses about single persons are forbidden.
## 15. Acceptance [acceptance]
- Given an hour with 1,000 visits, when it ends, then the loss of each step is shown within 20 minutes.
- Buyers are reconciled with the order ledger within 0.5 %%.
## 16. Roll-out [rollout]
Trial group: 6 people for 2 weeks. Rollback: the old mail is switched on again.
## 19. Review [review]
Review on 2027-12-31. Usage target: 60 %% of the eligible. We retire it if fewer than 10 %% use it for 90 days.
"""


@dataclass
class World:
    """Everything that one PRD stands on."""

    cast: dict[str, Any]
    domain: Domain
    dataset: Dataset
    insight: Insight
    metrics: dict[str, Metric] = field(default_factory=dict)
    prd: Prd | None = None


@act("test.review_recorded", who=Who(anyone=True), subject="dataset")
def reviewed(*, by: Any, dataset: Dataset) -> None:
    """What governance records when a review is approved."""
    record_review(dataset, reviewer=by, due=clock.now().date() + timedelta(days=365))


def world(cast: dict[str, Any], domain: Domain) -> World:
    """A reviewed dataset with owner and steward, three metrics with owners, a supported insight."""
    dataset = metrics.dataset(cast, domain)
    appoint_owner(by=cast["grace"], of=dataset, person=cast["omar"])
    appoint_steward(by=cast["grace"], of=dataset, person=cast["ravi"])
    reviewed(by=cast["grace"], dataset=catalog.fresh(dataset))
    made = {
        "pay_buyer_cnt": metrics.atomic(cast, dataset, "pay_buyer_cnt"),
        "refund_cnt": metrics.atomic(cast, dataset, "refund_cnt", expr="order_id", tier="guardrail"),
        "step_loss": metrics.atomic(cast, dataset, "step_loss", expr="amount", agg="sum"),
    }
    insight = demand.supported(cast["priya"], domain)
    return World(cast, domain, catalog.fresh(dataset), insight, made)


def written(here: World, text: str = TEXT, **settings: Any) -> Prd:
    """Written by Priya, with reviewers named."""
    given: dict[str, Any] = {
        "decision_maker": here.cast["tom"],
        "declared_level": 3,
        "purpose": "operations",
        "retention_days": 400,
    }
    prd = actions.write_prd(
        by=here.cast["priya"], title="Checkout funnel", domain=here.domain,
        sections=parse_sections(text % {"insight": here.insight.key}), **(given | settings),
    )  # fmt: skip
    for role, who in REVIEWERS.items():
        actions.name_reviewer(by=here.cast["priya"], prd=prd, role=role, person=here.cast[who])
    here.prd = fresh(prd)
    return here.prd


def fresh(prd: Prd) -> Prd:
    return Prd.objects.unrestricted(ALL).get(pk=prd.pk)


def slot(prd: Prd, role: str) -> ReviewSlot:
    rows = ReviewSlot.objects.unrestricted(ALL).select_related("reviewer", "prd__thing__domain", "prd__author")
    return rows.get(prd=prd, role=role)


def approve_all(here: World, *, without: str = "") -> Prd:
    """Submitted, and every reviewer but `without` approves."""
    assert here.prd is not None
    actions.submit_prd(by=here.cast["priya"], prd=here.prd)
    for role, who in REVIEWERS.items():
        if role != without:
            actions.review_prd(by=here.cast[who], slot=slot(here.prd, role), verdict="approve")
    return fresh(here.prd)
