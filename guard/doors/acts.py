"""An act: a verb with a compulsory `by`, one transaction, one ledger line, refusals kept."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from guard import clock, ledger, policy
from guard.doors.places import NAMED_BY, place_of
from guard.doors.reading import grade_of, held_by, principal_of
from guard.doors.writing import CURRENT
from guard.policy import Who
from guard.refusals import Absent, Denied, DoorError, Refusal
from guard.rules import live
from guard.rules.rule import BLOCK

P = ParamSpec("P")
R = TypeVar("R")
NAMED = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
ACTS: dict[str, Callable[..., Any]] = {}  # every verb by its ledger code; a test reads it
SUBJECTS: dict[str, str | None] = {}  # what each verb acts on; a rule judges only those that have a subject


class Acting:
    """What the act under way will write into the ledger."""

    def __init__(self, code: str, by: Any) -> None:
        self.code, self.by = code, by
        self.thing: Any = None
        self.body: dict[str, Any] = {}
        self.rows: list[Mapping[str, Any]] = []
        self.at: datetime | None = None
        self.named = ""  # whose place the actor says they take
        self.place: Any = None  # that person, once it is known that the actor may

    def seat_of(self, actor: Any) -> Any:
        """In whose seat somebody acts: their own, or that of the person in whose place this act is."""
        return self.place if self.place is not None and actor is self.by else actor

    def subject(self, thing: Any) -> None:
        """Name the subject, when the act itself makes it."""
        self.thing = getattr(thing, "thing", thing)

    def note(self, **facts: Any) -> None:
        """Add facts to the ledger line: reason, diff={field: [before, after]}, counts. Never a value of a column."""
        for name, value in facts.items():
            if value not in (None, "", {}, []):
                merged = {**self.body.get(name, {}), **value} if name == "diff" else value
                self.body[name] = merged

    def details(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of a bulk act; the line keeps their digest, the rows stand beside it."""
        self.rows.extend(rows)

    def occurred_at(self, at: datetime) -> None:
        """When it really happened; only a load may differ from the clock."""
        self.at = at

    def write(self, outcome: str = "done") -> int:
        """Write the ledger line and return its number."""
        return ledger.write(
            verb=self.code, by=self.by, outcome=outcome, thing=self.thing, body=self.body, rows=self.rows, at=self.at
        )


def acting() -> Acting:
    """The act under way.

    Raises:
        DoorError: outside an act.
    """
    current = CURRENT.get()
    if current is None:
        raise DoorError("No act is under way.")
    return current


def act(
    code: str, *, who: Who, subject: str | None = None, needs: str = "read"
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a verb: keyword-only, with a compulsory `by`.

    Args:
        code: ledger code, noun.past, such as ``dataset.reclassified``.
        who: roles or standings that may.
        subject: dotted path from the arguments to the governed object acted on, or None when the act makes it.
        needs: the action that the actor must be allowed to read the subject for.

    Returns:
        The verb. It opens the transaction when it is the outermost one, refuses what the policy refuses (absent and
        forbidden look alike), writes one ledger line, and after a refusal rolls back and writes that instead.
    """

    def wrap(verb: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(verb).parameters
        if "by" not in parameters or any(p.kind not in NAMED for p in parameters.values()):
            raise DoorError(f"{verb.__qualname__}: a verb takes keyword arguments only, and `by` is compulsory.")

        def body(current: Acting, kwargs: dict[str, Any]) -> R:
            current.named = str(kwargs.get(NAMED_BY) or "")
            _admit(current, who, needs, _resolve(subject, kwargs), bool(kwargs.get("reason")))
            current.note(reason=kwargs.get("reason"))
            result = verb(**kwargs)  # type: ignore[call-arg]
            entry_id = current.write()
            ledger.announce(code, entry_id, current.thing)
            return result

        @functools.wraps(verb)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args or kwargs.get("by") is None:
                raise DoorError(f"{verb.__qualname__}: name every argument, and say who acts (by=…).")
            current = Acting(code, kwargs["by"])
            outermost = CURRENT.get() is None
            token = CURRENT.set(current)
            try:
                if not outermost:
                    return body(current, kwargs)
                with transaction.atomic():
                    return body(current, kwargs)
            except Refusal as refusal:
                if outermost:
                    _keep(current, refusal)
                raise
            finally:
                CURRENT.reset(token)

        SUBJECTS[code] = subject
        ACTS[code] = run
        return run

    return wrap


def _resolve(subject: str | None, kwargs: Mapping[str, Any]) -> Any:
    if subject is None:
        return None
    name, *path = subject.split(".")
    found = kwargs[name]
    for step in path:
        found = getattr(found, step)
    return getattr(found, "thing", found)


def _admit(current: Acting, who: Who, needs: str, thing: Any, has_reason: bool) -> None:
    """Ask the policy and the rules in force: what one may not see is absent, what one may not do is denied.

    In somebody's place both must see it and be let through by the rules; the right to do it is theirs.
    """
    current.thing = thing
    if thing is not None and grade_of(current.by, thing) < policy.ACTIONS[needs]:
        raise Absent()
    if current.named:
        current.place = place_of(current.by, current.named, thing)
        current.note(**{NAMED_BY: current.named})
        if grade_of(current.place, thing) < policy.ACTIONS[needs]:
            raise Denied()
    seat = current.seat_of(current.by)
    held = held_by(seat, thing) if thing is not None else []
    if not who.permits(principal_of(seat), held):
        raise Denied()
    if thing is None:
        return
    _obey(current, thing, live.judged_verb(current.code, principal_of(seat), thing, held, has_reason=has_reason))
    if seat is not current.by:
        mine = live.judged_verb(
            current.code, principal_of(current.by), thing, held_by(current.by, thing), has_reason=has_reason
        )
        _obey(current, thing, mine)


def _obey(current: Acting, thing: Any, judged: Sequence[live.Judged]) -> None:
    """Refuse what a rule in force refuses; write down what one on trial would have done."""
    from guard.gates import Finding

    if refusing := [one for one in judged if one.mode == BLOCK]:
        raise Denied(findings=[Finding(one.key, one.sentence) for one in refusing])
    live.record(thing, judged)


def _keep(current: Acting, refusal: Refusal) -> None:
    """Write the refusal outside the transaction that it ended."""
    current.rows = []
    current.body = {
        "refused": refusal.code,
        "rules": sorted({finding.id for finding in refusal.findings}),
        "fields": sorted(refusal.errors),
        **({"reason": current.body["reason"]} if "reason" in current.body else {}),
        **({NAMED_BY if current.place is not None else "claimed": current.named[:150]} if current.named else {}),
    }
    thing = current.thing
    if thing is not None and (thing.pk is None or not _stands(thing)):
        current.thing = None
    with transaction.atomic():
        current.write("refused")


def _stands(thing: Any) -> bool:
    """Whether the thing outlived the rollback."""
    rows = type(thing).objects.unrestricted("a refusal is written on what still stands")
    return bool(rows.filter(pk=thing.pk).exists())


def consequence(code: str, thing: Any, **body: Any) -> int:
    """Write a further ledger line inside the act under way: what followed by a rule, not by anybody's choice.

    Args:
        code: ledger code of what followed, such as ``metric.lapsed``.
        thing: what it happened to.
        body: facts; `because` names the rule.

    Returns:
        The number of the entry.
    """
    current = acting()
    thing = getattr(thing, "thing", thing)
    entry_id = ledger.write(
        verb=code,
        by=current.by,
        outcome="done",
        thing=thing,
        body={"after": current.code, **body},
        at=clock.loaded_at(),
    )
    ledger.announce(code, entry_id, thing)
    return entry_id
