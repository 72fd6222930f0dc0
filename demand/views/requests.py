"""Pages of requests: the list, the board, one ask and its moves."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Case, Value, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from demand import actions, lookup
from demand.filters import RequestFilter
from demand.forms import asking
from demand.models import Insight, Request, RequestSupport
from demand.states import CLOSED
from demand.views.moving import Way, choices, move
from demand.words import said_of, status_of
from guard import clock
from guard.doors import standings
from guard.ledger import history_of
from guard.models import Link, Thing
from people.requests import SignedIn as HttpRequest
from web.listing import KEY, LEVEL, STATE, TITLE, UPDATED, Column, Listing
from web.pages import carry_out, page
from web.templatetags.throughline import person

WAYS = {
    "submit": Way(actions.submit_request, said=_("Sent. A person replies within three working days.")),
    "triage": Way(actions.triage_request, said=_("You are looking at it now.")),
    "need-info": Way(actions.need_info, asking.WordsNeeded, _("Asked back.")),
    "reply": Way(actions.reply_request, asking.Reply, _("Your reply is there.")),
    "accept": Way(actions.accept_request, asking.Response, _("Accepted.")),
    "decline": Way(actions.decline_request, asking.WordsNeeded, _("Declined.")),
    "duplicate": Way(actions.mark_duplicate, asking.MarkDuplicate, _("Marked as asked already.")),
    "snooze": Way(actions.snooze_request, asking.Snooze, _("Put off.")),
    "answer": Way(actions.answer_request, asking.WordsNeeded, _("Answered.")),
    "plan": Way(actions.plan_request, asking.Plan, _("Planned.")),
    "start": Way(actions.start_request, said=_("Started.")),
    "deliver": Way(actions.deliver_request, asking.WordsNeeded, _("Delivered. The requester confirms it.")),
    "confirm": Way(actions.confirm_request, said=_("Thank you. It is done.")),
    "reopen": Way(actions.reopen_request, asking.Missing, _("Opened again.")),
    "withdraw": Way(actions.withdraw_request, said=_("Taken back.")),
    "score": Way(actions.score_request, asking.Score, _("Weighed.")),
    "support": Way(actions.support_request, asking.Support, _("Your voice counts.")),
    "insights": Way(actions.join_insights, asking.JoinInsights, _("Joined.")),
}
COLUMNS = [
    KEY,
    TITLE,
    Column("requester", _("Asked by"), sort="requester__name", cell=lambda row: person(row.requester)),
    Column("decision_deadline", _("Decided by"), sort="decision_deadline"),
    Column("support_count", _("Voices"), sort="support_count", css="r"),
    Column("rice", _("RICE"), sort="rice", css="r"),
    STATE,
    LEVEL,
    UPDATED,
]
#: The board's columns: a heading and the states under it.
BOARD = (
    (_("New"), ("submitted", "reopened")),
    (_("Being looked at"), ("triage", "needs_info")),
    (_("Put off"), ("snoozed",)),
    (_("Accepted"), ("accepted",)),
    (_("Planned"), ("planned",)),
    (_("Being built"), ("in_progress",)),
    (_("To be confirmed"), ("delivered", "answered")),
)
MOST_CARDS = 20
#: Moves without gates and facts: a card offers them without asking the rules of every row.
QUICK = ("triage", "start")


@require_safe
def list_requests(request: HttpRequest) -> HttpResponse:
    rows = Request.objects.visible_to(request.user)
    empty = {
        "title": _("No requests yet"),
        "sentence": _("Say which decision you have to make; a person finds out what data it needs."),
        "url": "/ask/",
        "label": _("Ask for data"),
        "icon": "chat",
    }
    return Listing(rows, COLUMNS, RequestFilter, csv_name="requests", empty=empty).respond(
        request, "demand/requests.html"
    )


@require_safe
def show_board(request: HttpRequest) -> HttpResponse:
    lanes = []
    by_lane = _cards(request.user)
    standings.expect(row.pk for rows in by_lane.values() for row in rows)
    for label, states in BOARD:
        found = by_lane[states]
        cards = [
            (row, [c for c in choices(row, WAYS, request.user, with_gates=False) if c.move.name in QUICK])
            for row in found[:MOST_CARDS]
        ]
        lanes.append({"label": label, "cards": cards, "is_cut": len(found) > MOST_CARDS, "states": states})
    return page(request, "demand/board.html", {"lanes": lanes, "today": clock.now().date()})


def _cards(actor: Any) -> dict[tuple[str, ...], list[Request]]:
    """The first cards of every lane, one more than is drawn, in one query."""
    lane = Case(*(When(thing__state__in=states, then=Value(n)) for n, (_label, states) in enumerate(BOARD)))
    rows = Request.objects.visible_to(actor).filter(thing__state__in=[s for _label, states in BOARD for s in states])
    numbered = rows.annotate(lane=lane).annotate(
        place=Window(RowNumber(), partition_by="lane", order_by=["decision_deadline", "pk"])
    )
    found: dict[tuple[str, ...], list[Request]] = {states: [] for _label, states in BOARD}
    for row in numbered.filter(place__lte=MOST_CARDS + 1).order_by("lane", "place"):
        found[BOARD[row.lane][1]].append(row)
    return found


@require_safe
def show_request(request: HttpRequest, key: str) -> HttpResponse:
    ask = _ask(request, key)
    return page(request, "demand/request.html", _context(request, ask), thing=ask)


def draw_next(request: HttpRequest, ask: Request) -> str:
    """Whose turn it is, and the moves of this person with what stands before each."""
    context = {"choices": choices(ask, WAYS, request.user), **_turn(request, ask)}
    return render_to_string("demand/next_of_request.html", context, request)


def draw_similar(request: HttpRequest, ask: Request) -> str:
    """What may answer it already, while it is open."""
    found = lookup.similar_to(request.user, lookup.text_of(ask), without=ask.pk) if _is_open(ask) else []
    return render_to_string("demand/similar_panel.html", {"similar": found}, request)


def draw_history(request: HttpRequest, ask: Request) -> str:
    """What happened to it."""
    lines = [(entry, said_of(entry.verb)) for entry in history_of(ask.thing, request.user, 12) if said_of(entry.verb)]
    return render_to_string("demand/history_panel.html", {"history": lines}, request)


def draw_joining(request: HttpRequest, ask: Request) -> str:
    """The form that joins insights, with the insights to choose from."""
    if not (request.user.has_role("data_pm") and _is_open(ask)):
        return ""
    form = asking.JoinInsights(actor=request.user, auto_id="id_insights_%s")
    return render_to_string("demand/joining_panel.html", {"ask": ask, "form": form}, request)


@require_POST
def move_request(request: HttpRequest, key: str, name: str) -> HttpResponse:
    ask = _ask(request, key)
    template = "demand/request.html"
    return move(request, ask, name, ways=WAYS, template=template, context=lambda: _again(request, ask))


def revise_request(request: HttpRequest, key: str) -> HttpResponse:
    ask = _ask(request, key)
    template, context = "demand/request_edit.html", {"ask": ask}
    if request.method == "POST":
        form = asking.Revise(request.POST, actor=request.user)
        return carry_out(
            request,
            partial(actions.revise_request, request=ask), form, done=f"/demand/requests/{key}/", template=template,
            context=context, about=ask, said=_("Kept."),
        )  # fmt: skip
    return page(request, template, {**context, "form": asking.Revise.of(ask, request.user)}, about=ask)


def _ask(request: HttpRequest, key: str) -> Request:
    found: Request = get_object_or_404(Request.objects.visible_to(request.user), thing__key=key)
    return found


def _again(request: HttpRequest, ask: Request) -> dict[str, Any]:
    """The page drawn again after a refusal: its moves are on it, with what was typed."""
    return _context(request, ask) | {"choices": choices(ask, WAYS, request.user)}


def _is_open(ask: Request) -> bool:
    return ask.is_open or ask.state == "draft"


def _turn(request: HttpRequest, ask: Request) -> dict[str, Any]:
    """Where it stands in words, and whether it waits for this person."""
    status = status_of(ask, request.user, clock.now().date())
    mine = request.user.pk == ask.requester_id
    turn = status.person is not None and status.person.pk == request.user.pk and (mine or ask.is_open)
    return {"status": status, "turn": turn, "is_over": ask.state in CLOSED and status.person is None}


def _context(request: HttpRequest, ask: Request) -> dict[str, Any]:
    """What an ask's page shows to this person."""
    actor = request.user
    mine, is_pm = actor.pk == ask.requester_id, actor.has_role("data_pm")
    joints = Link.objects.visible_to(actor).filter(source_id=ask.pk, relation="answers")
    meant = Link.objects.visible_to(actor).filter(source_id=ask.pk, relation="asks_about")
    first = ask.duplicate_of_id and Request.objects.visible_to(actor).filter(pk=ask.duplicate_of_id).first()
    return {
        "ask": ask, "mine": mine, "is_pm": is_pm, "first": first, **_turn(request, ask),
        "may_edit": _is_open(ask) and (mine or is_pm), "may_join": _is_open(ask) and is_pm, "is_open": _is_open(ask),
        "insights": Insight.objects.visible_to(actor).filter(pk__in=joints.values("target_id")).order_by("pk"),
        "about": Thing.objects.visible_to(actor, "read").filter(pk__in=meant.values("target_id")).order_by("pk"),
        "supports": RequestSupport.objects.visible_to(actor).filter(request=ask).select_related("person")[:20],
        "forms": _forms(ask, actor, mine=mine, is_pm=is_pm) if _is_open(ask) else {},
    }  # fmt: skip


def _forms(ask: Request, actor: Any, *, mine: bool, is_pm: bool) -> dict[str, Any]:
    """The forms beside the moves."""
    forms: dict[str, Any] = {}
    if is_pm:
        forms["score"] = asking.Score.of(ask, actor)
    if not mine and ask.is_open:
        forms["support"] = asking.Support(actor=actor, auto_id="id_support_%s")
    return forms
