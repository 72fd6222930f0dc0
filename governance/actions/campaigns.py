"""Verbs of campaigns: open one over a frozen scope, answer for datasets, close it; silence lets reviews lapse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.levels import end_review, record_review
from catalog.models import Dataset
from governance import approvers
from governance.actions.suspending import silence_grants
from governance.lead import campaigning
from governance.models import Campaign, CampaignItem
from governance.states import LEADERS, CampaignState
from guard import clock, things
from guard.doors import act, acting, consequence
from guard.models import Domain
from guard.policy import READ, Who
from guard.refusals import Absent, Blocked, Denied, Invalid, Stale
from guard.states import perform
from people.actions import tell

ANSWERERS = Who(anyone=True)  # who may answer is asked of each dataset (`campaigning.why_not`)
LONGEST_DAYS = 180
REMIND_DAYS = 3
_WHY = "an act works on rows that it was handed"


@act("campaign.opened", who=LEADERS)
def open_campaign(
    *, by: Any, title: str, domain: Domain, levels: Iterable[int], due_on: date, why: str
) -> Campaign:  # fmt: skip
    """Freeze the datasets of a domain at some levels, and ask their keepers to look at the levels again.

    Args:
        by: who opens it; only datasets whose columns they may see are in it.
        title: for the list.
        domain: whose datasets.
        levels: effective levels, 1 to 5, one at least.
        due_on: last day for answers, from tomorrow to 180 days on.
        why: what it is for.

    Raises:
        Invalid: nothing is in its scope, too much is, or one of the arguments is wrong.
    """
    wanted, today = sorted(set(levels)), clock.now().date()
    errors: dict[str, list[str]] = {}
    if not wanted or not set(wanted) <= set(range(1, 6)):
        errors["levels"] = [_("Choose levels from L1 to L5.")]
    if not today < due_on <= today + timedelta(days=LONGEST_DAYS):
        errors["due_on"] = [_("Choose a day from tomorrow to %(n)d days on.") % {"n": LONGEST_DAYS}]
    errors |= {
        name: [_("Say it in a few words.")] for name, text in (("title", title), ("why", why)) if not text.strip()
    }
    if errors:
        raise Invalid(errors=errors)
    rows = Dataset.objects.visible_to(by, "columns").filter(thing__domain=domain, thing__level__in=wanted)
    datasets = list(rows.select_related("thing__domain").order_by("pk")[: campaigning.MOST + 1])
    if not 0 < len(datasets) <= campaigning.MOST:
        raise Invalid(errors={"levels": [_scope_fault(len(datasets))]})
    hashes = campaigning.content_of(datasets)
    thing = things.new_thing(kind="campaign", title=title.strip(), domain=domain, level=2, state=CampaignState.OPEN)
    campaign: Campaign = Campaign.objects.create(
        thing=thing, why=why.strip(), levels=wanted, due_on=due_on, opened_by=by,
        scope_hash=campaigning.scope_hash((dataset.key, hashes[dataset.pk]) for dataset in datasets),
    )  # fmt: skip
    CampaignItem.objects.bulk_create(
        CampaignItem(
            campaign=campaign, dataset=dataset, rank=dataset.level, columns=dataset.column_count,
            content_hash=hashes[dataset.pk], fresh_at=dataset.thing.updated_at,
        )
        for dataset in datasets
    )  # fmt: skip
    _call(campaign, by)
    acting().note(counts={"datasets": len(datasets)}, scope=campaign.scope_hash[:12], due=str(due_on))
    return campaign


@act("campaign.answered", who=ANSWERERS, subject="campaign")
def answer_campaign(
    *, by: Any, campaign: Campaign, answers: Mapping[str, str], verdict: str, note: str = ""
) -> Campaign:  # fmt: skip
    """Say of some datasets of a campaign that their levels are right, or that they have to be changed.

    Args:
        by: an owner, a steward or a governance lead; from L4 on not the owner.
        campaign: open.
        answers: content hash that was shown by key of the dataset.
        verdict: ``confirm`` renews the review of the levels; ``change`` leaves the levels as they are and asks for a
            proposal.
        note: why; compulsory for ``change``.

    Raises:
        Blocked: over, answered otherwise, unclassified columns, or changed since the campaign opened.
        Denied: not theirs to answer for.
        Invalid: nothing chosen, no such verdict, or no note where one is needed.
        Stale: something else was shown.
        Absent: a dataset that is not in it, or that they may not see.
    """
    held = _hold(campaign)
    if verdict not in (CampaignItem.Verdict.CONFIRM, CampaignItem.Verdict.CHANGE):
        raise Invalid(errors={"verdict": [_("Confirm the levels, or say that they must change.")]})
    if not answers:
        raise Invalid(errors={"answers": [_("Choose one dataset at least.")]})
    if verdict == CampaignItem.Verdict.CHANGE and len(note.strip()) < 10:
        raise Invalid(errors={"note": [_("Say in a sentence what is wrong.")]})
    items = _items(by, held, answers)
    now = campaigning.content_of([item.dataset for item in items])
    fresh = [item for item in items if _is_new(item, verdict)]
    for item, why in zip(fresh, campaigning.why_not(by, fresh).values(), strict=True):
        if why:
            raise Denied(f"{item.dataset.key}: {why}")
        _refuse(item, answers[item.dataset.key], now[item.dataset_id], verdict)
    for item in fresh:
        _write(by, item, verdict, note, len(fresh))
    acting().note(counts={verdict: len(fresh)})
    return held


@act("campaign.closed", who=LEADERS, subject="campaign")
def close_campaign(*, by: Any, campaign: Campaign, reason: str = "") -> Campaign:
    """Close a campaign to which all answers are there; after its last day the nightly work closes what is left.

    Raises:
        Blocked: it was cancelled, or somebody who still has time has not answered (CMP-1).
    """
    held = _hold(campaign, is_over_fine=True)
    waiting = sum(not item.verdict for item in _all_items(held))
    if waiting and held.due_on >= clock.now().date():
        raise Blocked(
            _("Datasets that wait for an answer: %(n)d. Close it after its last day, or cancel it.") % {"n": waiting},
            code="CMP-1",
        )
    return _close(held, by, reason)


@act("campaign.cancelled", who=LEADERS, subject="campaign")
def cancel_campaign(*, by: Any, campaign: Campaign, reason: str = "") -> Campaign:
    """Stop a campaign without any consequence for who did not answer; what was answered stays."""
    held = _hold(campaign)
    perform(held, "cancel", by=by, reason=reason)
    _put(held, closed_at=clock.now())
    return held


@act("campaigns.ended", who=Who(anyone=True))
def end_campaigns(*, by: Any) -> int:
    """Remind before the last day, once, and close what is past it; the nightly work calls it, twice does nothing.

    Returns:
        How many were closed.
    """
    today = clock.now().date()
    rows = Campaign.objects.unrestricted("what is due ends, whoever looks").filter(thing__state=CampaignState.OPEN)
    late = list(rows.filter(due_on__lt=today).select_related("thing__domain").select_for_update(of=("self",)))
    for campaign in late:
        _close(campaign, by, "")
        consequence("campaign.closed", campaign, because="due", due=str(campaign.due_on))
    soon = rows.filter(due_on__range=(today, today + timedelta(days=REMIND_DAYS)), reminded_at=None)
    for campaign in soon.select_related("thing__domain"):
        for person in _missing(campaign):
            tell(person, campaign, "campaign.due", _("A campaign waits for your answer and ends soon."))
        _put(campaign, reminded_at=clock.now())
    return len(late)


# -- what the verbs share
def _scope_fault(number: int) -> str:
    if not number:
        return _("No dataset of this domain that you may see has one of these levels.")
    return _("A campaign has at most %(n)d datasets. Choose fewer levels.") % {"n": campaigning.MOST}


def _hold(campaign: Campaign, *, is_over_fine: bool = False) -> Campaign:
    thing = things.lock(campaign)
    held: Campaign = Campaign.objects.unrestricted(_WHY).select_related("thing__domain").get(pk=thing.pk)
    if held.state != CampaignState.OPEN and not (is_over_fine and held.state == CampaignState.CLOSED):
        raise Blocked(_("This campaign is over."), code="state")
    return held


def _put(campaign: Campaign, **fields: Any) -> None:
    Campaign.objects.unrestricted(_WHY).filter(pk=campaign.pk).update(**fields)
    for name, value in fields.items():
        setattr(campaign, name, value)


def _all_items(campaign: Campaign) -> list[CampaignItem]:
    rows = CampaignItem.objects.unrestricted(_WHY).filter(campaign=campaign)
    return list(rows.select_related("dataset__thing__domain", "decided_by").order_by("pk"))


def _items(by: Any, campaign: Campaign, answers: Mapping[str, str]) -> list[CampaignItem]:
    rows = CampaignItem.objects.visible_to(by).filter(campaign=campaign, dataset__thing__key__in=set(answers))
    found = list(rows.select_related("dataset__thing__domain").order_by("pk").select_for_update(of=("self",)))
    if len(found) < len(set(answers)):
        raise Absent()
    return found


def _is_new(item: CampaignItem, verdict: str) -> bool:
    if item.verdict and item.verdict != verdict:
        raise Blocked(_("%(key)s was answered otherwise already.") % {"key": item.dataset.key}, code="decided")
    return not item.verdict


def _refuse(item: CampaignItem, shown: str, now: str, verdict: str) -> None:
    key = {"key": item.dataset.key}
    if shown != item.content_hash:
        raise Stale(_("%(key)s is not what you were shown. Look at it again.") % key)
    if verdict != CampaignItem.Verdict.CONFIRM:
        return
    if now != item.content_hash:
        raise Blocked(
            _("The columns or levels of %(key)s changed since the campaign opened. Propose its levels.") % key,
            code="CMP-2",
        )
    if item.dataset.unclassified_count:
        raise Blocked(_("%(key)s has columns without a level. Propose levels first.") % key, code="CMP-3")


def _write(by: Any, item: CampaignItem, verdict: str, note: str, together: int) -> None:
    CampaignItem.objects.unrestricted(_WHY).filter(pk=item.pk).update(
        verdict=verdict, decided_by=by, decided_at=clock.now(), note=note.strip(), together=together
    )
    item.verdict = verdict
    if verdict == CampaignItem.Verdict.CONFIRM:
        things.lock(item.dataset)
        days = approvers.rules_of(item.dataset.level)["review_days"]
        record_review(item.dataset, reviewer=by, due=clock.now().date() + timedelta(days=days))
        consequence("dataset.recertified", item.dataset, level=item.dataset.level)


def _close(campaign: Campaign, by: Any, reason: str) -> Campaign:
    if campaign.state == CampaignState.CLOSED:
        return campaign
    perform(campaign, "close", by=by, reason=reason)
    items = _all_items(campaign)
    silent = [item for item in items if not item.verdict]
    for item in silent:
        end_review(item.dataset)
        consequence("dataset.review_ended", item.dataset, because="nobody answered", campaign=campaign.key)
    CampaignItem.objects.unrestricted(_WHY).filter(pk__in=[item.pk for item in silent]).update(
        verdict=CampaignItem.Verdict.SILENCE
    )
    _put(campaign, closed_at=clock.now())
    silence_grants(by=by, campaign=campaign)
    counts = Counter(item.verdict or "silence" for item in items)
    acting().note(counts=dict(counts))
    tell(campaign.opened_by, campaign, "campaign.closed", _("A campaign that you opened is closed."))
    return campaign


def _missing(campaign: Campaign) -> list[Any]:
    """Who has not answered for something that waits for them."""
    waiting = [item for item in _all_items(campaign) if not item.verdict]
    return list({person.pk: person for people in campaigning.asked(waiting).values() for person in people}.values())


def _call(campaign: Campaign, by: Any) -> None:
    """Give sight of the campaign to those who are asked, and tell them; without any, governance leads are told."""
    asked = campaigning.asked(_all_items(campaign))
    people = {person.pk: person for several in asked.values() for person in several}
    if not all(asked.values()):
        leads = approvers.holders(campaign, "governance_lead")
        people |= {person.pk: person for person in leads}
    for person in people.values():
        things.give(campaign, reason="reviewer", grade=READ, person=person)
        if person.pk != by.pk:
            tell(person, campaign, "campaign.opened", _("Levels that you answer for are to be looked at again."))
