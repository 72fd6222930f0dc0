"""Checks of what a verb is handed beside its subject."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guard.doors import grade_of, grades_of
from guard.models import Domain
from guard.policy import READ
from guard.refusals import Absent, Invalid

LONGEST_TITLE = 160


def may_read(by: Any, *rows: Any) -> None:
    """Refuse rows that the actor may not read, as if they were not there.

    Raises:
        Absent: for the first such row.
    """
    things = [getattr(row, "thing", row) for row in rows]
    grades = grades_of(by, things) if len(things) > 1 else {t.pk: grade_of(by, t) for t in things}
    if any(grade < READ for grade in grades.values()):
        raise Absent()


def in_own_domain(by: Any, domain: Domain) -> None:
    """Refuse a domain in which the actor is cleared for nothing; it looks like one that is not there.

    Raises:
        Invalid: with a message on the field domain.
    """
    if by.principal.clearance(domain.pk) < 1:
        raise Invalid(errors={"domain": [_("Choose one of the domains in which you work.")]})


def require(**fields: str) -> None:
    """Refuse empty texts.

    Raises:
        Invalid: with a message on each empty field.
    """
    empty = {name: [_("This is needed.")] for name, text in fields.items() if not str(text).strip()}
    if empty:
        raise Invalid(errors=empty)


def one_of(field: str, value: Any, choices: Iterable[Any]) -> None:
    """Refuse a value outside its list.

    Raises:
        Invalid: with a message on `field`.
    """
    if value not in set(choices):
        raise Invalid(errors={field: [_("Choose one from the list.")]})


def line(text: str, length: int = LONGEST_TITLE) -> str:
    """The first words of a text on one line, at most `length` characters."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rsplit(" ", 1)[0] + "…"


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days later; Saturdays and Sundays do not count."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def text(value: str) -> str:
    """Text as it is kept: line feeds only, no zero bytes, no space at the ends."""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
