"""The menu: rooms register their entries, so what is not built is not offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import is_valid_path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Order and heading of the menu's groups; the first has no heading.
GROUPS: dict[str, str | Promise] = {"top": "", "thread": _("The thread"), "control": _("Control")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu.

    Attributes:
        label: the word shown.
        url_name: ``app:noun-verb``, or an address that begins with ``/``.
        group: one of `GROUPS`.
        order: small numbers first.
        key: letter that follows ``g`` to go there.
        prefixes: further address beginnings that light this entry.
        allowed: who is offered it; the page itself decides again.
    """

    label: str | Promise
    url_name: str
    group: str = "thread"
    order: int = 100
    key: str = ""
    prefixes: tuple[str, ...] = ()
    allowed: Callable[[Any], bool] | None = None

    @property
    def url(self) -> str:
        return self.url_name if self.url_name.startswith("/") else reverse(self.url_name)

    def is_current(self, path: str) -> bool:
        if self.url == "/":
            return path == "/"
        return path.startswith((self.url, *self.prefixes))


@dataclass(slots=True)
class Group:
    """A heading and its entries, ready to draw."""

    label: str | Promise
    entries: list[dict[str, Any]] = field(default_factory=list)


_entries: dict[str, Entry] = {}


def register_entry(
    label: str | Promise,
    url_name: str,
    *,
    group: str = "thread",
    order: int = 100,
    key: str = "",
    prefixes: tuple[str, ...] = (),
    allowed: Callable[[Any], bool] | None = None,
) -> None:
    """Add a line to the menu; call it in ``AppConfig.ready``. A second call with one address replaces the first."""
    if group not in GROUPS:
        raise ValueError(f"unknown menu group {group!r}")
    _entries[url_name] = Entry(label, url_name, group, order, key, prefixes, allowed)


def groups_for(user: Any, path: str) -> list[Group]:
    """Return the menu of this person; the longest matching address is the current one."""
    offered = [entry for entry in _entries.values() if entry.allowed is None or entry.allowed(user)]
    lit = [entry for entry in offered if entry.is_current(path)]
    current = max(lit, key=lambda entry: _match_length(entry, path), default=None)
    groups = {name: Group(label) for name, label in GROUPS.items()}
    for entry in sorted(offered, key=lambda entry: entry.order):
        groups[entry.group].entries.append(
            {"label": entry.label, "url": entry.url, "key": entry.key, "current": entry is current}
        )
    return [group for group in groups.values() if group.entries]


def _match_length(entry: Entry, path: str) -> int:
    return max((len(start) for start in (entry.url, *entry.prefixes) if path.startswith(start)), default=0)


def path_or_none(path: str) -> str | None:
    """An address of interface.md when a room answers it, else None."""
    return path if is_valid_path(path) else None
