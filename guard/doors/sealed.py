"""A query that does not run until somebody says who reads.

The seal sits on the query, not on the queryset: whatever runs SQL (iteration, count, aggregate, a subquery, a set
operator, a prefetch, a template, a form's choices) asks the query for its compiler, and the compiler is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import sql

from guard.refusals import SealedError

_INSIDE_DOOR: ContextVar[bool] = ContextVar("inside_door", default=False)


@contextmanager
def inside_door() -> Iterator[None]:
    """For the door's own bookkeeping (a delete collecting its children), never for rooms."""
    token = _INSIDE_DOOR.set(True)
    try:
        yield
    finally:
        _INSIDE_DOOR.reset(token)


class SealedQuery(sql.Query):
    """`opened_as` names who reads, or why nobody in particular does; empty means sealed.

    `reader_id` is the reader whose rows the database gives (guard.wall); None goes past the wall.
    """

    opened_as: str = ""
    reader_id: int | None = None

    def _check(self) -> None:
        if not self.opened_as and not _INSIDE_DOOR.get():
            raise SealedError(
                f"{getattr(self.model, '__name__', 'This')} is governed: say visible_to(actor) or unrestricted(reason)."
            )

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().get_compiler(*args, **kwargs)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().resolve_expression(*args, **kwargs)
