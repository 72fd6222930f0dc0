"""What kinds of things there are: each room says its own, so that nothing below needs its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Kind:
    """One kind of governed object.

    Args:
        code: stored in Thing.kind.
        prefix: of its keys, without the dash.
        label: its name for people, singular.
        plural: its name for lists.
        show: URL name of its page; takes the key.
        station: the station of the thread where it stands.
    """

    code: str
    prefix: str
    label: str | Promise
    plural: str | Promise
    show: str = ""
    station: str = ""


KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Declare a kind; a second declaration with another prefix is a fault."""
    known = KINDS.get(kind.code)
    if known and known.prefix != kind.prefix:
        raise ValueError(f"Kind {kind.code} is declared twice.")
    KINDS[kind.code] = kind


def kind_of(code: str) -> Kind:
    """The kind with this code.

    Raises:
        KeyError: for a kind that no room declared.
    """
    return KINDS[code]


def url_of(thing: Any) -> str:
    """The address of a thing's page; empty while its kind has none."""
    thing = getattr(thing, "thing", thing)
    kind = KINDS.get(thing.kind)
    return reverse(kind.show, args=[thing.key]) if kind and kind.show else ""
