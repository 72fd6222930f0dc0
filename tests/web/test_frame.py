"""What surrounds every request: ids, headers, probes, switches, and reading that cannot write."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import structlog
from django.db import connection
from django.test import Client

from people.models import Team
from script.stack.children import wait_until
from web import logs, readiness
from web.middleware import read_only

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]


@pytest.fixture
def as_priya(client: Client, priya: Any) -> Client:
    client.force_login(priya)
    client.raise_request_exception = False
    return client


def test_a_sane_request_id_is_kept_and_answered(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-12345678"}).headers["X-Request-ID"] == "abc-12345678"


@pytest.mark.parametrize("given", ["", "short", "with space and more", "x" * 65, "line\nbreak-12345"])
def test_any_other_request_id_is_replaced(client: Client, given: str) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", answered)


def test_a_page_that_writes_on_get_is_refused_by_the_database(as_priya: Client) -> None:
    assert as_priya.get("/write/").status_code == 500
    assert not Team.objects.filter(slug="made-by-a-page").exists()


def test_the_same_page_may_write_on_post(as_priya: Client) -> None:
    assert as_priya.post("/write/").content == b"written"


def test_reading_ends_with_its_request(as_priya: Client) -> None:
    assert as_priya.get("/nested/").content == b"read"
    with read_only():
        pass
    Team.objects.create(slug="afterwards", name="Afterwards")


@pytest.mark.django_db(transaction=True)
def test_reading_is_read_only_from_its_first_statement_and_not_after() -> None:
    with read_only(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("off",)


def test_the_content_policy_allows_nothing_inline(as_priya: Client) -> None:
    policy = as_priya.get("/never/was/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_carry_no_inline_script_style_or_handler(as_priya: Client) -> None:
    for address in ("/never/was/", "/accounts/login/", "/accounts/2fa/"):
        html = as_priya.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), address
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", html), address


def test_the_process_answers_without_asking_anybody(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_readiness_names_each_part(client: Client) -> None:
    wait_until(lambda: client.get("/readyz").status_code == 200, seconds=30)  # a busy broker may miss its second once
    assert client.get("/readyz").json()["checks"] == {"database": "ok", "migrations": "ok", "broker": "ok"}


def test_readiness_fails_with_one_part_and_says_which(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OSError("10.0.0.7 refused")

    monkeypatch.setitem(readiness.CHECKS, "broker", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == "unreachable"
    assert "10.0.0.7" not in answer.content.decode()


def test_measures_count_by_route_and_never_by_address(as_priya: Client) -> None:
    as_priya.get("/never/was/")
    as_priya.get("/healthz")
    text = as_priya.get("/-/metrics").content.decode()
    assert 'route="web:health-show"' in text
    assert "never" not in text


def test_theme_is_kept_in_a_cookie_and_drawn_by_the_server(as_priya: Client) -> None:
    answer = as_priya.post("/theme/", {"theme": "dark", "next": "/never/was/"})
    assert answer.headers["Location"] == "/never/was/"
    assert 'data-theme="dark"' in as_priya.get("/never/was/").content.decode()
    as_priya.post("/theme/", {"theme": "pink"})
    assert "data-theme=" not in as_priya.get("/never/was/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_switches_never_lead_elsewhere(as_priya: Client, target: str) -> None:
    for address in ("/theme/", "/language/"):
        assert as_priya.post(address, {"next": target}).headers["Location"] == "/"


def test_language_is_switched_to_chinese_and_back(as_priya: Client) -> None:
    as_priya.post("/language/", {"language": "zh-hans"})
    assert '<html lang="zh-hans"' in as_priya.get("/never/was/").content.decode()
    as_priya.post("/language/", {"language": "xx"})
    assert '<html lang="zh-hans"' in as_priya.get("/never/was/").content.decode()
    as_priya.post("/language/", {"language": "en"})
    assert '<html lang="en"' in as_priya.get("/never/was/").content.decode()


def test_logs_are_json_with_the_request_id_and_without_secrets() -> None:
    event = {
        "event": "connected to postgres://app:hunter2@db/x with Bearer tl_abc",
        "password": "hunter2",
        "api_key": "tl_abc",
        "request_id": "abc-12345678",
    }
    line = json.dumps(dict(logs.hide_secrets(None, "info", event)))
    assert "hunter2" not in line
    assert "tl_abc" not in line
    assert "abc-12345678" in line


def test_each_log_line_of_a_request_carries_its_id(client: Client) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        client.get("/readyz", headers={"X-Request-ID": "abc-12345678"})
    assert [line["request_id"] for line in lines if line["event"] == "request"] == ["abc-12345678"]
