"""The real warehouse: is it in step with its levels, what would have to be done, who gains and loses, what was done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from catalog import warehouse as connections
from catalog.models import Warehouse
from governance import actions
from governance.actions import enforcing
from governance.enforcement import desk
from governance.enforcement.limits import LIMITS
from governance.enforcement.sentences import sentence_of
from governance.forms import ApplyPlanForm, RevertForm
from governance.models import EnforcementRun
from people.requests import SignedIn as HttpRequest
from web.pages import carry_out, page

CLASS_WORDS = {
    "wider": _("Somebody can do more than the levels allow"),
    "narrower": _("Somebody can do less than they should"),
    "unknown": _("Nobody put it in the catalogue"),
}
SHOWN = 200


@require_safe
def list_warehouses(request: HttpRequest) -> HttpResponse:
    """Every warehouse: in step or not, and since when."""
    return page(request, "governance/warehouses.html", {"rows": desk.warehouses_for(request.user)})


@require_safe
def show_limits(request: HttpRequest) -> HttpResponse:
    """What enforcement does not protect, in plain words."""
    return page(request, "governance/warehouse_limits.html", {"limits": LIMITS})


@require_safe
def show_warehouse(request: HttpRequest, key: str) -> HttpResponse:
    """What is in step and what is not, and every run."""
    warehouse = desk.warehouse_for(request.user, key)
    return page(request, "governance/warehouse.html", context_of(request, warehouse))


def context_of(request: HttpRequest, warehouse: Warehouse) -> dict[str, Any]:
    """What the page of one warehouse draws; plans only for whoever may see all that they name."""
    may_look = desk.may_look(request.user, warehouse)
    found = desk.verifications(warehouse).first() if may_look else None
    return {
        "warehouse": warehouse,
        "may_look": may_look,
        "may_plan": may_look and request.user.has_role("governance_lead", "security", "data_engineer"),
        "can_be_enforced": connections.can_be_administered(warehouse.name),
        "verification": found,
        "classes": _by_class(found.drift) if found else [],
        "counts": found.counts if found else {},
        "runs": list(desk.runs(warehouse)[:50]) if may_look else [],
        "limits": LIMITS,
    }


def _by_class(drift: list[dict[str, str]]) -> list[tuple[str, Any, list[str]]]:
    return [
        (name, words, rows)
        for name, words in CLASS_WORDS.items()
        if (rows := [sentence_of(row) for row in drift if row["drift"] == name][:SHOWN])
    ]


@require_POST
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Look at the true state now."""
    warehouse = desk.warehouse_for(request.user, key)
    return carry_out(
        request, actions.verify_enforcement, done=_to(warehouse), template="governance/warehouse.html",
        context=context_of(request, warehouse), said=_("Verified just now."), warehouse=warehouse,
    )  # fmt: skip


@require_POST
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Make a plan; nothing is changed in the warehouse."""
    warehouse = desk.warehouse_for(request.user, key)
    return carry_out(
        request, actions.plan_enforcement, done=lambda run: _to(warehouse, run), template="governance/warehouse.html",
        context=context_of(request, warehouse), warehouse=warehouse,
    )  # fmt: skip


@require_safe
def show_run(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One plan: its SQL, who gains and loses, what would break, and what became of it."""
    warehouse = desk.warehouse_for(request.user, key)
    run = desk.run_for(request.user, warehouse, number)
    return page(request, "governance/warehouse_run.html", run_context(request, run))


def run_context(request: HttpRequest, run: EnforcementRun) -> dict[str, Any]:
    """What the page of one run draws."""
    standing = desk.last_applied(run.warehouse)
    decides = request.user.has_role("governance_lead", "security")
    job = enforcing.job_of(run)
    is_under_way = enforcing.is_under_way(job)
    is_open = run.state == EnforcementRun.State.PLANNED and bool(run.statements) and not is_under_way
    return {
        "job": job,
        "is_under_way": is_under_way,
        "run": run,
        "warehouse": run.warehouse,
        "classes": _by_class(run.findings),
        "gains": run.preview.get("gains", [])[:SHOWN],
        "loses": run.preview.get("loses", [])[:SHOWN],
        "trial": run.trial,
        "may_try": is_open and run.trial is None and (decides or request.user.has_role("data_engineer")),
        "may_apply": is_open and run.trial is not None and decides,
        "may_revert": decides and standing is not None and standing.pk == run.pk,
        "apply_form": ApplyPlanForm(initial={"plan": run.digest}, actor=request.user),
        "revert_form": RevertForm(actor=request.user),
    }  # fmt: skip


@require_POST
def move_run(request: HttpRequest, key: str, number: int, move: str) -> HttpResponse:
    """Try, apply or revert one run."""
    warehouse = desk.warehouse_for(request.user, key)
    run = desk.run_for(request.user, warehouse, number)
    common: dict[str, Any] = {
        "done": _to(warehouse, run), "template": "governance/warehouse_run.html", "context": run_context(request, run),
    }  # fmt: skip
    if move == "try":
        return carry_out(request, actions.try_enforcement, said=_("Tried and undone."), run=run, **common)
    if move == "apply":
        applying = ApplyPlanForm(request.POST, actor=request.user)
        common["context"]["apply_form"] = applying
        said = _("A worker applies it. This page shows how far it got.")
        return carry_out(request, actions.begin_enforcement, applying, said=said, run=run, **common)
    if move == "revert":
        back = RevertForm(request.POST, actor=request.user)
        common["context"]["revert_form"] = back
        said = _("Every right is as it was.")
        return carry_out(request, actions.revert_enforcement, back, said=said, run=run, **common)
    raise Http404


def _to(warehouse: Warehouse, run: EnforcementRun | None = None) -> str:
    if run is None:
        return reverse("governance:warehouse-show", args=[warehouse.key])
    return reverse("governance:warehouse-run", args=[warehouse.key, run.pk])
