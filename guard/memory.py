"""What one reading request has asked already, so that its panels, gates and buttons ask once.

Memory opens with the request's read-only transaction and ends with it (web.middleware.ReadOnly): nothing can be
written while it stands, so it cannot go stale, and it never outlives the request. What is seen through the policy is
remembered under the reader's id; an act remembers nothing, even one called while memory stands.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db.models import Model

from guard.doors.writing import CURRENT

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K", bound=Hashable)


class Memory:
    """The answers of one request, and who reads; an API call knows its reader only after it has checked a token."""

    def __init__(self, reader: Callable[[], Any]) -> None:
        self._reader = reader
        self.answers: dict[Hashable, Any] = {}

    @property
    def reader(self) -> Any:
        return self._reader()


_OPEN: ContextVar[Memory | None] = ContextVar("memory", default=None)


class _Nameless(Exception):
    """An argument that has no name to remember by."""


@contextmanager
def remembering(reader: Callable[[], Any] = lambda: None) -> Iterator[None]:
    """Remember until the block ends.

    Args:
        reader: gives the person of the request; anything without a principal counts as nobody.
    """
    token = _OPEN.set(Memory(reader))
    try:
        yield
    finally:
        _OPEN.reset(token)


def standing() -> Memory | None:
    """The memory of this request; None outside a reading request and inside an act."""
    return None if CURRENT.get() is not None else _OPEN.get()


def once(ask: Callable[P, R]) -> Callable[P, R]:
    """Ask once a request: the same question gets the answer that it got before.

    Arguments are told apart by what they are: a row by its model and key, a person by their id. A question with an
    argument that has no such name is asked each time. Callers must not change what they are given.
    """
    asked = f"{ask.__module__}.{ask.__qualname__}"

    @functools.wraps(ask)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = standing()
        if memory is None:
            return ask(*args, **kwargs)
        try:
            key = (asked, _name(args), tuple((name, _name(kwargs[name])) for name in sorted(kwargs)))
        except _Nameless:
            return ask(*args, **kwargs)
        if key not in memory.answers:
            memory.answers[key] = ask(*args, **kwargs)
        found: R = memory.answers[key]
        return found

    return run


def expect(kind: str, keys: Iterable[K]) -> None:
    """Say that rows of these keys will be asked for one after another: the first question takes the others along."""
    memory = standing()
    if memory is not None:
        memory.answers.setdefault(("expected", kind), {}).update(dict.fromkeys(keys))


def rows_by(kind: str, key: K, load: Callable[[list[K]], Iterable[tuple[K, R]]]) -> list[R]:
    """The rows that belong to one key, each key read once a request, together with the keys that are expected.

    Args:
        kind: what the keys are, as `expect` was told, such as ``prd``.
        key: the one asked for.
        load: gives (key, row) for all rows of the keys that it is handed.
    """
    memory = standing()
    if memory is None:
        return [row for _key, row in load([key])]
    known: dict[K, list[R]] = memory.answers.setdefault((kind, load.__module__, load.__qualname__), {})
    if key not in known:
        expected = memory.answers.get(("expected", kind), {})
        keys = [key, *(other for other in expected if other not in known and other != key)]
        known.update({one: [] for one in keys})
        for found, row in load(keys):
            known[found].append(row)
    return known[key]


def _name(value: Any) -> Hashable:
    if value is None or isinstance(value, (str, int)):
        return type(value).__name__, value
    if isinstance(value, Model):
        if value.pk is None:
            raise _Nameless
        return value._meta.label_lower, value.pk
    if isinstance(value, (tuple, list)):
        return tuple(_name(part) for part in value)
    if isinstance(value, (set, frozenset)):
        return frozenset(_name(part) for part in value)
    raise _Nameless
