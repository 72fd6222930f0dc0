"""Levels of other schemes than the house's, as a proposal names them: one a scheme and column, or none any more.

A scheme is named by its code, which is its newest version in use, or by ``code@version``. Labels of a version that is
not in use can be taken away, not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog import labels
from catalog.models import Column, Label
from governance.labelling import Change, of_review
from governance.models import LevelReview
from guard.levels import LOWEST, UNKNOWN
from guard.models import Level, Scheme
from guard.refusals import Invalid

Others = Mapping[str, Mapping[str, str]]  # name of the column -> scheme -> code of the level; empty takes it away


def full_name(scheme: Scheme) -> str:
    """``code@version``: the one name of a version."""
    return f"{scheme.code}@{scheme.version}"


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every level of the other schemes in use, by scheme, as a form offers them: ``code@version:level``."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    rows = Level.objects.filter(scheme__status=Scheme.Status.CURRENT, scheme__is_house=False)
    for level in rows.select_related("scheme"):
        words = f"{level.scheme.code} {level.scheme.version}"
        grouped.setdefault(words, []).append((_choice(level), f"{level.code} {level.word}"))
    return list(grouped.items())


def standing(said: Iterable[Label]) -> dict[str, str]:
    """The strictest current level by full name of its scheme, as `choices` writes it, of one column's labels."""
    found: dict[str, Level] = {}
    for level in (label.level for label in said if not label.is_house_level):
        name = full_name(level.scheme) if level else ""
        if level is not None and (name not in found or found[name].rank < level.rank):
            found[name] = level
    return {name: level.code for name, level in found.items()}


def approved(said: Iterable[Label]) -> dict[str, str]:
    """The approved level by full name of its scheme, of one column's labels."""
    return standing(label for label in said if label.state == Label.State.APPROVED)


def changes_to(columns: Mapping[str, Column], wanted: Others) -> list[Change]:
    """What has to change so that each named column has just this level of each named scheme.

    What goes is every other current level of the scheme, a proposal too: one that is stricter counts already, so to
    propose a milder one beside it is a lowering.

    Args:
        columns: by name; those that `wanted` names are among them.
        wanted: code of the level by scheme, by name of column; an empty one takes it away.

    Raises:
        Invalid: no such scheme or level, or a level of a version that is not in use.
    """
    if not any(wanted.values()):
        return []
    house, current = labels.house_ranks(), labels.current_of(columns[name] for name in wanted)
    found: list[Change] = []
    for name, asked in wanted.items():
        column, schemes = columns[name], set[int]()
        for scheme, code in ((_scheme(scheme), code) for scheme, code in asked.items()):
            if scheme.pk in schemes:
                said = _("%(name)s: one level of %(scheme)s at a time.") % {"name": name, "scheme": scheme.code}
                raise Invalid(errors={"labels": [said]})
            schemes.add(scheme.pk)
            there = [one for one in current[column.pk] if one.level_id and one.scheme_id == scheme.pk]
            found += _changes(column, _level(scheme, code, there), there, house)
    return found


def _changes(column: Column, wanted: Level | None, said: list[Label], house: Mapping[int, int]) -> list[Change]:
    """Of one column and scheme; `said` are its current levels there."""
    left = LOWEST if wanted is None else house.get(wanted.pk, UNKNOWN)
    found = []
    if wanted is not None and not any(one.level == wanted and one.state == Label.State.APPROVED for one in said):
        found.append(Change(column, wanted, False, left))
    for level in (one.level for one in said):
        if level is not None and level != wanted:
            milder = wanted is None or wanted.rank < level.rank
            found.append(Change(column, level, True, house.get(level.pk, UNKNOWN), left, milder))
    return found


def _level(scheme: Scheme, code: str, said: Iterable[Label]) -> Level | None:
    """The level that is meant: one that stands there, also of a version that is in use no more, or one in use."""
    there = (one.level for one in said if one.level is not None and one.level.code == code)
    return (next(there, None) or labels.level_named(full_name(scheme), code)) if code else None


def _scheme(name: str) -> Scheme:
    """The one that a name means: of several versions the one in use, and of those the newest.

    Raises:
        Invalid: there is none, or it is the house scheme.
    """
    code, _at, version = name.partition("@")
    rows = Scheme.objects.filter(code=code, is_house=False, kind=Scheme.Kind.LEVELS)
    if version:
        rows = rows.filter(version=version)
    found = rows.order_by("status", "-pk").first()  # "current" comes before "retired"
    if found is None:
        said = _("There is no other scheme of levels named %(name)s.") % {"name": name[:80]}
        raise Invalid(errors={"labels": [said]})
    return found


def wanted_by(review: LevelReview) -> dict[str, dict[str, str]]:
    """What a review in hand wants, as `changes_to` reads it."""
    found: dict[str, dict[str, str]] = {}
    rows = [row for row in of_review(review) if row.level_id is not None]
    for row in sorted(rows, key=lambda row: not row.is_removal):  # what is added takes the place of what goes
        found.setdefault(row.column_name, {})[full_name(row.scheme)] = "" if row.is_removal else row.what.code
    return found


def read_choices(chosen: Iterable[str], said: Iterable[Label]) -> dict[str, str]:
    """What a form asks of one column, as `changes_to` reads it; empty when nothing is asked.

    Args:
        chosen: of `choices`.
        said: its current labels: a level that stands and was not chosen any more is taken away.

    Raises:
        Invalid: two levels of one scheme.
    """
    said = list(said)
    there, agreed = standing(said), approved(said)
    asked: dict[str, str] = {}
    for one in chosen:
        name, _colon, code = one.rpartition(":")
        if name in asked:
            raise Invalid(errors={"labels": [_("Choose one level of %(scheme)s.") % {"scheme": name}]})
        asked[name] = code
    names = dict.fromkeys([*asked, *there])
    return {
        name: asked.get(name, "") for name in names if not asked.get(name) == there.get(name) == agreed.get(name)
    }  # fmt: skip


def initial(said: Iterable[Label]) -> list[str]:
    """What a form has chosen at first: what stands."""
    return [f"{name}:{code}" for name, code in standing(said).items()]


def labels_under(said: Mapping[int, list[Label]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Levels of schemes that are in use no more, where they still stand: a form offers to keep or to drop them."""
    grouped: dict[str, dict[str, str]] = {}
    for label in (one for several in said.values() for one in several):
        level: Any = label.level
        if level is not None and level.scheme.status == Scheme.Status.RETIRED:
            words = f"{level.scheme.code} {level.scheme.version}"
            grouped.setdefault(words, {})[_choice(level)] = f"{level.code} {level.word}"
    return [(words, list(rows.items())) for words, rows in grouped.items()]


def _choice(level: Level) -> str:
    return f"{full_name(level.scheme)}:{level.code}"
