"""States as data: one table of moves a kind draws the buttons, the checklist, the API, the docs and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from guard import gates, things
from guard.doors.acts import acting
from guard.doors.reading import held_by, principal_of
from guard.policy import Who
from guard.refusals import Blocked, Denied
from guard.rules import live

ANY = "*"


@dataclass(frozen=True)
class Move:
    """One allowed change of state.

    Args:
        name: verb, also the last part of the API's address.
        frm: states from which it starts, or ANY.
        to: state that it leads to; empty keeps the state.
        label: on the button.
        who: who may.
        gates: ids of the rules that must hold, in the order of the checklist.
        sentence: said when somebody may not: who can.
        style: go, danger or empty.
        needs: names of facts that must be given, such as reason.
        is_offered: False for moves that only a rule makes, never a button.
    """

    name: str
    frm: AbstractSet[str] | str
    to: str
    label: str | Promise
    who: Who
    gates: Sequence[str] = ()
    sentence: str | Promise = ""
    style: str = ""
    needs: Sequence[str] = ()
    is_offered: bool = True

    def starts_from(self, state: str) -> bool:
        return self.frm == ANY or state in self.frm


@dataclass(frozen=True)
class Table:
    """All moves of a kind."""

    kind: str
    initial: str
    states: type[TextChoices]
    moves: Mapping[str, Move] = field(default_factory=dict)


TABLES: dict[str, Table] = {}


def register_moves(kind: str, initial: str, states: type[TextChoices], moves: Iterable[Move]) -> None:
    """Declare the moves of a kind."""
    TABLES[kind] = Table(kind, initial, states, {move.name: move for move in moves})


def move_of(kind: str, name: str) -> Move:
    """The move with this name.

    Raises:
        LookupError: when the kind has no such move.
    """
    try:
        return TABLES[kind].moves[name]
    except KeyError:
        raise LookupError(f"A {kind} has no move {name}.") from None


def state_label(kind: str, state: str) -> str:
    """The state's name in the reader's language."""
    table = TABLES.get(kind)
    return str(dict(table.states.choices).get(state, state)) if table else state


@dataclass(frozen=True)
class Offered:
    """A move as one person sees it now."""

    move: Move
    is_allowed: bool
    results: Sequence[gates.Result] = ()

    @property
    def findings(self) -> list[gates.Finding]:
        return gates.errors_of(self.results)


def moves_for(obj: Any, actor: Any, *, with_gates: bool = True) -> list[Offered]:
    """The moves that start from the object's state, with whether this person may and what stands in the way."""
    thing = things.thing_of(obj)
    table = TABLES.get(thing.kind)
    if table is None:
        return []
    principal, held = principal_of(actor), held_by(actor, thing)
    return [
        Offered(
            move,
            move.who.permits(principal, held),
            gates.judge(obj, move.gates, actor, {"move": move.name}) if with_gates else (),
        )
        for move in table.moves.values()
        if move.is_offered and move.starts_from(thing.state)
    ]


def perform(obj: Any, name: str, *, by: Any, **facts: Any) -> Any:
    """Make a move inside the act under way: lock, check state, person and gates, then set the state.

    Args:
        obj: the governed object.
        name: the move.
        by: who acts; the right to is looked for in whose place they act.
        facts: what gates and the ledger need, such as reason.

    Returns:
        The object's Thing in its new state.

    Raises:
        Blocked: wrong state (code ``state``), or gates with their findings.
        Denied: not this person.
    """
    thing = things.lock(obj)
    move = move_of(thing.kind, name)
    if not move.starts_from(thing.state):
        raise Blocked(
            _("This is %(state)s now, so it cannot go through “%(move)s”.")
            % {"state": state_label(thing.kind, thing.state), "move": move.label},
            code="state",
        )
    seat = acting().seat_of(by)
    if not move.who.permits(principal_of(seat), held_by(seat, thing)):
        raise Denied(str(move.sentence))
    missing = [need for need in move.needs if not facts.get(need)]
    if missing:
        from guard.refusals import Invalid

        raise Invalid(errors={need: [_("Say this first.")] for need in missing})
    known = {"move": name, "seat": seat, **facts}
    findings = gates.errors_of(gates.judge(obj, move.gates, by, known))
    if seat is not by:  # rules in force bind who holds the seat, too
        findings += gates.errors_of(gates.judge(obj, (), seat, known))
    if findings:
        raise Blocked(findings=findings)
    live.record_move(name, by, thing, facts)
    acting().note(move=name, rules=list(move.gates), reason=facts.get("reason"))
    return things.touch(thing, state=move.to or thing.state)
