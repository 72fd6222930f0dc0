"""How a higher room adds to a lower room's page: panels beside it, and the thread strip above it.

A panel with a name comes later: the page holds its place with a plain link to the panel's own address
(web.pieces), and the script fetches it from there. So the page is soon there, and each panel pays for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from guard.doors import grade_of
from guard.policy import ACTIONS

#: ``fn(request, thing) -> html | None``; None or "" leaves no trace on the page.
PanelFn = Callable[[Any, Any], SafeString | str | None]
PLACES = ("side", "main", "head", "actions", "tabs", "lineage", "named")
SIZES = ("line", "low", "mid", "tall")  # a line is no card of its own


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of page that another room gave.

    Attributes:
        kind, place, draw, order: as `register_panel` was told.
        name: of a panel that comes later, the last part of its address; "" is drawn with the page.
        title: heading of its address and of the place that the page holds for it.
        size: how much room the page keeps for it: one of `SIZES`.
        needs: the action (guard.policy) without which it is not there.
        load: fetches what `draw` gets at the panel's own address: ``fn(actor, key)``, through the policy; raises
            Absent. Without it that is the Thing.
    """

    kind: str
    place: str
    draw: PanelFn
    order: int
    name: str = ""
    title: str | Promise = ""
    size: str = "mid"
    needs: str = "read"
    load: Callable[[Any, str], Any] | None = None

    @property
    def route(self) -> str:
        """The name of its address below ``web:``."""
        return f"piece-{self.kind}-{self.name}"


@dataclass(frozen=True, slots=True)
class Station:
    """One stop of the thread as seen from one object.

    Attributes:
        kind: the kind of thing, or ``owner``, ``usage``.
        label: the strong line, as in "3 requests".
        count: how many; 0 draws a gap unless `state` says otherwise.
        detail: the quiet line, as in "1 unreviewed".
        state: ``ok``, ``here``, ``none`` (gap) or ``warn`` (needs a person).
        url: where its list is, or "".
    """

    kind: str
    label: str | Promise
    count: int = 0
    detail: str | Promise = ""
    state: str = "ok"
    url: str = ""


ThreadFn = Callable[[Any, Any], list[Station]]
_panels: list[Panel] = []
_thread: list[ThreadFn] = []


def register_panel(
    kind: str,
    place: str,
    fn: PanelFn,
    order: int = 100,
    *,
    name: str = "",
    title: str | Promise = "",
    size: str = "mid",
    needs: str = "read",
    load: Callable[[Any, str], Any] | None = None,
) -> None:
    """Add a panel to the page of every thing of `kind` (``"*"`` for all) at `place` (one of `PLACES`).

    `fn(request, thing)` returns safe HTML (use ``render_to_string``) or None. Call it in ``AppConfig.ready``. With a
    `name` it comes later, from an address of its own; at the place ``named`` it stands only where a template says
    ``{% piece thing name %}``. The other arguments are told in `Panel`.
    """
    if place not in PLACES or size not in SIZES:
        raise ValueError(f"unknown panel place {place!r} or size {size!r}")
    if name and (kind == "*" or not title):
        raise ValueError("a panel that comes later is of one kind and has a title")
    _panels.append(Panel(kind, place, fn, order, name, title, size, needs, load))
    _panels.sort(key=lambda panel: panel.order)


def panels_for(request: Any, thing: Any, place: str) -> list[SafeString | str]:
    """Return the drawn panels of this thing at this place, in order, without empty ones."""
    here = (p for p in _panels if p.place == place and p.kind in ("*", thing.kind))
    drawn = (held_place(request, thing, p) if p.name else p.draw(request, thing) for p in here)
    return [html for html in drawn if html]


def later_panels() -> list[Panel]:
    """The panels that have an address of their own."""
    return [panel for panel in _panels if panel.name]


def piece_of(request: Any, thing: Any, name: str) -> SafeString | str:
    """The place that is held for one panel by its name.

    Raises:
        LookupError: when nobody gave this kind such a panel.
    """
    panel = next((p for p in _panels if p.name == name and p.kind == thing.kind), None)
    if panel is None:
        raise LookupError(f"no panel {name} for a {thing.kind}")
    return held_place(request, thing, panel)


def held_place(request: Any, thing: Any, panel: Panel) -> SafeString | str:
    """What stands on the page until a panel is there; nothing for a reader to whom it is absent."""
    if panel.needs != "read" and grade_of(request.user, thing) < ACTIONS[panel.needs]:
        return ""
    return place_for(reverse(f"web:{panel.route}", args=[thing.key]), panel.title, panel.size, f"piece-{panel.name}")


def place_for(url: str, title: str | Promise, size: str, anchor: str) -> SafeString:
    """A place held for what stands at `url`: a card of about its height with a plain link, until it is fetched."""
    return render_to_string("parts/later.html", {"url": url, "title": title, "size": size, "anchor": anchor})


def register_thread(fn: ThreadFn) -> None:
    """Name the one function that knows the thread of a thing: ``fn(actor, thing) -> list[Station]``."""
    _thread[:] = [fn]


def stations_of(actor: Any, thing: Any) -> list[Station]:
    """Return the stations of the thread, or nothing while no room has registered one."""
    return _thread[0](actor, thing) if _thread else []
