"""The other data that decides: crosswalks, floors, what a level asks, what a clearance opens, if a scheme is in use.

Each is changed by the same two people as a rule, and none of it can lower a level: what would count less must be
reviewed first, column by column.

A scheme is named by its code, and by ``code@version`` as soon as there are several versions of it: a name never comes
to mean another version than the one that people agreed about (the database asks the same, governance 0021).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.levels import settle_dataset
from catalog.models import Dataset
from governance.approvers import SLOT_WORDS
from governance.models import PolicyChange
from governance.rules import grading
from guard.models import Category, Crosswalk, GradeRow, Level, Scheme
from guard.refusals import Invalid
from guard.wall import beyond
from people.models import Role

What = PolicyChange.What
_WHY = "an act works on rows that it was handed"
# The columns that a category (with those below it it is not: a floor is its own) or a rank of a scheme speaks of.
_SAID = """
SELECT l.column_id FROM catalog_label l
 WHERE l.superseded_at IS NULL AND l.state IN ('proposed', 'approved')
   AND (l.category_id = %(category)s OR l.level_id = %(level)s)"""
_BEARING = f"SELECT count(DISTINCT column_id) FROM ({_SAID}) x"  # noqa: S608 - our own text
_OF_SCHEME = """
SELECT count(DISTINCT l.column_id) FROM catalog_label l JOIN guard_scheme s ON s.id = l.scheme_id
 WHERE s.id = %s AND l.superseded_at IS NULL AND l.state IN ('proposed', 'approved')"""
# What each would count: its floor without this statement, and with it at the new rank.
_FALLING = f"""
SELECT count(*) FROM catalog_column c
 WHERE c.id IN ({_SAID})
   AND greatest(coalesce(c.level, 4), coalesce(c.proposed_level, 0), c.propagated,
                (SELECT coalesce(max(coalesce(CASE WHEN l.category_id = %(category)s OR l.level_id = %(level)s
                                                   THEN %(rank)s ELSE coalesce(k.floor, t.rank) END, 0)), 0)
                   FROM catalog_label l JOIN guard_scheme s ON s.id = l.scheme_id
                   LEFT JOIN guard_category k ON k.id = l.category_id
                   LEFT JOIN (guard_crosswalk w JOIN guard_level t ON t.id = w.target_id
                              JOIN guard_scheme h ON h.id = t.scheme_id AND h.is_house) ON w.source_id = l.level_id
                  WHERE l.column_id = c.id AND l.superseded_at IS NULL AND l.state IN ('proposed', 'approved')
                    AND (l.category_id IS NOT NULL OR NOT s.is_house))) < c.rank"""  # noqa: S608 - our own text
_COUNT_AGAIN = f"""
WITH said AS ({_SAID}), moved AS (
    UPDATE catalog_column c SET floor = catalog_column_floor(c.id)
     WHERE c.id IN (SELECT column_id FROM said) AND c.floor <> catalog_column_floor(c.id) RETURNING c.dataset_id)
SELECT DISTINCT dataset_id FROM moved"""  # noqa: S608 - our own text


def named(what: str, target: str) -> str:
    """The one name of what is meant: a bare code means the newest version, which is written out where there are others.

    Args:
        what: a PolicyChange.What but a rule.
        target: as somebody wrote it.
    """
    scheme, rest = (target, "") if what == What.SCHEME else _split(target)
    code, at, version = scheme.partition("@")
    versions = list(Scheme.objects.filter(code=code).order_by("-pk").values_list("version", flat=True))
    if not versions or (at and version not in versions):
        return target
    name = code if len(versions) == 1 else f"{code}@{version or versions[0]}"
    return name if what == What.SCHEME else f"{name}:{rest}"


def _split(target: str) -> tuple[str, str]:
    scheme, _colon, rest = target.rpartition(":")
    return scheme, rest


def _scheme(name: str) -> Scheme | None:
    """By its one name (`named`)."""
    code, at, version = name.partition("@")
    found = list(Scheme.objects.filter(code=code))
    if len(found) == 1:
        return None if at else found[0]
    return next((scheme for scheme in found if scheme.version == version), None)


def _level(target: str) -> Level | None:
    scheme, rank = _split(target)
    if not rank.isdecimal() or rank != str(int(rank)):  # a target has one name
        return None
    rows = Level.objects.filter(scheme=_scheme(scheme), rank=int(rank)).select_related("scheme")
    return rows.first()


def _category(target: str) -> Category | None:
    scheme, code = _split(target)
    return Category.objects.filter(scheme=_scheme(scheme), code=code).first()


def _crosswalk(target: str) -> Crosswalk | None:
    level = _level(target)
    rows = Crosswalk.objects.filter(source=level, target__scheme__is_house=True) if level else Crosswalk.objects.none()
    return rows.select_related("target").first()


def current(what: str, target: str) -> dict[str, Any] | None:
    """What stands now; None when there is nothing that can be changed so.

    Args:
        what: a PolicyChange.What but a rule.
        target: ``scheme:rank`` of a level, its grades or a crosswalk, ``scheme:code`` of a category, ``scheme``; with
            the one name that each has (`named`).
    """
    if what == What.LEVEL:
        level = _level(target)
        return dict(level.rules) if level is not None and level.scheme.is_house else None
    if what == What.GRADES:
        level = _level(target)
        return grading.body_of(GradeRow.in_force(), level.rank) if level is not None and level.scheme.is_house else None
    if what == What.CATEGORY:
        category = _category(target)
        return {"floor": category.floor, "is_prohibited": category.is_prohibited} if category else None
    if what == What.CROSSWALK:
        crosswalk = _crosswalk(target)
        return {"rank": crosswalk.target.rank} if crosswalk else None
    scheme = _scheme(target)
    return {"status": scheme.status} if scheme is not None and not scheme.is_house else None


def read(what: str, target: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check what is proposed instead.

    Raises:
        Invalid: no such target, another form than what stands, or a value out of its bounds.
    """
    before = current(what, target)
    if before is None:
        raise Invalid(errors={"target": [_("There is nothing of this name that can be changed so.")]})
    if not isinstance(given, Mapping) or set(given) != set(before):
        named = ", ".join(sorted(before))
        raise Invalid(errors={"after": [_("Say these, and nothing else: %(fields)s.") % {"fields": named}]})
    faults = [name for name, value in given.items() if not _fits(name, value, before[name])]
    if faults:
        said = _("These cannot have that value: %(fields)s.")
        raise Invalid(errors={"after": [said % {"fields": ", ".join(sorted(faults))}]})
    if fault := unsound(what, target, given):
        raise Invalid(errors={"after": [fault]})
    return dict(given)


