"""Pages of PRDs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guard.doors import opened
from prds import actions, lookup, showing
from prds.forms import DeclareForm, NewPrdForm, ReviewerForm, SectionForm, VerdictForm
from prds.models import Prd
from prds.states import STARTERS
from web.listing import DOMAIN, KEY, LEVEL, STATE, TITLE, UPDATED, Column, GovernedFilter, Listing, teaches
from web.pages import carry_out, page

COLUMNS = [
    KEY,
    TITLE,
    STATE,
    LEVEL,
    DOMAIN,
    Column("author", gettext_lazy("Author"), cell=lambda p: str(p.author)),
    UPDATED,
]


def _number(prd: Prd) -> int:
    return prd.current.number if prd.current is not None else 0


def _url(prd: Prd) -> str:
    return reverse("prds:prd-show", args=[prd.key])


@require_GET
def list_prds(request: HttpRequest) -> HttpResponse:
    """All PRDs that the person may see."""
    may_add = STARTERS.permits(request.user.principal)  # type: ignore[union-attr]
    empty = {
        "title": _("No PRD yet"), "sentence": _("A PRD says who decides what better, on which metrics and data."),
        "url": reverse("prds:prd-new"), "label": _("Write the first"), "icon": "doc",
    }  # fmt: skip
    listing = Listing(
        Prd.objects.visible_to(request.user), COLUMNS, GovernedFilter, csv_name="prds", empty=teaches(empty, may_add)
    )
    return listing.respond(request, "prds/prds.html", {"may_add": may_add})


@require_http_methods(["GET", "POST"])
def new_prd(request: HttpRequest) -> HttpResponse:
    """Begin a PRD from the template."""
    form = NewPrdForm(request.POST or None, actor=request.user, initial={"product": request.GET.get("product")})
    if request.method == "POST":
        return carry_out(request, actions.write_prd, form, done=_url, template="prds/new.html")
    return page(request, "prds/new.html", {"form": form})


@require_GET
def show_prd(request: HttpRequest, key: str) -> HttpResponse:
    """The text; what stands in the way comes beside it (prds.panels)."""
    prd = lookup.prd_for(request.user, key)
    number = request.GET.get("version", "")
    version = lookup.version_for(request.user, prd, int(number) if number.isdecimal() else None)
    references = lookup.references_for(request.user, version)
    sections = showing.shown_sections(lookup.sections_for(request.user, version), references, request.user)
    context = {
        "prd": prd,
        "version": version,
        "is_current": version.pk == prd.current_id,
        "sections": sections,
        "may_write": lookup.may_write(prd, request.user),
        "versions": range(prd.current.number, 0, -1) if prd.current else [],
    }
    return page(request, "prds/prd.html", context, thing=prd)


@require_http_methods(["GET", "POST"])
def edit_section(request: HttpRequest, key: str, slug: str) -> HttpResponse:
    """Write one section."""
    prd = lookup.prd_for(request.user, key)
    section = next((s for s in lookup.sections_for(request.user, prd.current) if s.slug == slug), None)
    context: dict[str, Any] = {"prd": prd, "section": section, "crumb_url": _url(prd)}
    if request.method == "POST":
        form = SectionForm(request.POST, actor=request.user)
        facts: dict[str, Any] = {"prd": prd}
        if form.is_valid():
            facts |= {"bodies": {slug: form.cleaned_data["body"]}, "expected_number": form.cleaned_data["number"]}
        return carry_out(
            request, _revise, form, done=f"{_url(prd)}#{slug}", template="prds/section.html", context=context,
            about=prd, **facts,
        )  # fmt: skip
    initial = {"body": section.body_md if section else "", "number": _number(prd)}
    context["form"] = SectionForm(initial=initial, actor=request.user)
    return page(request, "prds/section.html", context, about=prd)


def _revise(*, by, prd, bodies=None, expected_number=None, change_note="", **_form):  # type: ignore[no-untyped-def]
    """The section form's fields in the words of the verb."""
    return actions.revise_prd(by=by, prd=prd, bodies=bodies, expected_number=expected_number, change_note=change_note)


