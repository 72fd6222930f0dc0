"""Pages of level reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Column, Dataset
from governance import actions, deputising, labelling, other_levels, reviewing
from governance.forms import ProposeForm
from governance.models import LevelReview, ReviewItem, Vote
from governance.views.finding import found, verb_of
from guard.gates import judge
from guard.kinds import url_of
from guard.states import moves_for
from web.listing import STATE, UPDATED, GovernedFilter, Listing
from web.listing import Column as Cell
from web.pages import carry_out, page
from web.templatetags import throughline as tags


class ReviewFilter(GovernedFilter):
    """Also by the dataset's key."""

    searched = ("thing__title", "thing__key", "dataset_name")


COLUMNS = [
    Cell("key", _("Key"), sort="pk", cell=lambda r: tags.thing_link(r, r.key), csv=lambda r: r.key, head=True),
    Cell("dataset", _("Dataset"), sort="dataset_name",
         cell=lambda r: tags.thing_link(r.dataset) if r.may_read_dataset else r.dataset_name,
         csv=lambda r: r.dataset_name),
    Cell("direction", _("Direction"), cell=lambda r: _("lowers") if r.is_lowering else _("labels or raises")),
    Cell("level", _("Strictest level"), sort="rank", cell=lambda r: tags.level_chip(r.rank),
         csv=lambda r: f"L{r.rank}"),
    Cell("proposer", _("Proposed by"), sort="proposer__name", cell=lambda r: tags.person(r.proposer),
         csv=lambda r: str(r.proposer)),
    STATE,
    UPDATED,
]  # fmt: skip


RULES = ("LVL-1", "LVL-2", "LVL-4", "LVL-5")


def visible(request: HttpRequest) -> Any:
    """Reviews that this person may read."""
    return visible_to(request.user)


def visible_to(reader: Any) -> Any:
    """The same for a reader."""
    return reviewing.told_to(LevelReview.objects.visible_to(reader), reader).select_related("editor")


def get_review(request: HttpRequest, key: str) -> LevelReview:
    """The review by key; absent and forbidden look alike."""
    review: LevelReview = found(visible(request), by=request.user, thing__key=key)
    return review


@require_safe
def list_reviews(request: HttpRequest) -> HttpResponse:
    """All reviews, newest first."""
    empty = {
        "title": _("No levels have been proposed"),
        "sentence": _("Open a dataset and propose levels for its columns; somebody else then reviews them."),
        "icon": "shield",
    }
    listing = Listing(visible(request), COLUMNS, ReviewFilter, csv_name="level-reviews", empty=empty)
    return listing.respond(request, "governance/reviews.html")


@require_safe
def show_review(request: HttpRequest, key: str) -> HttpResponse:
    """One review: per column from and to, who agreed, what it would change."""
    review = get_review(request, key)
    thing = review.dataset if told(review) else None
    return page(request, "governance/review.html", context_of(request, review), thing=thing)


def told(review: Any) -> bool:
    """Whether who fetched this review may read its dataset."""
    return bool(review.may_read_dataset)


def context_of(request: HttpRequest, review: LevelReview) -> dict[str, Any]:
    """What the page of one review draws."""
    items = ReviewItem.objects.visible_to(request.user).filter(review=review)
    votes = reviewing.votes_shown(request.user, review)
    return {
        "review": review,
        "items": list(items),
        "labels": reviewing.labels_for(request.user, review),
        "votes": [(vote, vote.content_hash == review.content_hash) for vote in votes],
        **deciding(request, review, votes),
    }


def deciding(request: HttpRequest, review: LevelReview, votes: Iterable[Vote]) -> dict[str, Any]:
    """Which of the buttons this person has."""
    return {
        "review": review,
        "offered": {offer.move.name: offer for offer in moves_for(review, request.user, with_gates=False)},
        "is_mine": request.user.pk in (review.proposer_id, review.editor_id),
        "has_voted": any(v.person_id == request.user.pk and v.content_hash == review.content_hash for v in votes),
    }


def draw_effect(request: HttpRequest, review: LevelReview) -> str:
    """What approving would change, while it is open; a lowering is approved below it, with the digest of what was
    looked at."""
    if review.state != "open":
        return ""
    votes = reviewing.votes_of(review.thing, review.content_hash)
    context = {
        "impact": reviewing.impact_of_review(review, request.user),
        "places": deputising.places_for(request.user, review) if review.is_lowering else [],
        **deciding(request, review, votes),
    }
    return render_to_string("governance/review_effect.html", context, request)