def unsound(what: str, target: str, after: Mapping[str, Any]) -> str:
    """Why this cannot stand beside what is in force now, in words; empty when it can."""
    level = _level(target) if what == What.GRADES else None
    return grading.fault_of(level.rank, after) if level is not None else ""


def _is_rank(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 5


def _is_days(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 3650


def _is_slots(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) <= 5 and all(isinstance(one, str) and one in SLOT_WORDS for one in value)
    )


def _fits(name: str, value: Any, before: Any) -> bool:
    """Whether a value is one that the field can have; one that is only known by what stands keeps its type."""
    if name in _CHECKS:
        return _CHECKS[name](value)
    if type(value) is not type(before):
        return False
    if isinstance(value, list):
        return 1 <= len(value) <= len(Role.values) and all(word in Role.values for word in value)
    return isinstance(value, bool) or _is_days(value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "floor": lambda value: value is None or _is_rank(value),
    "is_prohibited": lambda value: isinstance(value, bool),
    "rank": _is_rank,
    "status": lambda value: value in Scheme.Status.values,
    "grant_days": _is_days,
    "review_days": lambda value: _is_days(value) and value >= 1,
    "named_columns": lambda value: isinstance(value, bool),
    "approvers": lambda value: _is_slots(value) and bool(value),
    "stand_ins": _is_slots,
    **dict.fromkeys(grading.WORDS, lambda value: value is None or _is_rank(value)),
}


def _asked(what: str, target: str, after: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the statements above need; None where no level depends on it."""
    if what == What.CATEGORY and (category := _category(target)) is not None:
        return {"category": category.pk, "level": 0, "rank": after["floor"] or 0}
    if what == What.CROSSWALK and (level := _level(target)) is not None:
        return {"category": 0, "level": level.pk, "rank": after["rank"]}
    return None


def falling(what: str, target: str, after: Mapping[str, Any]) -> int:
    """How many columns would count less than now. A retired scheme keeps counting: its labels stay what they are."""
    asked = _asked(what, target, after)
    if asked is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _FALLING), asked)
        return int(cursor.fetchone()[0])


def bearing(what: str, target: str) -> int:
    """How many columns bear a label that this speaks of."""
    with connection.cursor() as cursor:
        if what == What.SCHEME:
            scheme = _scheme(target)
            cursor.execute(beyond(_WHY, _OF_SCHEME), [scheme.pk if scheme else 0])
        else:
            asked = _asked(what, target, current(what, target) or {})
            if asked is None:
                return 0
            cursor.execute(beyond(_WHY, _BEARING), asked)
        return int(cursor.fetchone()[0])


def put(what: str, target: str, after: Mapping[str, Any]) -> None:
    """Write it, and count again what depends on it; inside an act."""
    if what == What.LEVEL and (level := _level(target)) is not None:
        Level.objects.filter(pk=level.pk).update(rules=dict(after))
    elif what == What.GRADES and (level := _level(target)) is not None:
        grading.put(level.rank, after)
    elif what == What.CATEGORY and (category := _category(target)) is not None:
        Category.objects.filter(pk=category.pk).update(**after)
    elif what == What.CROSSWALK and (crosswalk := _crosswalk(target)) is not None:
        house = Level.objects.get(scheme__is_house=True, rank=after["rank"])
        Crosswalk.objects.filter(pk=crosswalk.pk).update(target=house)
    elif what == What.SCHEME and (scheme := _scheme(target)) is not None:
        Scheme.objects.filter(pk=scheme.pk).update(status=after["status"])
    asked = _asked(what, target, after)
    if asked is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _COUNT_AGAIN), asked)
        ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT catalog_tally(%s::bigint[])", [ids])
    rows = Dataset.objects.unrestricted(_WHY).select_related("thing__domain").filter(pk__in=ids)
    for dataset in rows.order_by("pk"):
        settle_dataset(dataset)