@require_http_methods(["GET", "POST"])
def declare_prd(request: HttpRequest, key: str) -> HttpResponse:
    """Change what is not text: decision maker, level, purpose."""
    prd = lookup.prd_for(request.user, key)
    if request.method == "POST":
        form = DeclareForm(request.POST, actor=request.user)
        return carry_out(
            request,
            actions.declare_prd,
            form,
            done=_url(prd),
            template="prds/declare.html",
            context={"prd": prd},
            about=prd,
            prd=prd,
        )
    initial = {name: getattr(prd, name) for name in DeclareForm.base_fields}
    initial["decision_maker"] = prd.decision_maker.username if prd.decision_maker else None
    context = {"prd": prd, "form": DeclareForm(initial=initial, actor=request.user)}
    return page(request, "prds/declare.html", context, about=prd)


@require_http_methods(["GET", "POST"])
def name_reviewer(request: HttpRequest, key: str) -> HttpResponse:
    """Say who reviews in which capacity."""
    prd = lookup.prd_for(request.user, key)
    form = ReviewerForm(request.POST or None, actor=request.user, initial={"role": request.GET.get("role")})
    if request.method == "POST":
        return carry_out(
            request, actions.name_reviewer, form, done=f"{_url(prd)}#reviews", template="prds/reviewer.html",
            context={"prd": prd}, about=prd, prd=prd,
        )  # fmt: skip
    return page(request, "prds/reviewer.html", {"prd": prd, "form": form}, about=prd)


@require_http_methods(["GET", "POST"])
def review_prd(request: HttpRequest, key: str, role: str) -> HttpResponse:
    """Say a verdict in a capacity."""
    prd = lookup.prd_for(request.user, key)
    slot = lookup.slot_for(request.user, prd, role)
    context = {"prd": prd, "slot": slot}
    if request.method == "POST":
        form = VerdictForm(request.POST, actor=request.user)
        return carry_out(
            request, actions.review_prd, form, done=f"{_url(prd)}#reviews", template="prds/review.html",
            context=context, about=prd, slot=slot,
        )  # fmt: skip
    form = VerdictForm(initial={"version": _number(prd), "verdict": "approve"}, actor=request.user)
    return page(request, "prds/review.html", {**context, "form": form}, about=prd)


@require_GET
def compare_versions(request: HttpRequest, key: str, old: int, new: int) -> HttpResponse:
    """What changed between two versions."""
    prd = lookup.prd_for(request.user, key)
    sides = [lookup.version_for(request.user, prd, number) for number in (old, new)]
    changes = showing.compared(*(lookup.sections_for(request.user, side) for side in sides))
    return page(
        request, "prds/compare.html", {"prd": prd, "old": sides[0], "new": sides[1], "changes": changes}, thing=prd
    )


@require_GET
def export_prd(request: HttpRequest, key: str) -> HttpResponse:
    """The text as Markdown, as it was written."""
    from prds.content import sections_of
    from prds.template import render_sections

    prd = opened(request.user, lookup.prd_for(request.user, key))
    text = render_sections(prd.title, sections_of(prd.current))
    return HttpResponse(
        text, content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{prd.key}.md"'},
    )  # fmt: skip


@require_POST
def move_prd(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Every move of the table by its button."""
    prd = lookup.prd_for(request.user, key)
    verbs: dict[str, Any] = {
        "submit": actions.submit_prd,
        "approve": actions.approve_prd,
        "request-changes": actions.ask_for_changes,
    }
    facts: dict[str, Any] = {"prd": prd}
    if move not in ("submit", "approve"):
        facts["reason"] = request.POST.get("reason", "").strip()
    if move not in verbs:
        facts["move"] = move
    return carry_out(request, verbs.get(move, actions.move_prd), done=_url(prd), **facts)
