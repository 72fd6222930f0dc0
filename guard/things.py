"""Make things, join them, level them, give standing: the only functions that write guard's three tables.

Every function here runs inside an act; outside one the doors raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from guard import clock, ripple
from guard.doors import standings
from guard.doors.acts import acting
from guard.doors.writing import in_act
from guard.following import LEVELS_ROSE, STATE_SET, follow
from guard.kinds import kind_of
from guard.models import Domain, Link, Standing, Thing
from guard.refusals import Absent, Stale
from guard.relations import relation_of

_WHY = "an act works on rows that it was handed"


def thing_of(governed: Any) -> Thing:
    """The Thing of a governed object, or the Thing itself."""
    return getattr(governed, "thing", governed)


def reserve_keys(kind: str, count: int = 1) -> int:
    """Take `count` numbers of a kind; returns the first. Numbers start at 1001 and are never given twice."""
    in_act(Thing)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO guard_keycounter (kind, next) VALUES (%s, 1001 + %s)"
            " ON CONFLICT (kind) DO UPDATE SET next = guard_keycounter.next + %s RETURNING next - %s",
            [kind, count, count, count],
        )
        return int(cursor.fetchone()[0])


def new_thing(
    *, kind: str, title: str, domain: Domain, level: int = 1, state: str = "", key: str | None = None
) -> Thing:
    """Make one thing and name it as the act's subject if that has none.

    Args:
        kind: declared kind.
        title: its name for people, at most 300 characters.
        domain: where it belongs.
        level: the rank that it has in itself, before what its links carry.
        state: first state.
        key: only for a load that keeps its keys.

    Returns:
        The saved Thing.
    """
    key = key or f"{kind_of(kind).prefix}-{reserve_keys(kind)}"
    at = clock.now()
    thing: Thing = Thing.objects.create(
        kind=kind, key=key, title=title[:300], domain=domain, declared=level, level=level, state=state,
        created_at=at, updated_at=at,
    )  # fmt: skip
    if acting().thing is None:
        acting().subject(thing)
    return thing


def new_things(*, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[Thing]:
    """Make many things of a kind at once.

    Args:
        kind: declared kind.
        rows: each with title, domain, level and state.

    Returns:
        The saved Things in the same order.
    """
    if not rows:
        return []
    first, prefix, at = reserve_keys(kind, len(rows)), kind_of(kind).prefix, clock.now()
    things = [
        Thing(
            kind=kind, key=f"{prefix}-{first + number}", title=str(row["title"])[:300], domain=row["domain"],
            declared=row["level"], level=row["level"], state=row.get("state", ""), created_at=at, updated_at=at,
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return list(Thing.objects.bulk_create(things, batch_size=2000))


def touch(governed: Any, *, expected_version: int | None = None, **fields: Any) -> Thing:
    """Change a thing's own fields (title, domain, state), count its version up, and note the difference.

    Args:
        governed: the object or its Thing.
        expected_version: what the editor saw; another current version is refused.
        fields: new values by field name.

    Raises:
        Stale: when somebody changed it in between.
        Absent: when it is gone.
    """
    thing = thing_of(governed)
    rows = Thing.objects.unrestricted(_WHY).filter(pk=thing.pk)
    if expected_version is not None:
        rows = rows.filter(row_version=expected_version)
    diff = {
        name: [str(getattr(thing, name)), str(value)] for name, value in fields.items() if getattr(thing, name) != value
    }
    if not rows.update(row_version=F("row_version") + 1, updated_at=clock.now(), **fields):
        if expected_version is None:
            raise Absent()
        raise Stale()
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.row_version += 1
    acting().note(diff={name: change for name, change in diff.items() if name != "title"})
    if "state" in diff:
        follow(STATE_SET, thing)
    return thing


def lock(governed: Any) -> Thing:
    """Hold the thing's row until the act ends and read it again."""
    thing = thing_of(governed)
    rows = Thing.objects.unrestricted(_WHY).select_for_update(of=("self",))
    fresh = rows.filter(pk=thing.pk).first()
    if fresh is None:
        raise Absent()
    for field in ("state", "level", "declared", "row_version", "domain_id", "title"):
        setattr(thing, field, getattr(fresh, field))
    return thing


