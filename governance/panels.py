"""What governance adds to lower pages: levels and access on a dataset, what one asked for on one's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.actions.datasets import KEEPERS
from catalog.lookup import dataset_for, one_of, warehouse_for
from catalog.models import Dataset, Warehouse
from demand.mine import my_requests
from governance import approvers, rescanning, streaming
from governance.actions.reviews import PROPOSERS
from governance.enforcement import desk
from governance.models import Attestation, Delegation, Grant, LevelReview
from governance.states import LIVE, ReviewState
from governance.views import grants, lineage, reviews
from guard import clock
from guard.doors import grade_of, held_by
from guard.kinds import url_of
from guard.policy import COLUMNS, PROFILE
from web.panels import register_panel


def dataset_panel(request: Any, dataset: Dataset) -> str:
    """The side panel of a dataset."""
    reviews = LevelReview.objects.visible_to(request.user).filter(dataset=dataset, thing__state=ReviewState.OPEN)
    mine = Grant.objects.visible_to(request.user).filter(
        dataset=dataset, requester=request.user.pk, thing__state__in=LIVE
    )
    grade = grade_of(request.user, dataset.thing)
    is_proposer = PROPOSERS.permits(request.user.principal, held_by(request.user, dataset.thing))
    may_propose = grade >= COLUMNS and is_proposer
    context = {
        "dataset": dataset,
        "is_above": may_propose and bool(dataset.column_count) and (dataset.declared_level or 0) > dataset.high_water,
        "is_current": dataset.is_review_current(timezone.localdate()),
        "reviews": list(reviews),
        "grant": mine.first(),
        "may_propose": may_propose,
        "may_look": grade >= PROFILE and is_proposer,
        "behind": next(iter(rescanning.behind(request.user, dataset)), None) if grade >= PROFILE else None,
        "may_take": grade < PROFILE and approvers.may_break_glass(request.user, dataset.level),
    }
    return render_to_string("governance/dataset_panel.html", context, request=request)


def asked_panel(request: Any, me: Any) -> str:
    """On one's own page: the data and the access that one asked for."""
    grants = Grant.objects.visible_to(request.user).filter(requester=me.user)
    context = {
        "asks": list(my_requests(request.user)[:20]),
        "grants": list(grants.select_related("dataset__thing__domain").order_by("-thing__updated_at")[:20]),
    }
    return render_to_string("governance/asked_panel.html", context, request=request)


def deputies_panel(request: Any, me: Any) -> str:
    """On one's own page: who stands in for one, and for whom one stands in."""
    rows = Delegation.objects.filter(ended_at=None, period__endswith__gt=clock.now())
    rows = rows.filter(Q(giver=me.user.pk) | Q(deputy=me.user.pk)).select_related("giver", "deputy", "domain")
    context = {"delegations": list(rows.order_by("period")), "me": me.user}
    return render_to_string("governance/deputies_panel.html", context, request=request)


def why_link(request: Any, thing: Any) -> str:
    """Beside the level on every object's page: why this level, and why one sees it."""
    address = reverse("governance:why-show", args=[thing.key])
    return format_html('<a class="chip" href="{}">{}</a>', address, _("Why?"))


register_panel("*", "head", why_link, order=10)


def warehouse_panel(request: Any, warehouse: Warehouse) -> str:
    """On the catalogue's page of a warehouse: whether it is in step, for whoever may look."""
    if not desk.may_look(request.user, warehouse):
        return ""
    context = {"warehouse": warehouse, "verification": desk.verifications(warehouse).first()}
    return render_to_string("governance/warehouse_panel.html", context, request=request)


def lineage_panel(request: Any, thing: Any) -> str:
    """On a dataset's lineage: which columns go into it, what arrives by them, and what people vouch for."""
    dataset = Dataset.objects.visible_to(request.user, "columns").filter(pk=thing.pk).first()
    if dataset is None:
        return ""
    context = {
        "dataset": dataset,
        "edges": streaming.edges_into(request.user, dataset),
        "findings": streaming.findings(request.user, dataset),
        "here": f"{url_of(dataset)}?tab=lineage",
        "may_keep": KEEPERS.permits(request.user.principal, held_by(request.user, thing)),
    }
    return render_to_string("governance/lineage_panel.html", context, request=request)


register_panel("dataset", "lineage", lineage_panel, order=10)


def grant_for(reader: Any, key: str) -> Grant:
    """A grant by key.

    Raises:
        Absent: unknown or hidden.
    """
    found: Grant = one_of(grants.visible_to(reader), key)
    return found


def review_for(reader: Any, key: str) -> LevelReview:
    """A level review by key.

    Raises:
        Absent: unknown or hidden.
    """
    found: LevelReview = one_of(reviews.visible_to(reader), key)
    return found


def attestation_for(reader: Any, key: str) -> Attestation:
    """An attestation by key.

    Raises:
        Absent: unknown or hidden.
    """
    found: Attestation = one_of(lineage.attestations(reader), key)
    return found


register_panel("dataset", "side", dataset_panel, order=20, name="levels", title=gettext_lazy("Levels and access"),
               load=dataset_for)  # fmt: skip
register_panel("warehouse", "side", warehouse_panel, order=20, name="enforcement", title=gettext_lazy("Enforcement"),
               size="low", load=warehouse_for)  # fmt: skip
register_panel("me", "main", asked_panel, order=10)
register_panel("me", "side", deputies_panel, order=10)
register_panel("grant", "named", grants.draw_rules, name="rules", title=gettext_lazy("Rules"), load=grant_for)
register_panel(
    "grant", "named", grants.draw_deciding, name="deciding", title=gettext_lazy("Agreement needed"), load=grant_for
)
register_panel(
    "review", "named", reviews.draw_effect, name="effect", title=gettext_lazy("What approving would change"),
    load=review_for,
)  # fmt: skip
register_panel("review", "named", reviews.draw_rules, name="rules", title=gettext_lazy("Rules"), load=review_for)
register_panel(
    "attestation", "named", lineage.draw_effect, name="effect", title=gettext_lazy("What agreeing would change"),
    needs="columns", load=attestation_for,
)  # fmt: skip
