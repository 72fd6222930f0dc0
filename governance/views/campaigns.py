"""Pages of campaigns: the list, opening one, answering, how carefully it was answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import actions
from governance.forms_many import CampaignForm
from governance.lead import campaigning
from governance.models import Campaign
from governance.states import LEADERS, CampaignState
from governance.views.finding import found, verb_of
from guard.kinds import url_of
from people.requests import SignedIn as HttpRequest
from web.listing import DOMAIN, KEY, STATE, TITLE, GovernedFilter, Listing
from web.listing import Column as Cell
from web.pages import carry_out, page
from web.templatetags import throughline as tags

SHOW = "governance/campaign.html"
COLUMNS = [
    KEY,
    TITLE,
    DOMAIN,
    Cell("levels", _("Levels"), cell=lambda r: ", ".join(f"L{rank}" for rank in r.levels)),
    Cell("opened_by", _("Opened by"), cell=lambda r: tags.person(r.opened_by), csv=lambda r: str(r.opened_by)),
    Cell("due_on", _("Until"), sort="due_on", css="r"),
    STATE,
]


def _visible(request: HttpRequest) -> Any:
    return Campaign.objects.visible_to(request.user).select_related("thing__domain", "opened_by")


def _get(request: HttpRequest, key: str) -> Campaign:
    campaign: Campaign = found(_visible(request), by=request.user, thing__key=key)
    return campaign


@require_safe
def list_campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, those that changed last first."""
    empty = {
        "title": _("No campaign yet"),
        "sentence": _("A campaign asks the keepers of datasets to look at their levels again until a day."),
        "icon": "shield",
    }
    listing = Listing(_visible(request), COLUMNS, GovernedFilter, csv_name="campaigns", empty=empty)
    may_open = LEADERS.permits(request.user.principal)
    return listing.respond(request, "governance/campaigns.html", {"may_open": may_open})


@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a campaign."""
    form = CampaignForm(request.POST or None, actor=request.user)
    context = {"form": form, "may_open": LEADERS.permits(request.user.principal)}
    if request.method != "POST":
        return page(request, "governance/campaign_new.html", context)
    return carry_out(
        request, actions.open_campaign, form, done=url_of, template="governance/campaign_new.html", context=context,
        said=_("Opened. Those who answer for the datasets were told."),
    )  # fmt: skip


@require_safe
def show_campaign(request: HttpRequest, key: str) -> HttpResponse:
    """One campaign: what waits, what was answered and by whom."""
    campaign = _get(request, key)
    return page(request, SHOW, _context(request, campaign), thing=campaign)


def _context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    items = campaigning.items_for(request.user, campaign)
    tally = campaigning.tally(items)
    may_lead = LEADERS.permits(request.user.principal)
    is_open = campaign.state == CampaignState.OPEN
    reasons = campaigning.why_not(request.user, [item for item in items if is_open and not item.verdict])
    rows = [(item, reasons.get(item.pk, "")) for item in items]
    return {
        "campaign": campaign,
        "rows": rows,
        "waiting": tally.get("", 0),
        "answered": len(items) - tally.get("", 0),
        "mine": sum(not why and not item.verdict for item, why in rows) if is_open else 0,
        "is_open": is_open,
        "may_lead": may_lead,
        "stamps": campaigning.stamps(items) if may_lead else [],
        "days_left": (campaign.due_on - timezone.localdate()).days,
    }


@require_POST
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm the chosen datasets, or say that they must change."""
    campaign = _get(request, key)
    pairs = [pick.partition(":") for pick in request.POST.getlist("pick")]
    return carry_out(
        request, actions.answer_campaign, done=url_of(campaign), template=SHOW, context=_context(request, campaign),
        said=_("Your answer is kept."), thing=campaign, campaign=campaign,
        answers={name: content for name, _colon, content in pairs},
        verdict=request.POST.get("verdict", ""), note=request.POST.get("note", ""),
    )  # fmt: skip


@require_POST
def move_campaign(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Close or cancel."""
    campaign = _get(request, key)
    verb = verb_of({"close": actions.close_campaign, "cancel": actions.cancel_campaign}, move)
    return carry_out(
        request, verb, done=url_of(campaign), template=SHOW, context=_context(request, campaign),
        said=_("The campaign is over."), thing=campaign, campaign=campaign, reason=request.POST.get("reason", ""),
    )  # fmt: skip
