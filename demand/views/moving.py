"""How the pages of demand offer moves: a form for each that this person may make now, with what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from guard.kinds import url_of
from guard.states import Offered, moves_for
from web.forms import Form
from web.pages import carry_out


@dataclass(frozen=True)
class Way:
    """The verb behind a move and the form that asks for its facts.

    Args:
        verb: an act; gets `subject` and the form's facts.
        form: what it asks; None for a bare button.
        said: what the next page says.
    """

    verb: Callable[..., Any]
    form: type[Form] | None = None
    said: Any = ""


@dataclass(frozen=True)
class Choice:
    """A move on a page: the offer, its empty form, and what blocks it whatever is filled in."""

    offer: Offered
    form: Form | None
    url: str

    @property
    def move(self) -> Any:
        return self.offer.move

    @property
    def blocking(self) -> list[Any]:
        """Findings that no field of the form can mend."""
        mended = {"REQ-2", "QUO-1"} if self.form is not None else set()
        return [finding for finding in self.offer.findings if finding.id not in mended]


def choices(row: Any, ways: Mapping[str, Way], actor: Any, *, with_gates: bool = True) -> list[Choice]:
    """The moves of `row` that this person may make, in the order of its table; many rows do without gates."""
    found = []
    for offer in moves_for(row, actor, with_gates=with_gates):
        way = ways.get(offer.move.name)
        if way is None or not offer.is_allowed:
            continue
        form = way.form(actor=actor, auto_id=f"id_{offer.move.name}_%s") if way.form else None
        found.append(Choice(offer, form, f"{url_of(row)}{offer.move.name}/"))
    return found


def move(
    request: HttpRequest, row: Any, way_name: str, *, ways: Mapping[str, Way], template: str,
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:  # fmt: skip
    """Carry out a posted move; a refusal draws the object's page again with its reason.

    Args:
        request: POST.
        row: the governed object.
        way_name: of the move or of another way.
        ways: by name.
        template: the object's page.
        context: gives what that page shows.
    """
    way = ways.get(way_name)
    if way is None:
        raise Http404
    form = way.form(request.POST, actor=request.user, auto_id=f"id_{way_name}_%s") if way.form else None
    done = request.POST.get("next", "")
    return carry_out(
        request, partial(way.verb, **{row.KIND: row}), form, done=done if done.startswith("/demand/") else url_of(row),
        template=template, context=_kept(context, way_name, form), said=way.said, thing=row,
    )  # fmt: skip


def _kept(context: Callable[[], dict[str, Any]], name: str, form: Form | None) -> dict[str, Any]:
    """The page's context with the refused form in the place of its empty one."""
    shown = context()
    if form is not None:
        shown["choices"] = [
            Choice(choice.offer, form, choice.url) if choice.move.name == name else choice
            for choice in shown.get("choices", [])
        ]
        shown["opened"] = name
        shown.setdefault("forms", {})[name] = form
    return shown
