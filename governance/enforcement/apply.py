"""Carries a plan out: in one transaction, from the very state it was made for, and only if it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
from django.utils.translation import gettext as _

from governance.enforcement import reading, replay
from governance.enforcement.aim import Aim
from governance.enforcement.compare import compare
from governance.enforcement.compare_roles import comment_of
from governance.enforcement.names import Names
from governance.enforcement.plan import Plan, digest_of
from governance.enforcement.quoting import ident
from governance.enforcement.reading import Link
from governance.enforcement.session import changing
from governance.enforcement.wanted import Wanted
from governance.enforcement.world import Key, Known, World
from guard.refusals import Blocked, Stale


@dataclass(frozen=True)
class Done:
    """What came of it: the state afterwards, and what the next run may trust."""

    world: World
    known: Known
    ended: tuple[str, ...] = ()
    not_ended: tuple[str, ...] = ()


class _Undone(Exception):
    """Ends the trial run."""


def apply(link: Link, plan: Plan, aim: Aim, *, run: str, watch: Callable[[str], Any] = str) -> Done:
    """Apply a plan.

    Args:
        link: a sitting.
        plan: made for the state that must still be there.
        aim: what levels, people and grants ask for now.
        run: the number that is left in the warehouse.
        watch: told of every statement before it runs.

    Returns:
        The state afterwards, with sessions ended of whoever lost rights.

    Raises:
        Stale: the warehouse or the levels changed since the plan.
        Busy: somebody else is at work.
        Blocked: the plan does not lead where it should, or cannot be taken back exactly. Nothing is changed.
    """
    with changing(link):
        before = _hold(link, plan, aim)
        run_all(link, plan.statements, watch)
        after = reading.read(link, aim.names, aim.managed)
        wanted = aim.wanted(after)
        known = known_after(after, wanted, plan.keepers)
        left = compare(after, wanted, known).steps
        if left:
            raise Blocked(
                _("The plan would not bring the warehouse in step: %(thing)s. Nothing was changed.")
                % {"thing": left[0].thing}, code="plan-incomplete",
            )  # fmt: skip
        _prove_way_back(link, plan, before, aim)
        link.execute(comment_of(aim.names, run))
    ended, not_ended = end_sessions(link, list(plan.preview.get("losers", ())))
    return Done(after, known, ended, not_ended)


@dataclass(frozen=True)
class Trial:
    """What a dry run showed."""

    replayed: replay.Replay
    statements: int


def dry_run(link: Link, plan: Plan, aim: Aim, known_queries: Sequence[replay.Query] = ()) -> Trial:
    """Apply a plan, replay what people are known to ask, take the plan back, and undo everything.

    Raises:
        Stale, Busy, Blocked: as `apply`.
    """
    result: list[replay.Replay] = []
    try:
        with changing(link):
            before = _hold(link, plan, aim)
            queries = [*replay.of_server(link, before), *known_queries]
            first = replay.try_all(link, queries, before)
            run_all(link, plan.statements)
            result.append(replay.compared(queries, first, replay.try_all(link, queries, before)))
            _prove_way_back(link, plan, before, aim)
            raise _Undone
    except _Undone:
        pass
    return Trial(result[0], len(plan.statements))


def revert(
    link: Link, inverse: Sequence[str], aim: Aim, *, before: Mapping[str, Any], after: str, texts: Mapping[Key, str],
    managed: Sequence[str],
) -> World:  # fmt: skip
    """Take the last run back.

    Args:
        inverse: its stored statements.
        before: the state that it began from (`World.state` without what cannot be rebuilt).
        after: digest of the state that it left.
        texts: queries of the views that it replaced.
        managed: schemas that it looked at.

    Returns:
        The state now, equal to `before`.

    Raises:
        Stale: something changed since that run.
        Blocked: the state before cannot be had back exactly. Nothing is changed.
    """
    names = aim.names
    with changing(link):
        now = reading.read(link, names, managed)
        if now.digest != after:
            raise Stale(_("The warehouse changed since that run. Make a new plan instead."))
        run_all(link, inverse)
        back = reading.read(link, names, managed)
        differing = _differing(back, before, names)
        if differing or not _same_texts(link, back, texts):
            raise Blocked(_not_back(differing), code="revert-inexact")
    return back


def run_all(link: Link, statements: Iterable[str], watch: Callable[[str], Any] = str) -> None:
    """One statement after the other."""
    for statement in statements:
        watch(statement)
        link.execute(statement.encode())


def known_after(world: World, wanted: Wanted, keepers: tuple[str, ...]) -> Known:
    """What to remember of the views: what we wrote, what the server made of it, which table it reads."""
    views = {
        key: (view.digest, made.definition, world.relations[view.table].oid, made.version)
        for key, view in wanted.views.items()
        if (made := world.relations.get(key)) is not None
    }
    return Known(views, keepers, is_first=False)


def _hold(link: Link, plan: Plan, aim: Aim) -> World:
    """The state that the plan was made for, still there.

    Raises:
        Stale: it is not.
    """
    before = reading.read(link, aim.names, aim.managed)
    if before.digest != plan.world:
        raise Stale(_("The warehouse changed since this plan was made. Look at a new plan."))
    if digest_of(aim.wanted(before)) != plan.wanted:
        raise Stale(_("Levels, people or grants changed since this plan was made. Look at a new plan."))
    return before


def _prove_way_back(link: Link, plan: Plan, before: World, aim: Aim) -> None:
    """Carry the inverse out, see that everything is as it was, and undo that.

    Raises:
        Blocked: it is not.
    """
    differing: list[str] = []
    try:
        with link.transaction():
            run_all(link, plan.inverse)
            back = reading.read(link, aim.names, aim.managed)
            differing = _differing(back, before.state(ours=aim.names.schemas), aim.names)
            raise _Undone
    except _Undone:
        pass
    except psycopg.errors.InsufficientPrivilege:
        raise Blocked(_not_back(["rights"]), code="revert-inexact") from None
    if differing:
        raise Blocked(_not_back(differing), code="revert-inexact")


def _not_back(parts: Sequence[str]) -> str:
    return _("The state before could not be had back exactly (%(parts)s). Nothing was changed.") % {
        "parts": ", ".join(parts)
    }


def _differing(world: World, before: Mapping[str, Any], names: Names) -> list[str]:
    """Names of the parts of the state that differ."""
    now = orjson.loads(orjson.dumps(world.state(ours=names.schemas)))
    then = orjson.loads(orjson.dumps(before))
    return [part for part in then if now.get(part) != then[part]]


def _same_texts(link: Link, world: World, texts: Mapping[Key, str]) -> bool:
    now = reading.view_texts(link, [world.relations[key] for key in texts if key in world.relations])
    return now == texts


_SESSIONS = """
SELECT a.pid, a.usename::text FROM pg_stat_activity AS a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
  AND EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname = ANY(%s) AND pg_has_role(a.usename, r.oid, 'MEMBER'))
  AND NOT EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname = a.usename AND (r.rolsuper OR r.rolname = session_user))
"""


def end_sessions(link: Link, roles: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """End the sessions of whoever lost rights: an open cursor goes on giving rows after a REVOKE.

    Returns:
        Logins whose sessions were ended, and logins whose sessions this login may not end.
    """
    ended: list[str] = []
    kept: list[str] = []
    with link.transaction():
        found = link.execute(_SESSIONS, [list(roles)]).fetchall() if roles else []
    for pid, login in found:
        (ended if _end(link, pid, login) else kept).append(login)
    return tuple(dict.fromkeys(ended)), tuple(dict.fromkeys(kept))


def _end(link: Link, pid: int, login: str) -> bool:
    """Try as oneself; then as a member of the login for this one transaction, which is undone."""
    for join in (False, True):
        try:
            with link.transaction(force_rollback=True):
                if join:
                    link.execute(f"GRANT {ident(login)} TO {ident(link.info.user)} WITH INHERIT TRUE, SET FALSE")
                row = link.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone()
                return bool(row and row[0])
        except psycopg.Error:
            continue
    return False
