"""Who opened what is strict: one ledger line for a person, a thing and a door, written before the answer leaves.

Whatever shows more of a thing than its name, owner and level calls `opened`. While a request is answered the calls are
gathered (`gathering`, by web.middleware.Reads) and written after its read-only transaction; elsewhere, on the command
line, each is written at once. An act writes a line of its own and is not asked for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DatabaseError
from django.utils.translation import gettext as _

from guard import ledger
from guard.doors.writing import CURRENT
from guard.refusals import Refusal

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Named:
    """A Thing of which a list has read only what names it."""

    pk: int
    key: str
    level: int

    @classmethod
    def at(cls, row: Mapping[str, Any], path: str) -> Named:
        """From a row of ``values()`` that holds ``path_id``, ``path__key`` and ``path__level``: see `paths_to`."""
        return cls(*(row[name] for name in paths_to(path)))


def paths_to(path: str) -> tuple[str, str, str]:
    """What ``values()`` must read for `Named.at`."""
    return f"{path}_id", f"{path}__key", f"{path}__level"


RECORDED_FROM = 4  # the level from which reading is written down
COMMAND, VALUE, EXPORT = "command", "value", "export"


class Unrecorded(Refusal):
    """The ledger cannot be written, so what it would have told of is not shown."""

    status = 503
    code = "unrecorded"

    def default_sentence(self) -> str:
        return _(
            "Who opens this is written into the record first. That did not work just now, so it is not shown."
            " Try again in a moment; if it stays so, tell an administrator the request number."
        )


class Gathered:
    """What the request under way has opened: things by who, and by which door when that is not the request's own."""

    def __init__(self) -> None:
        self.things: dict[tuple[int, int, str], tuple[Any, Any]] = {}

    def add(self, by: Any, thing: Any, door: str) -> None:
        self.things.setdefault((by.principal.user_id, thing.pk, door), (by, thing))

    def write(self, door: str) -> None:
        """Write what was gathered.

        Args:
            door: of the request, for whatever did not name another.

        Raises:
            Unrecorded: it could not be written.
        """
        sets: dict[tuple[int, str], tuple[Any, list[Any]]] = {}
        for (reader, _thing, other), (by, thing) in self.things.items():
            sets.setdefault((reader, other or door), (by, []))[1].append(thing)
        for (_reader, name), (by, things) in sets.items():
            _write(by, things, name)


_GATHERED: ContextVar[Gathered | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[Gathered]:
    """Gather what is opened until the block ends; whoever opens the block writes it."""
    gathered = Gathered()
    token = _GATHERED.set(gathered)
    try:
        yield gathered
    finally:
        _GATHERED.reset(token)


def opened(by: Any, one: R, *, door: str = "", always: bool = False) -> R:
    """Say that `by` is shown more of a thing than name, owner and level; give it back.

    Args:
        by: the reader.
        one: a governed object, or its Thing.
        door: when it is another than that of the request: ``value`` for what was read from a warehouse.
        always: whatever its level: for what names the columns of many other things, such as a plan.

    Raises:
        Unrecorded: outside a request, when it could not be written.
    """
    opened_all(by, [one], door=door, always=always)
    return one


def opened_all(by: Any, several: Iterable[Any], *, door: str = "", always: bool = False, in_act: bool = False) -> None:
    """The same for several; those below `RECORDED_FROM` cost nothing.

    Args:
        by: the reader.
        several: governed objects or Things, with repetitions or without.
        door, always: as for `opened`.
        in_act: also inside an act, whose own line does not say which things it hands out.
    """
    if CURRENT.get() is not None and not in_act:
        return
    things = {thing.pk: thing for thing in (getattr(one, "thing", one) for one in several)}
    strict = [thing for thing in things.values() if always or thing.level >= RECORDED_FROM]
    if not strict:
        return
    gathered = _GATHERED.get()
    if gathered is None:
        _write(by, strict, door or COMMAND)
        return
    for thing in strict:
        gathered.add(by, thing, door)


def nothing_shown() -> None:
    """Say that an error is answered instead: what was opened on the way to it is not shown."""
    gathered = _GATHERED.get()
    if gathered is not None:
        gathered.things.clear()


def _write(by: Any, things: list[Any], door: str) -> None:
    try:
        ledger.write_reads(by=by, door=door, things=things)
    except DatabaseError as fault:
        raise Unrecorded() from fault