def draw_rules(request: HttpRequest, review: LevelReview) -> str:
    """Whose agreement is needed and given, and the rules, while it is open."""
    if review.state != "open":
        return ""
    context = {
        "review": review,
        "tally": reviewing.tally_of(review),
        "checks": judge(review, RULES, request.user),
        "places": deputising.places_for(request.user, review),
    }
    return render_to_string("governance/review_rules.html", context, request)


@require_POST
def move_review(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Approve, reject or withdraw."""
    review = get_review(request, key)
    verbs = {"approve": actions.approve_review, "reject": actions.reject_review, "withdraw": actions.withdraw_review}
    verb = verb_of(verbs, move)
    facts: dict[str, Any] = {"reason": request.POST.get("reason", "")}
    if move == "approve":
        facts["preview"] = request.POST.get("preview", "")
    facts |= place_of(request, move)
    said = {"approve": _("You agreed."), "reject": _("Rejected."), "withdraw": _("Withdrawn.")}[move]
    return carry_out(
        request, verb, done=url_of(review), template="governance/review.html",
        context=context_of(request, review), thing=review.dataset if told(review) else None, said=said, review=review,
        **facts,
    )  # fmt: skip


def place_of(request: HttpRequest, move: str) -> dict[str, Any]:
    """In whose place a decision is sent, if it says so."""
    named = request.POST.get("on_behalf_of", "")
    return {"on_behalf_of": named} if named and move in ("approve", "reject") else {}


def get_dataset(request: HttpRequest, key: str, action: str) -> Dataset:
    """The dataset by key, if this person may see that much of it."""
    rows = Dataset.objects.visible_to(request.user, action).select_related("thing__domain")
    dataset: Dataset = found(rows, by=None if action == "exists" else request.user, thing__key=key)
    return dataset


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """Propose levels for columns of one dataset."""
    dataset = get_dataset(request, key, "columns")
    columns = list(Column.objects.visible_to(request.user, "columns").filter(dataset=dataset))
    declared = dataset.declared_level
    form = ProposeForm(request.POST or None, actor=request.user, columns=columns, declared=declared)
    context = {"dataset": dataset, "form": form, "url": url_of(dataset)}
    if request.method != "POST":
        return page(request, "governance/propose.html", context, thing=dataset)
    return carry_out(
        request, actions.propose_levels, form, done=url_of, template="governance/propose.html", context=context,
        thing=dataset, said=_("Proposed. Another person reviews it now."), dataset=dataset,
    )  # fmt: skip


def others_of(review: LevelReview, columns: Iterable[Column]) -> Iterator[tuple[Column, list[str]]]:
    """The levels of other schemes that a review wants its columns to have, as the form chooses them."""
    wanted = other_levels.wanted_by(review)
    for column in columns:
        if column.name in wanted:
            yield column, [f"{scheme}:{code}" for scheme, code in wanted[column.name].items() if code]


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, key: str) -> HttpResponse:
    """Change an open proposal; votes given before count no more."""
    review = get_review(request, key)
    dataset = get_dataset(request, review.dataset.key, "columns")
    columns = list(Column.objects.visible_to(request.user, "columns").filter(dataset=dataset))
    proposed = {item.column_id: item.rank for item in reviewing.items_of(review)}
    initial: dict[str, Any] = {"reason": review.reason, "floor": review.floor}
    initial |= {f"level-{pk}": rank for pk, rank in proposed.items()}
    wanted = labelling.wanted_by(review)
    initial |= {f"kinds-{column.pk}": sorted(wanted[column.name]) for column in columns if column.name in wanted}
    initial |= {f"others-{column.pk}": chosen for column, chosen in others_of(review, columns)}
    declared = dataset.declared_level
    form = ProposeForm(request.POST or None, actor=request.user, columns=columns, declared=declared, initial=initial)
    context = {"dataset": dataset, "form": form, "url": reverse("governance:review-show", args=[key]), "review": review}
    if request.method != "POST":
        return page(request, "governance/propose.html", context, thing=review)
    return carry_out(
        request, actions.amend_levels, form, done=url_of, template="governance/propose.html", context=context,
        thing=review, said=_("Changed. Agreements given before count no more."), review=review,
    )  # fmt: skip
