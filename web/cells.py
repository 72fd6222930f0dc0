"""What stands in a list's cells: ready columns of governed things, and the column itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from web.keyset import value_at
from web.templatetags import throughline as tags
from web.words import level_word

Cell = Callable[[Any], Any]
#: A cell that begins with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        name: used in ``?sort=`` and as the CSV head.
        label: head of the column.
        sort: ORM path to order by; "" when it cannot.
        cell: row -> what is shown (SafeString for markup); the value at `name` unless given.
        csv: row -> what the CSV holds; `cell` without its markup unless given.
        css: ``r`` for numbers, ``mono`` for identifiers of the warehouse.
        head: True for the cell that names its row.
    """

    name: str
    label: str | Promise
    sort: str = ""
    cell: Cell | None = None
    csv: Cell | None = None
    css: str = ""
    head: bool = False

    def shown(self, row: Any) -> Any:
        value = self.cell(row) if self.cell else value_at(row, self.name)
        return show(value)

    def exported(self, row: Any) -> Any:
        value = self.csv(row) if self.csv else (self.cell(row) if self.cell else value_at(row, self.name))
        return guard_formula(value)


def show(value: Any) -> Any:
    """A value as a person of this locale reads it."""
    if value is None or value == "":
        return format_html('<span class="muted">{}</span>', "–")
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day(value))
    if isinstance(value, (int, float, Decimal)):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    return value


def _local(at: date) -> date:
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


def day(at: date) -> str:
    """A day in the short form of this language; a moment is taken in the reader's time zone."""
    # Translators: how a day is written, in the letters of Django's date filter.
    return formats.date_format(_local(at), pgettext("how a day is written", "j M Y"))


def short_day(at: date) -> str:
    """A day without its year."""
    return formats.date_format(_local(at), pgettext("how a day without year is written", "j M"))


def day_time(at: datetime) -> str:
    """A day with hours and minutes."""
    return f"{day(at)} {formats.date_format(_local(at), 'H:i')}"


def moment(at: datetime | None) -> SafeString:
    """A moment as a short day, with the exact time in the machine's form and as a title."""
    if at is None:
        return SafeString("")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), day_time(at), day(at))


def guard_formula(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers (OWASP, CSV injection)."""
    if isinstance(value, (SafeString, Promise)):
        value = strip_tags(str(value)).strip()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def number(name: str, label: str | Promise, sort: str = "") -> Column:
    """A column of figures, right-aligned."""
    return Column(name, label, sort=sort, css="r")


def _title(row: Any) -> SafeString:
    return format_html("{}", tags.thing_link(row))


KEY = Column("key", _("Key"), sort="pk", cell=lambda r: format_html('<span class="key">{}</span>', r.key))
TITLE = Column("title", _("Title"), sort="thing__title", cell=_title, csv=lambda r: r.title, head=True)
LEVEL = Column("level", _("Level"), sort="thing__level", cell=lambda r: tags.level_chip(r.level),
               csv=lambda r: f"L{r.level} {level_word(r.level)}")  # fmt: skip
STATE = Column("state", _("State"), sort="thing__state", cell=tags.state_chip, csv=lambda r: r.state)
DOMAIN = Column("domain", _("Domain"), sort="thing__domain__name", cell=lambda r: r.domain.name)
UPDATED = Column("updated", _("Changed"), sort="thing__updated_at", cell=lambda r: r.thing.updated_at, css="r")
CREATED = Column("created", _("Made"), sort="thing__created_at", cell=lambda r: r.thing.created_at, css="r")
