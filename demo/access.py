"""Access in case A: one that ends within days, and one that was stopped until it is looked into."""

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
