"""Access in case A: one that ends within days, one that was stopped, and two on which a deputy decides."""

from __future__ import annotations

from demo.teller import Teller
from governance import actions as governance
from governance.models import Grant


def tell(t: Teller) -> None:
    """Sam reads order lines for the checkout; Mei did, until an extract lay where it should not."""
    ending = _given(t, 24, "sam", columns=["order_id", "pay_amount"], note="Compare the step's loss with paid amounts.")
    stopped = _given(t, 20, "mei", columns=["order_id", "client", "is_refunded"], note="Refunds by client.")
    with t.ago(2):
        governance.suspend_grant(
            by=t.grace, grant=t.fresh(stopped), reason="An extract of these rows lay in a shared folder; we ask why."
        )
    t.made["ending"], t.made["stopped"] = t.fresh(ending), t.fresh(stopped)
    _stood_in(t)


def _stood_in(t: Teller) -> None:
    """Ravi keeps the page views and is at a course: Mei decides in his place. One agreement is given, one waits."""
    with t.ago(4):
        governance.name_deputy(
            by=t.ravi, deputy=t.mei, starts_on=t.day(-4), ends_on=t.day(17), domain=t.domain,
            reason="At a course on data contracts; Mei knows the page views as well as I do.",
        )  # fmt: skip
    asked = {"dataset": t.made["event"], "purpose": "product improvement", "ends_on": t.day(60)}
    with t.ago(3):
        searches = governance.ask_access(
            by=t.sam, columns=["page", "search_text"], purpose_note="What shoppers search for there.", **asked
        )  # fmt: skip
        waiting = governance.ask_access(
            by=t.priya, columns=["page", "device_id"], purpose_note="Steps of one visit, in order.", **asked
        )
    with t.ago(2):
        governance.approve_grant(by=t.mei, grant=searches, on_behalf_of="ravi", reason="As agreed with Ravi.")
        governance.approve_grant(by=t.omar, grant=searches)
        governance.approve_grant(by=t.omar, grant=waiting)


def _given(t: Teller, days: int, who: str, *, columns: list[str], note: str) -> Grant:
    """Asked for so many days ago, agreed to by owner and governance a day later; it lasts 28 days."""
    with t.ago(days):
        grant = governance.ask_access(
            by=t.cast[who], dataset=t.fresh(t.made["order"]), purpose="operations", columns=columns, purpose_note=note,
            prd=t.made["prd"] if who == "sam" else None, ends_on=t.day(28 - days),
        )  # fmt: skip
    with t.ago(days - 1):
        governance.approve_grant(by=t.omar, grant=grant)
        governance.approve_grant(by=t.gus, grant=grant, reason="Named columns, one purpose, within thirty days.")
    return grant
