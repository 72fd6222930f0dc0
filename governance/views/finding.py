"""What every page of governance does first: find the one row it is about, and the verb behind a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404

from guard.doors import opened


def found(rows: Any, *, by: Any = None, **which: Any) -> Any:
    """The row, among those that the reader may see; absent and forbidden look alike.

    Args:
        rows: opened for the reader.
        by: the reader, when the row is a governed object that is shown to them.
        which: the condition that names one.

    Raises:
        Http404: none.
    """
    row = rows.filter(**which).first()
    if row is None:
        raise Http404
    return opened(by, row) if by is not None else row


def verb_of(verbs: Mapping[str, Callable[..., Any]], move: str) -> Callable[..., Any]:
    """The verb behind the name of a move.

    Raises:
        Http404: no such move here.
    """
    if move not in verbs:
        raise Http404
    return verbs[move]