# -- joints
def link(
    source: Any,
    relation: str,
    target: Any,
    *,
    role: str = "",
    pinned: str = "",
    columns: Sequence[str] = (),
    carried_rank: int | None = None,
) -> Link:
    """Join two things; the same joint twice is one joint, brought up to date.

    Args:
        source: the near end.
        relation: declared code.
        target: the far end.
        role: what for, such as success or guardrail.
        pinned: the version meant.
        columns: names of the columns read, when not all.
        carried_rank: the highest level among `columns`; compulsory with them.

    Returns:
        The joint. When the relation carries levels, the source is raised to what it now carries.
    """
    in_act(Link)
    near, far = thing_of(source), thing_of(target)
    declared = relation_of(near.kind, relation, far.kind)
    carries = declared.carries
    if carries == "part" and carried_rank is None:
        carries = "whole"
    rows = Link.objects.unrestricted(_WHY)
    joint, _made = rows.update_or_create(
        source=near,
        relation=relation,
        target=far,
        role=role,
        defaults={
            "pinned": pinned,
            "columns": list(columns),
            "carries": carries,
            "carried_rank": carried_rank if carries == "part" else None,
        },
    )
    if carries != "none":
        settle(near)
    return joint


def unlink(source: Any, relation: str, target: Any = None, *, role: str | None = None) -> int:
    """Remove joints; returns how many. What the source carried through them it carries no longer."""
    near = thing_of(source)
    rows = Link.objects.unrestricted(_WHY).filter(source=near, relation=relation)
    if target is not None:
        rows = rows.filter(target=thing_of(target))
    if role is not None:
        rows = rows.filter(role=role)
    count = int(rows.delete()[0])
    if count:
        settle(near)
    return count


# -- levels
def set_level(governed: Any, rank: int) -> int:
    """Set what a thing declares of itself and settle it and all that carries it; returns the effective rank."""
    thing = lock(governed)
    found = ripple.shifts([], ripple.Supposed(declared={thing.pk: rank}))
    own = found.pop(thing.pk, None)
    rose = own is not None and own.after > own.before
    thing.declared, thing.level = rank, own.after if own is not None else thing.level
    Thing.objects.unrestricted(_WHY).filter(pk=thing.pk).update(
        declared=rank, level=thing.level, updated_at=clock.now()
    )
    _write(found)
    follow(LEVELS_ROSE, [thing.pk] if rose else [])
    return int(thing.level)


def recarry(target: Any, rank_of: Callable[[list[str]], int]) -> None:
    """After columns changed level: bring every joint that reads some of them up to date.

    Args:
        target: the thing whose columns changed.
        rank_of: the highest rank among the named columns.
    """
    in_act(Link)
    joints = ripple.recarried(thing_of(target).pk, rank_of)
    for rank in {rank for _source, rank in joints.values()}:
        changed = [pk for pk, (_source, other) in joints.items() if other == rank]
        Link.objects.unrestricted(_WHY).filter(pk__in=changed).update(carried_rank=rank)
    if joints:
        _write(ripple.shifts({source for source, _rank in joints.values()}))


