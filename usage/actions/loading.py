"""Loading query logs: executions once each, shapes once each, and the days that they touched computed again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.db import connection
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from guard.doors import act, acting
from guard.policy import Who
from guard.refusals import Invalid
from people.models import Role, User
from usage.daily import bring_popularity_up_to_date, recompute
from usage.logs.rows import LogReport, LogRow
from usage.matching import People, Tables, known_to
from usage.models import PersonLogin, QueryShape, ShapeTable, UsageEvent, UsageLoad

LOADERS = Who(roles={Role.DATA_ENGINEER, Role.DATA_PM, Role.GOVERNANCE_LEAD, Role.ADMIN})
TOTALS = "pg_stat_statements"
KINDS = ("postgres-log", TOTALS, "csv", "jsonl")
CHUNK = 5000
MOST_UNKNOWN = 1000
NO_SHIFT = timedelta(0)
_LOCK = 7_340_211  # one load at a time: two would race for the same days


@act("usage.loaded", who=LOADERS)
def load_usage(
    *,
    by: Any,
    kind: str,
    rows: Iterable[LogRow],
    source: str,
    report: LogReport | None = None,
    shift: timedelta = NO_SHIFT,
    warehouse: Any = None,
) -> UsageLoad:
    """Load the rows of a query log. The same rows again, overlapping or in pieces, change nothing.

    An execution is known by its time (before `shift`), login, database, application, shape, duration and calls.

    Args:
        by: a data engineer, data PM, governance lead or administrator.
        kind: one of `KINDS`.
        rows: as the readers of `usage.logs` give them; they may be a generator.
        source: name of the file; its folder is not kept.
        report: the reader's report, read after the last row.
        shift: moves every time, for the demo; the load says so ever after.
        warehouse: where tables are looked up; None for every warehouse.

    Returns:
        The load with its counts.

    Raises:
        Invalid: another kind.
    """
    if kind not in KINDS:
        raise Invalid(errors={"kind": [_("Kinds are %(kinds)s.") % {"kinds": ", ".join(KINDS)}]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    name = PurePath(source.replace("\\", "/")).name[:200]
    load = UsageLoad.objects.create(kind=kind, source=name, by=by, is_shifted=bool(shift))
    run = _Run(load, shift, Tables(warehouse), People())
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        run.take(chunk)
    run.finish(report)
    acting().note(
        kind=kind, source=name, shifted_days=shift.days, counts={
            "rows": load.rows, "new": load.new_rows, "bad": load.bad_rows, "parsed": load.parsed_rows,
            "unknown_tables": len(load.unknown_tables), "days": len(run.days),
        },
    )  # fmt: skip
    return load


@act("usage.login_named", who=LOADERS)
def name_login(*, by: Any, login: str, person: User) -> PersonLogin:
    """Say whose login it is, where it is not the username; what was loaded before is put right.

    Raises:
        Invalid: no login.
    """
    login = login.strip().lower()[:120]
    if not login:
        raise Invalid(errors={"login": [_("Name the login.")]})
    alias, _made = PersonLogin.objects.update_or_create(login=login, defaults={"person": person})
    people = People()
    mine = UsageEvent.objects.filter(login__iexact=login)
    recompute(_rename(mine, people))
    acting().note(login=login, person=person.username)
    return alias


@dataclass
class _Run:
    """One load under way."""

    load: UsageLoad
    shift: timedelta
    tables: Tables
    people: People
    days: set[date] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    named: dict[str, int] = field(default_factory=dict)
    logins: set[str] = field(default_factory=set)
    alike: Counter[tuple[str, ...]] = field(default_factory=Counter)
    shapes: dict[str, int] = field(default_factory=dict)

    def take(self, rows: list[LogRow]) -> None:
        """Keep one chunk."""
        self.load.rows += len(rows)
        self.load.parsed_rows += sum(row.use.is_parsed for row in rows)
        self._keep_shapes({row.fingerprint: row for row in rows})
        if self.load.kind == TOTALS:
            self._keep_totals(rows)
        else:
            self._keep_events(rows)

    def finish(self, report: LogReport | None) -> None:
        """Compute the touched days again and write down what the load came to."""
        named = sorted(login for login in self.logins if self.people.find(login) is not None)
        for part in _parts(named):
            self.days |= _rename(UsageEvent.objects.filter(login__in=part, person=None), self.people)
        recompute(self.days)
        bring_popularity_up_to_date()
        self.load.bad_rows = report.bad_count if report is not None else 0
        absent, self.load.restricted = known_to(self.load.by, self.named)
        self.load.unknown_tables = sorted(self.unknown | absent)[:MOST_UNKNOWN]
        self.load.save(update_fields=["rows", "new_rows", "bad_rows", "parsed_rows", "unknown_tables"])

    def _keep_shapes(self, rows: dict[str, LogRow]) -> None:
        """One shape a fingerprint; tables that were unknown once are looked up again."""
        fresh = [fingerprint for fingerprint in rows if fingerprint not in self.shapes]
        self.named |= self.tables.named({name for one in fresh for name in rows[one].use.tables})
        known = {shape.fingerprint: shape for shape in QueryShape.objects.filter(fingerprint__in=fresh)}
        made = [
            QueryShape(fingerprint=one, is_parsed=rows[one].use.is_parsed) for one in fresh if one not in known
        ]  # fmt: skip
        QueryShape.objects.bulk_create(made)
        again = [shape for shape in known.values() if shape.unknown]
        changed = [shape.pk for shape in (*made, *again) if self._join(shape, rows[shape.fingerprint])]
        self.shapes |= {shape.fingerprint: shape.pk for shape in (*made, *known.values())}
        if again and changed:
            self.days |= _days(UsageEvent.objects.filter(shape_id__in=changed))

    def _join(self, shape: QueryShape, row: LogRow) -> bool:
        """Join a shape with the datasets behind its tables; tells whether that is other than before."""
        read, unread = self.tables.split(row.use.inputs)
        written, unwritten = self.tables.split(row.use.outputs)
        pairs = [(pk, False) for pk in sorted(read)] + [(pk, True) for pk in sorted(written)]
        joints = [ShapeTable(shape=shape, dataset_id=pk, is_write=is_write) for pk, is_write in pairs]
        ShapeTable.objects.bulk_create(joints, ignore_conflicts=True)
        unknown = sorted(unread | unwritten)
        self.unknown |= set(unknown)
        if unknown == shape.unknown:
            return False
        QueryShape.objects.filter(pk=shape.pk).update(unknown=unknown)
        return True

    def _keep_totals(self, rows: list[LogRow]) -> None:
        """Totals grow: the higher of two is the later. They have no time and no person, so no day is touched."""
        totals: dict[str, int] = {}
        for row in rows:
            totals[row.fingerprint] = totals.get(row.fingerprint, 0) + row.calls
        for shape in QueryShape.objects.filter(fingerprint__in=totals):
            if totals[shape.fingerprint] > shape.total_calls:
                QueryShape.objects.filter(pk=shape.pk).update(total_calls=totals[shape.fingerprint])
                self.load.new_rows += 1

    def _keep_events(self, rows: list[LogRow]) -> None:
        keyed = {self._key(row): row for row in rows if row.at is not None}
        there = set(UsageEvent.objects.filter(row_key__in=keyed).values_list("row_key", flat=True))
        events = [self._event(key, row) for key, row in keyed.items() if key not in there]
        UsageEvent.objects.bulk_create(events)
        self.load.new_rows += len(events)
        self.days |= {event.at.astimezone(UTC).date() for event in events}
        self.logins |= {_word(row.user) for row in keyed.values()}

    def _key(self, row: LogRow) -> str:
        """The key of an execution; the second of two that are alike to the millisecond is another one."""
        parts = _parts_of(row)
        self.alike[parts] += 1
        nth = self.alike[parts]
        return hashlib.sha256("\x1f".join(parts if nth == 1 else (*parts, str(nth))).encode()).hexdigest()

    def _event(self, key: str, row: LogRow) -> UsageEvent:
        assert row.at is not None  # noqa: S101 - rows without a time were left out
        kind = self.people.rule.kind(row.user, row.application)
        return UsageEvent(
            row_key=key, load=self.load, shape_id=self.shapes[row.fingerprint], at=row.at + self.shift,
            login=_word(row.user), person_id=self.people.find(row.user) if kind == "human" else None, actor_kind=kind,
            application=_word(row.application), calls=row.calls, duration_ms=row.duration_ms,
        )  # fmt: skip


def _rename(events: Any, people: People) -> set[date]:
    """Give events the person and kind that their login has now; returns the days of those that changed."""
    days: set[date] = set()
    for login, application in list(events.values_list("login", "application").distinct().order_by()):
        kind = people.rule.kind(login, application)
        person = people.find(login) if kind == "human" else None
        same = events.filter(login=login, application=application)
        wrong = same.exclude(actor_kind=kind) | (same.exclude(person=person) if person else same.filter(person__gt=0))
        if wrong.exists():
            days |= _days(wrong)
            same.update(actor_kind=kind, person=person)
    return days


def _days(events: Any) -> set[date]:
    return set(events.annotate(day=TruncDate("at", tzinfo=UTC)).order_by().values_list("day", flat=True).distinct())


def _parts_of(row: LogRow) -> tuple[str, ...]:
    """What an execution is known by; a log read twice gives the same, whatever `shift` was."""
    at = row.at.astimezone(UTC).isoformat() if row.at is not None else ""
    return (at, row.user, row.database, row.application, row.fingerprint, repr(row.duration_ms), str(row.calls))


def _word(text: str) -> str:
    return text.replace("\x00", "")[:120]


def _parts(words: list[str]) -> Iterable[list[str]]:
    return (words[at : at + CHUNK] for at in range(0, len(words), CHUNK))
