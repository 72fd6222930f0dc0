"""How a higher room adds to a lower room's page: panels beside it, and the thread strip above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

#: ``fn(request, thing) -> html | None``; None or "" leaves no trace on the page.
PanelFn = Callable[[Any, Any], SafeString | str | None]
PLACES = ("side", "main", "head", "actions", "tabs")


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of page that another room gave."""

    kind: str
    place: str
    draw: PanelFn
    order: int


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


def register_panel(kind: str, place: str, fn: PanelFn, order: int = 100) -> None:
    """Add a panel to the page of every thing of `kind` (``"*"`` for all) at `place` (one of `PLACES`).

    `fn(request, thing)` returns safe HTML (use ``render_to_string``) or None. Call it in ``AppConfig.ready``.
    """
    if place not in PLACES:
        raise ValueError(f"unknown panel place {place!r}")
    _panels.append(Panel(kind, place, fn, order))
    _panels.sort(key=lambda panel: panel.order)


def panels_for(request: Any, thing: Any, place: str) -> list[SafeString | str]:
    """Return the drawn panels of this thing at this place, in order, without empty ones."""
    drawn = (p.draw(request, thing) for p in _panels if p.place == place and p.kind in ("*", thing.kind))
    return [html for html in drawn if html]


def register_thread(fn: ThreadFn) -> None:
    """Name the one function that knows the thread of a thing: ``fn(actor, thing) -> list[Station]``."""
    _thread[:] = [fn]


def stations_of(actor: Any, thing: Any) -> list[Station]:
    """Return the stations of the thread, or nothing while no room has registered one."""
    return _thread[0](actor, thing) if _thread else []
