"""A query log handed in by page or API: looked at first, loaded once, never kept, and only by those who load."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guard.models import Domain, Job
from people.models import User
from tests.catalog import make as catalog
from tests.usage import make
from usage import uploads
from usage.models import UsageEvent, UsageLoad

Cast = dict[str, Any]
HEAD = "ts,user,query,application\n"
READ = "\"SELECT amount FROM shop.dwd_order WHERE buyer_name = 'Ulla'\""


@pytest.fixture(autouse=True)
def orders(cast: Cast, growth: Domain, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    catalog.dataset(cast["omar"], growth, "shop.secret", {"x": 5})
    return catalog.dataset(cast["omar"], growth)


def log(*lines: str) -> SimpleUploadedFile:
    days = [make.noon(n + 1).isoformat() for n in range(len(lines))]
    rows = [f"{day},{line}" for day, line in zip(days, lines, strict=True)]
    return SimpleUploadedFile("warehouse.csv", (HEAD + "\n".join(rows) + "\n").encode())


def some() -> SimpleUploadedFile:
    return log(
        f"sam,{READ},psql", f"analyst7,{READ},psql", f"svc_etl,{READ},dbt",
        'sam,"SELECT 1 FROM shop.secret JOIN shop.nowhere USING (id)",psql', "sam,,psql",
    )  # fmt: skip


def hand_in(client: Client, person: User, file: SimpleUploadedFile, kind: str = "csv") -> Any:
    client.force_login(person)
    return client.post("/usage/logs/", {"kind": kind, "file": file, "log_line_prefix": ""})


def test_a_log_is_looked_at_first_and_nothing_of_it_stays(
    client: Client, cast: Cast, growth: Domain, run_outbox: Callable[[], int], tmp_path: Path
) -> None:
    answer = hand_in(client, cast["priya"], some())
    run_outbox()
    job = Job.objects.get()
    found = job.result
    assert (answer.status_code, job.state, found["dry_run"]) == (303, "done", True)
    assert (found["rows"], found["new_rows"], found["bad_rows"]) == (4, 4, 1)
    assert found["bad"] == [{"line": 6, "reason": "there is no statement"}]
    assert (found["people"], found["runs_by_people"], found["runs_by_machines"]) == (1, 3, 1)
    assert (found["nobody"], found["unknown_tables"]) == (["analyst7"], ["shop.nowhere", "shop.secret"]), (
        "what is hidden from who handed it in is as unknown as what is not there"
    )
    assert [(one["name"], one["runs"]) for one in found["datasets"]] == [("shop.dwd_order", 3)], "not the secret one"
    assert (UsageLoad.objects.count(), UsageEvent.objects.count(), make.daily()) == (0, 0, set())
    page = client.get(answer.url).content.decode()
    assert "analyst7" in page and "shop.nowhere" in page and "Ulla" not in page
    assert [path.name for path in tmp_path.rglob("*.csv")] == ["warehouse.csv"], "it waits for a word"


def test_what_was_looked_at_is_loaded_once_and_the_file_is_gone(
    client: Client, cast: Cast, run_outbox: Callable[[], int], tmp_path: Path
) -> None:
    place = hand_in(client, cast["omar"], some()).url
    run_outbox()
    first = client.post(f"{place}load/").url
    assert client.post(f"{place}load/").url == first, "asked twice, it is the same load"
    run_outbox()
    job = Job.objects.get(arguments__dry_run=False)
    assert (job.state, job.result["new_rows"], UsageLoad.objects.get().source) == ("done", 4, "warehouse.csv")
    assert {row[:2] for row in make.daily()} >= {("dwd_order", "sam"), ("dwd_order", "analyst7")}
    assert not list(tmp_path.rglob("*.csv"))
    assert "Show the usage" in client.get(first).content.decode()
    again = hand_in(client, cast["omar"], some()).url
    run_outbox()
    assert "Everything in it is loaded already." in client.get(again).content.decode()
    assert not list(tmp_path.rglob("*.csv"))
    assert client.post(f"{again}load/").status_code == 409


def test_a_log_that_is_thrown_away_is_gone(
    client: Client, cast: Cast, run_outbox: Callable[[], int], tmp_path: Path
) -> None:
    place = hand_in(client, cast["omar"], some()).url
    run_outbox()
    assert client.post(f"{place}discard/").status_code == 303
    assert not list(tmp_path.rglob("*.csv"))
    assert client.post(f"{place}load/").status_code == 409
    assert UsageLoad.objects.count() == 0


def test_a_log_that_nobody_decides_about_is_forgotten_within_a_day(
    client: Client, cast: Cast, run_outbox: Callable[[], int], tmp_path: Path
) -> None:
    hand_in(client, cast["omar"], some())
    run_outbox()
    assert uploads.forget_old() == 0
    folder = uploads.folder_of(Job.objects.get())
    os.utime(folder, (0, 0))
    assert uploads.forget_old() == 1
    assert not list(tmp_path.rglob("*.csv"))


@pytest.mark.parametrize("who", ["sam", "otto"])
def test_who_does_not_load_hands_nothing_in_by_any_door(client: Client, cast: Cast, who: str, tmp_path: Path) -> None:
    assert hand_in(client, cast[who], some()).status_code == 403
    assert client.post("/api/v1/query-logs/", {"kind": "csv", "file": some()}).status_code == 403
    assert Job.objects.count() == 0 and not list(tmp_path.rglob("*.csv"))
    assert "Others load query logs" in client.get("/usage/logs/").content.decode()


def test_a_log_of_somebody_else_is_absent(client: Client, cast: Cast, run_outbox: Callable[[], int]) -> None:
    place = hand_in(client, cast["omar"], some()).url
    run_outbox()
    client.force_login(cast["ravi"])
    uid = Job.objects.get().uid
    assert client.get(place).status_code == 404
    for address in (f"{place}load/", f"{place}discard/", f"/api/v1/query-logs/{uid}/load/"):
        assert client.post(address).status_code == 404
    assert uploads.is_waiting(Job.objects.get())


def test_a_log_without_a_needed_column_says_which_and_is_not_kept(
    client: Client, cast: Cast, run_outbox: Callable[[], int], tmp_path: Path
) -> None:
    place = hand_in(client, cast["omar"], SimpleUploadedFile("x.csv", b"ts,query\n2026-01-01,SELECT 1\n")).url
    run_outbox()
    assert Job.objects.get().state == "failed"
    assert "No column holds the user" in client.get(place).content.decode()
    assert not list(tmp_path.rglob("x.csv"))


def test_a_prefix_that_cannot_be_read_is_refused_at_its_field(client: Client, cast: Cast) -> None:
    client.force_login(cast["omar"])
    given = {"kind": "postgres-log", "file": some(), "log_line_prefix": "%Z "}
    answer = client.post("/usage/logs/", given)
    assert answer.status_code == 422
    assert "no escape %Z" in answer.content.decode()


def test_the_api_looks_and_then_loads(client: Client, cast: Cast, run_outbox: Callable[[], int]) -> None:
    client.force_login(cast["omar"])
    looked = client.post("/api/v1/query-logs/", {"kind": "csv", "file": some(), "dry_run": "true"})
    run_outbox()
    job = client.get(f"/api/v1/jobs/{looked.json()['job']}/").json()
    assert (looked.status_code, job["result"]["new_rows"]) == (202, 4)
    loaded = client.post(f"/api/v1/query-logs/{looked.json()['job']}/load/")
    run_outbox()
    assert (loaded.status_code, UsageLoad.objects.get().new_rows) == (202, 4)
