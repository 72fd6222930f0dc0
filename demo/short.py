"""What the shorter stories share: one voice to one quote, an ask that is accepted, a PRD agreed to by everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog import actions as catalog
from demand import actions as demand
from demand.models import Insight, Quote, Request
from demo.teller import WHY, Teller
from demo.texts import read
from metrics import actions as metrics
from people.models import User
from prds import actions as prds
from prds.models import Prd, ReviewSlot
from prds.template import parse_sections

DUTIES = {"engineering": "omar", "data_owner": "ravi", "governance": "grace"}


def voice(t: Teller, days: int, who: Mapping[str, Any], text: str, exact: str, *codes: str) -> Quote:
    """One interview of one person and the words of it that are quoted."""
    interview = t.hear(days, f"{who['job_role']}, heard", who, text)
    return t.quote(days - 1, interview, exact, *codes)


def accepted(
    t: Teller, days: int, *, by: User, insight: Insight, due: int, response: str, later: int = 2, **said: Any
) -> Request:  # fmt: skip
    """An ask for data by who decides with it, looked at and accepted by Priya some days later.

    Args:
        t: who tells.
        days: how long ago it was asked.
        by: who asks and decides.
        insight: what it answers.
        due: day of the decision, from today.
        response: Priya's words.
        later: days until they are said.
        said: title, business_question, decision_to_make and action_rule.
    """
    with t.ago(days):
        request = demand.ask_for_data(
            by=by, domain=t.domain, decision_maker=by, decision_deadline=t.day(due), insights=[insight], **said
        )
    with t.ago(days - later):
        demand.triage_request(by=t.priya, request=request)
        demand.accept_request(by=t.priya, request=t.fresh(request), response=response)
    return t.fresh(request)  # type: ignore[no-any-return]


def product(t: Teller, days: int, title: str, *, offers: tuple[str, ...], contains: tuple[str, ...],
            **fields: Any) -> Any:  # fmt: skip
    """A product that offers metrics and contains datasets, both named as in `t.made`."""
    made = t.product(days, title, **fields)
    with t.ago(days - 1):
        for name in contains:
            catalog.contain(by=t.priya, product=made, dataset=t.made[name])
        for name in offers:
            metrics.offer_metric(by=t.priya, product=made, metric=t.made[name])
    return t.fresh(made)


def prd(
    t: Teller, days: int, title: str, text: str, *, insight: Insight, request: Request, product: Any, maker: str,
    level: int, purpose: str, retention_days: int, horizon: str = "short_term",
) -> Prd:  # fmt: skip
    """A PRD written by Priya, submitted a day later and agreed to by four others, each for their sections.

    Args:
        t: who tells.
        days: how long ago it was written; the reviews follow within four days.
        title: its name.
        text: name of the file in `demo/texts`, with the keys insight, request, deadline and review.
        insight, request: what it rests on.
        product: what it specifies.
        maker: username of who decides with it and speaks for the business.
        level: declared.
        purpose, retention_days: of personal data.
        horizon: of `prds.models.Horizon`.
    """
    words = {
        "insight": insight.key, "request": request.key, "deadline": t.day(130), "review": t.day(160),
        "question": t.day(30),
    }  # fmt: skip
    with t.ago(days):
        made = prds.write_prd(
            by=t.priya, title=title, domain=t.domain, product=product, sections=parse_sections(read(text) % words),
            decision_maker=t.cast[maker], declared_level=level, purpose=purpose, retention_days=retention_days,
            horizon=horizon,
        )  # fmt: skip
        for role, who in {"business": maker, **DUTIES}.items():
            prds.name_reviewer(by=t.priya, prd=t.fresh(made), role=role, person=t.cast[who])
    with t.ago(days - 1):
        prds.submit_prd(by=t.priya, prd=t.fresh(made))
    slots = ReviewSlot.objects.unrestricted(WHY).select_related("prd__thing__domain", "prd__author", "reviewer")
    with t.ago(days - 3):
        for slot in slots.filter(prd=made).order_by("pk"):
            prds.review_prd(by=t.cast[slot.reviewer.username], slot=slot, verdict="approve", body="Read and agreed.")
    return t.fresh(made)  # type: ignore[no-any-return]
