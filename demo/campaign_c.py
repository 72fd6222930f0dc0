"""A recertification at the hospital: one careful answer, five given in one breath, and one that is still missing."""

from __future__ import annotations

from demo.teller import Teller
from governance import actions as governance
from governance.lead import campaigning
from governance.models import Campaign, CampaignItem
from people.first import actor_named
from people.models import User

CAREFUL, MISSING = "ods_emr_special_case", "ods_emr_admission"


def tell(t: Teller) -> None:
    """Opened twenty days ago; who has not answered was reminded yesterday, and has two days left."""
    with t.ago(20):
        campaign = governance.open_campaign(
            by=t.grace, title="Who is named in hospital data", domain=t.domain, levels=range(1, 6), due_on=t.day(2),
            why="The ward system changes this month; the levels are looked at again before that.",
        )  # fmt: skip
    with t.ago(15, 9) as at:
        careful = [item for item in _items(t.gus, campaign) if item.dataset.name == CAREFUL]
        _confirm(t.gus, campaign, careful, f"Looked through with the privacy office on {at:%d %B}.")
    with t.ago(9, 17):
        hasty = [item for item in _items(t.ravi, campaign) if item.dataset.name not in (CAREFUL, MISSING)]
        _confirm(t.ravi, campaign, hasty)
    with t.ago(1, 6):
        governance.end_campaigns(by=actor_named(None))
    t.made["campaign"] = t.fresh(campaign)


def _items(reader: User, campaign: Campaign) -> list[CampaignItem]:
    return campaigning.items_for(reader, campaign)


def _confirm(by: User, campaign: Campaign, items: list[CampaignItem], note: str = "") -> None:
    answers = {item.dataset.key: item.content_hash for item in items}
    governance.answer_campaign(by=by, campaign=campaign, answers=answers, verdict="confirm", note=note)