def set_levels(ranks: Mapping[int, int], rank_of: Callable[[int, list[str]], int]) -> None:
    """`set_level` and `recarry` for many things at once, in as many queries as for one.

    Args:
        ranks: what each thing declares of itself, by its id.
        rank_of: the highest rank among the named columns of the thing with that id.
    """
    in_act(Thing)
    in_act(Link)
    joints = ripple.recarried_among(ranks, rank_of)
    carried = {pk: rank for pk, (_source, rank) in joints.items()}
    found = ripple.shifts([], ripple.Supposed(ranks, carried, {source for source, _rank in joints.values()}))
    rows = Thing.objects.unrestricted(_WHY)
    stands = {
        pk: (declared, level)
        for pk, declared, level in rows.select_for_update(of=("self",))
        .filter(pk__in=list(ranks))
        .values_list("pk", "declared", "level")
    }
    fresh = {pk: (rank, shift.after if (shift := found.pop(pk, None)) else stands[pk][1]) for pk, rank in ranks.items()}
    for declared, level in set(fresh.values()):
        changed = [pk for pk, pair in fresh.items() if pair == (declared, level) != stands[pk]]
        if changed:
            rows.filter(pk__in=changed).update(declared=declared, level=level, updated_at=clock.now())
    for rank in set(carried.values()):
        changed = [pk for pk, other in carried.items() if other == rank]
        Link.objects.unrestricted(_WHY).filter(pk__in=changed).update(carried_rank=rank)
    _write(found)


def carried_floor(thing: Thing) -> int:
    """The highest rank that a thing's joints bind it to (guard.levels.high_water)."""
    return ripple.floor_of(thing.pk)


def settle(governed: Any) -> int:
    """Make a thing's level what it declares or carries, whichever is higher, and settle upward from there.

    Returns:
        The thing's effective rank.
    """
    thing = thing_of(governed)
    found = ripple.shifts([thing.pk])
    _write(found)
    thing.level = Thing.objects.unrestricted(_WHY).values_list("level", flat=True).get(pk=thing.pk)
    return int(thing.level)


def _write(found: Mapping[int, ripple.Shift]) -> None:
    for rank in {shift.after for shift in found.values()}:
        changed = [pk for pk, shift in found.items() if shift.after == rank]
        Thing.objects.unrestricted(_WHY).filter(pk__in=changed).update(level=rank, updated_at=clock.now())
    follow(LEVELS_ROSE, [pk for pk, shift in found.items() if shift.after > shift.before])


# -- standing
def give(
    governed: Any, *, reason: str, grade: int, person: Any = None, team: Any = None, until: datetime | None = None
) -> Standing:
    """Give a person or a team a standing on a thing; the same one again is brought up to date.

    Args:
        governed: the thing.
        reason: owner, steward, author, reviewer, requester, pm, grant …
        grade: how far it lets them see, 0 to 6.
        person: a user, or None with `team`.
        team: a team, or None with `person`.
        until: when it ends; None while the reason lasts.
    """
    rows = Standing.objects.unrestricted(_WHY)
    standing, _made = rows.update_or_create(
        thing=thing_of(governed), person=person, team=team, reason=reason, defaults={"grade": grade, "until": until}
    )
    return standing


def end_standing(governed: Any, *, reason: str, person: Any = None, team: Any = None) -> int:
    """End standings for a reason, of one person or team or of all; returns how many."""
    rows = Standing.objects.unrestricted(_WHY).filter(thing=thing_of(governed), reason=reason)
    if person is not None:
        rows = rows.filter(person=person)
    if team is not None:
        rows = rows.filter(team=team)
    return int(rows.delete()[0])


def standing_people(governed: Any, *reasons: str) -> list[Any]:
    """The people who stand on a thing for any of these reasons, now; teams are not opened up."""
    found = people_standing_on([governed], *reasons)
    return list(dict.fromkeys(found.get(thing_of(governed).pk, ())))


def people_standing_on(things: Iterable[Any], *reasons: str) -> dict[int, list[Any]]:
    """`standing_people` for many things at once: people by thing id, one query."""
    wanted = [thing_of(thing).pk for thing in things]
    known = standings.remembered(wanted) if standings.GRANT not in reasons else None
    rows: Iterable[Any]
    if known is not None:
        rows = [row for stood in known.values() for row in stood if row.reason in reasons and row.person_id]
    else:
        rows = (
            Standing.objects.unrestricted("who can help is shown with every refusal")
            .filter(standings.live(), reason__in=reasons, person__isnull=False, thing_id__in=wanted)
            .select_related("person")
            .order_by("pk")
        )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.thing_id, []).append(row.person)
    return found
