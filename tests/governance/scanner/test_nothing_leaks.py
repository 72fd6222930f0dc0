"""No value of a column stands anywhere after a scan: not in the record, the job, the findings, the logs, an error."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog.models import Dataset
from governance import actions
from governance.models import Scan
from governance.scanner import verdict, work
from governance.scanner.detectors import identifiers
from guard.models import Job
from people.models import User
from tests.governance.scanner import tables
from tests.past_the_wall import past_the_wall


def everything() -> str:
    """Every row of every table of ours, as text; the scanned table itself is left out."""
    found = []
    with past_the_wall() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name != "people":
                cursor.execute(f'SELECT t::text FROM "{name}" t')
                found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def logged(caplog: Any) -> str:
    """Every field of every log record, and the text as it is printed."""
    return caplog.text + "\n".join(repr(record.__dict__) for record in caplog.records)


def values_of(facts: Any) -> set[str]:
    return {str(value) for column in ("id_no", "mobile", "note") for value in facts[column]}


def test_a_scan_leaves_no_value_in_any_table(people: Dataset, people_table: Any, scanned: Scan) -> None:
    text = everything()
    assert "cn_resident_id" in text  # the control: findings are among what was read
    assert not [value for value in values_of(people_table) if value in text]


def test_the_worker_leaves_no_value_in_job_outbox_or_log(
    people: Dataset, people_table: Any, ravi: User, run_outbox: Callable[[], int], caplog: Any
) -> None:
    with caplog.at_level(logging.DEBUG):
        actions.start_scan(by=ravi, dataset=people)
        run_outbox()
    job = Job.objects.get(kind="governance.scan")
    assert (job.state, job.done, job.total) == ("done", 4, 4)
    text = everything() + json.dumps(job.result) + job.sentence + logged(caplog)
    assert not [value for value in values_of(people_table) if value in text]


def test_a_recogniser_that_fails_on_a_value_does_not_repeat_it(
    people: Dataset, ravi: User, monkeypatch: Any, caplog: Any
) -> None:
    def broken(name: str, values: Any, *, year: int) -> verdict.Verdict:
        raise ValueError(f"invalid literal: {next(iter(values))}")

    monkeypatch.setattr(work, "judge", broken)
    with caplog.at_level(logging.DEBUG):
        scan = work.carry_out(work.scan_named(actions.start_scan(by=ravi, dataset=people, in_worker=False).pk))
    found = tables.findings(scan)
    assert {(row.result, row.why) for row in found.values()} == {("unknown", "unreadable")}
    assert "ValueError" in logged(caplog)
    assert tables.CANARY not in logged(caplog) + everything()


def test_a_scan_that_breaks_off_says_its_class_and_no_value(
    people: Dataset, ravi: User, monkeypatch: Any, caplog: Any, run_outbox: Callable[[], int]
) -> None:
    def broken(**_facts: Any) -> None:
        raise RuntimeError(f"could not write {tables.CANARY}")

    monkeypatch.setattr(work, "record_scan", broken)
    with caplog.at_level(logging.DEBUG):
        actions.start_scan(by=ravi, dataset=people)
        run_outbox()
    job, scan = Job.objects.get(kind="governance.scan"), tables.last_scan(people)
    assert (job.state, scan.state) == ("failed", "failed") and "RuntimeError" in job.sentence
    assert tables.CANARY not in everything() + logged(caplog) + job.sentence + scan.said


def test_a_value_that_is_no_text_of_ours_is_cut_and_masked() -> None:
    said = verdict.judge("id_no", [f"{value} " for value in tables.resident_ids(40)], year=2026)
    assert said.evidence is not None
    assert not set(repr(said)) & {"é"} and tables.resident_ids(1)[0] not in repr(said)


@pytest.mark.parametrize("hostile", ["'; DROP TABLE people; --", "\x1b[31m", "=cmd()", "<script>alert(1)</script>"])
def test_hostile_values_leave_only_shapes(hostile: str) -> None:
    said = verdict.judge("mail", [f"{hostile}{number}@example.org" for number in range(30)], year=2026)
    assert hostile not in repr(said)
    assert identifiers.is_card(hostile) is False
