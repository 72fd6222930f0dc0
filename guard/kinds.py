"""What kinds of things there are: each room says its own, so that nothing below needs its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, get_urlconf, reverse
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
_PLAIN_KEY = re.compile(r"[A-Z]+-[0-9]+")  # every key that this house gives; nothing in it needs quoting
_SAMPLE = "KEY-1001"


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
    return _url(thing, get_urlconf(), get_script_prefix())


def urls_of(things: Iterable[Any]) -> list[str]:
    """The address of each thing's page, for many of them: what does not change from one to the next is asked once."""
    urlconf, prefix = get_urlconf(), get_script_prefix()
    return [_url(thing, urlconf, prefix) for thing in things]


def _url(thing: Any, urlconf: str | None, prefix: str) -> str:
    thing = getattr(thing, "thing", thing)
    kind = KINDS.get(thing.kind)
    if kind is None or not kind.show:
        return ""
    if not _PLAIN_KEY.fullmatch(thing.key):
        return reverse(kind.show, args=[thing.key])
    before, after = _around(kind.show, urlconf, prefix)
    return f"{before}{thing.key}{after}"


@lru_cache(maxsize=256)
def _around(show: str, urlconf: str | None, prefix: str) -> tuple[str, str]:
    """What stands before and after the key in the addresses of a kind: a page of hits asks for many."""
    before, _key, after = reverse(show, urlconf, args=[_SAMPLE]).partition(_SAMPLE)
    return before, after
