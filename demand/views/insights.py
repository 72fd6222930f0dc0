"""Pages of insights."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from demand import actions
from demand.evidence import CONTRADICTS, SUPPORTS, quotes_by_role
from demand.filters import InsightFilter
from demand.forms import hearing, learning
from demand.models import Insight, Quote, Request
from demand.states import PM
from demand.views.moving import Way, choices, move
from guard.doors import grades_of, opened_all
from guard.joints import joints_from
from guard.kinds import url_of
from guard.models import Link
from guard.policy import EXISTS, READ
from guard.things import standing_people
from people.requests import SignedIn as HttpRequest
from web.listing import KEY, LEVEL, STATE, TITLE, UPDATED, Column, Listing, teaches
from web.pages import carry_out, page

WAYS = {
    "support": Way(actions.support_insight, said=_("Marked as supported.")),
    "dispute": Way(actions.dispute_insight, learning.DisputeInsight, _("Disputed: its author hears of it.")),
    "retire": Way(actions.retire_insight, hearing.WithReason, _("Retired.")),
    "evidence": Way(actions.add_evidence, learning.AddEvidence, _("The evidence is counted.")),
    "measure": Way(actions.measure_insight, learning.MeasureInsight, _("The number stands beside it.")),
    "answer": Way(actions.answer_contradictions, learning.AnswerContradictions, _("Answered.")),
}
COLUMNS = [
    KEY,
    TITLE,
    Column("kind", _("Kind"), sort="kind", cell=lambda row: row.get_kind_display()),
    Column("severity", _("Severity"), sort="severity", cell=lambda row: row.get_severity_display()),
    Column("participants", _("People"), sort="participants", css="r"),
    Column("strength", _("Evidence"), sort="strength", cell=lambda row: row.get_strength_display()),
    STATE,
    LEVEL,
    UPDATED,
]


@require_safe
def list_insights(request: HttpRequest) -> HttpResponse:
    rows = Insight.objects.visible_to(request.user)
    empty = {
        "title": _("No insights yet"),
        "sentence": _("An insight says in our words what several quotes have in common."),
        "url": "/demand/insights/new/",
        "label": _("Write an insight"),
        "icon": "eye",
    }
    may_add = PM.permits(request.user.principal)
    listing = Listing(rows, COLUMNS, InsightFilter, csv_name="insights", empty=teaches(empty, may_add))
    return listing.respond(request, "demand/insights.html", {"may_add": may_add})


def draft_insight(request: HttpRequest) -> HttpResponse:
    template = "demand/insight_new.html"
    if request.method == "POST":
        form = learning.DraftInsight(request.POST, actor=request.user)
        return carry_out(
            request, actions.draft_insight, form, done=url_of, template=template, said=_("Kept as a draft.")
        )
    chosen = Quote.objects.visible_to(request.user).filter(thing__key__in=request.GET.getlist("quote"))
    return page(
        request, template, {"form": learning.DraftInsight(actor=request.user, initial={"supporting": list(chosen)})}
    )


@require_safe
def show_insight(request: HttpRequest, key: str) -> HttpResponse:
    insight = _insight(request, key)
    return page(request, "demand/insight.html", _context(request, insight), thing=insight)


def draw_next(request: HttpRequest, insight: Insight) -> str:
    """The moves that this person may make, each with what stands before it: a part of the page that comes later."""
    context = {"choices": choices(insight, WAYS, request.user)}
    return render_to_string("demand/next_panel.html", context, request)


def draw_adding(request: HttpRequest, insight: Insight) -> str:
    """The form that adds quotes, with the quotes to choose from."""
    form = learning.AddEvidence(actor=request.user, auto_id="id_evidence_%s")
    return render_to_string("demand/adding_panel.html", {"insight": insight, "form": form}, request)


@require_POST
def move_insight(request: HttpRequest, key: str, name: str) -> HttpResponse:
    insight = _insight(request, key)
    template = "demand/insight.html"
    return move(request, insight, name, ways=WAYS, template=template, context=lambda: _again(request, insight))


def _insight(request: HttpRequest, key: str) -> Insight:
    found: Insight = get_object_or_404(Insight.objects.visible_to(request.user), thing__key=key)
    return found


def voices(insight: Insight, actor: Any) -> dict[str, tuple[list[Quote], int]]:
    """By role: the quotes that this person may read, and how many more they may know of."""
    ends = {joint.target_id: joint.target for joint in joints_from([insight.pk], "rests_on")}
    grades = grades_of(actor, ends.values())
    seen = [pk for pk, grade in grades.items() if grade >= READ]
    quotes = list(Quote.objects.visible_to(actor).filter(pk__in=seen).order_by("pk")) if seen else []
    opened_all(actor, quotes)
    return {
        role: ([quote for quote in quotes if quote.pk in ids], sum(EXISTS <= grades[pk] < READ for pk in ids))
        for role, ids in quotes_by_role(insight).items()
    }


def _again(request: HttpRequest, insight: Insight) -> dict[str, Any]:
    """The page drawn again after a refusal: what comes later otherwise is on it, with what was typed."""
    return _context(request, insight) | {"choices": choices(insight, WAYS, request.user)}


def _context(request: HttpRequest, insight: Insight) -> dict[str, Any]:
    """What an insight's page shows to this person."""
    actor = request.user
    said = voices(insight, actor)
    (supporting, hidden_for), (contradicting, hidden_against) = said[SUPPORTS], said[CONTRADICTS]
    joints = Link.objects.visible_to(actor).filter(target_id=insight.pk, relation="answers")
    is_pm = actor.has_role("data_pm") and insight.state != "retired"
    return {
        "insight": insight,
        "supporting": supporting,
        "contradicting": contradicting,
        "hidden_for": hidden_for,
        "hidden_against": hidden_against,
        "requests": Request.objects.visible_to(actor).filter(pk__in=joints.values("source_id")).order_by("-pk"),
        "authors": standing_people(insight, "author"),
        "may_ask": insight.state != "retired" and any(actor.principal.clearances.values()),
        "is_pm": is_pm,
        "forms": {
            "measure": learning.MeasureInsight(
                actor=actor, auto_id="id_measure_%s",
                initial={
                    "value": insight.measured_value, "source": insight.measured_source, "on": insight.measured_on,
                },
            ),
            "answer": learning.AnswerContradictions(
                actor=actor, auto_id="id_answer_%s", initial={"answer": insight.answer_md}
            ),
        }
        if is_pm
        else {},
    }  # fmt: skip
