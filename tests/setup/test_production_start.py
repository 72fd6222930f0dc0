"""A production start: the commands of deploy/systemd on the packages of app.lock, behind a proxy that speaks TLS."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from script.stack.children import stop
from tests.setup.production import HOST, UNITS, Installation

# one installation serves all of them, so one process of the suite runs them
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("production")]


@pytest.fixture(scope="module")
def here() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="throughline-production-", dir="/tmp"))
    found = Installation(folder)
    found.make_database()
    try:
        for words in (["-m", "script.stack.translations"], ["manage.py", "collectstatic", "--no-input", "-v", "0"]):
            subprocess.run([str(found.python), *words], cwd=found.root, env=found.env, check=True)
        done = found.manage("migrate", "--no-input", "-v", "0", DATABASE_OWNER_URL=found.owner_url)
        assert done.returncode == 0, done.stdout
        yield found
    finally:
        for process in found.running.values():
            stop(process, grace=30)
        found.drop_database()
        shutil.rmtree(folder, ignore_errors=True)


def test_djangos_check_for_deployment_finds_nothing(here: Installation) -> None:
    done = here.manage("check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stdout


def test_the_web_unit_serves_behind_a_proxy(here: Installation) -> None:
    admin = here.manage("people", "first-admin")
    password = admin.stdout.split()[-1]
    here.start("web")
    here.until("web", here.answers)
    ready = here.get("/readyz")
    assert (ready.status, '"migrations": "ok"' in ready.text) == (200, True), ready.text
    page = here.get("/accounts/login/")
    assert page.status == 200
    assert page.getheader("Strict-Transport-Security").startswith("max-age=31536000")
    cookies = [value for name, value in page.getheaders() if name == "Set-Cookie"]
    assert cookies
    assert all("Secure" in value for value in cookies), cookies
    plain = here.get("/accounts/login/", proto="http")
    assert (plain.status, plain.getheader("Location")) == (301, f"https://{HOST}/accounts/login/")
    assert here.get("/accounts/login/", host="elsewhere.example").status == 400
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    assert sheets
    for sheet in sheets:
        answer = here.get(sheet, **{"Accept-Encoding": "gzip"})
        assert (answer.status, answer.getheader("Cache-Control")) == (200, "max-age=31536000, public")
    assert here.get("/api/v1/datasets/").status == 401
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    assert _signed_in(here, token, cookies, password) == 302
    before = _figure(here)
    with ThreadPoolExecutor(8) as several:  # several connections at once, so that several processes answer
        assert {answer.status for answer in several.map(lambda _n: here.get("/healthz", proto=""), range(80))} == {200}
    assert _figure(here) == before + 80, "the page adds up the processes of the server"
    assert len({path.name.rpartition("_")[2] for path in here.metrics.glob("counter_*.db")}) > 1
    assert here.stop("web") == 0, here.log("web")


HEALTH = re.compile(r'^throughline_requests_total\{[^}]*route="web:health-show"[^}]*\} ([0-9.]+)$', re.M)


def _figure(here: Installation) -> float:
    return sum(float(found) for found in HEALTH.findall(here.get("/-/metrics", proto="").text))


def _signed_in(here: Installation, token: str, cookies: list[str], password: str) -> int:
    """Post the sign-in form as the browser behind the proxy does."""
    link = http.client.HTTPConnection("127.0.0.1", here.port, timeout=30)
    headers = {
        "Host": HOST, "X-Forwarded-Proto": "https", "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(value.partition(";")[0] for value in cookies),
        "Referer": f"https://{HOST}/accounts/login/", "Origin": f"https://{HOST}",
    }  # fmt: skip
    body = urlencode({"csrfmiddlewaretoken": token, "login": "admin", "password": password})
    link.request("POST", "/accounts/login/", body, headers)
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status


def test_the_worker_and_the_scheduler_start_and_stop(here: Installation) -> None:
    here.start("worker")
    here.start("beat")
    here.until("worker", " ready.")
    here.until("beat", "beat: Starting")
    assert here.stop("beat") == 0, here.log("beat")
    assert here.stop("worker") == 0, here.log("worker")
    assert "Traceback" not in here.log("worker") + here.log("beat")


def test_the_migrations_unit_runs_as_the_owner_and_does_nothing_twice(here: Installation) -> None:
    done = subprocess.run(
        here.words("migrate"), cwd=here.root, env=here.env | {"DATABASE_OWNER_URL": here.owner_url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "No migrations to apply" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_start_with_an_open_host_list_is_refused_with_the_line_to_mend(here: Installation) -> None:
    done = here.manage("check", ALLOWED_HOSTS="*", DEBUG="1")
    assert done.returncode != 0
    assert "ALLOWED_HOSTS is empty or open" in done.stdout
    assert "DEBUG is on" in done.stdout


def test_the_service_manager_understands_the_units() -> None:
    """Only where systemd-analyze is: it checks words and values, not whether /srv/throughline is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: apt-get install systemd")
    units = sorted(str(path) for path in UNITS.glob("*.service"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    found = [
        line for line in (done.stdout + done.stderr).splitlines()
        if "throughline" in line and "is not executable" not in line
    ]  # fmt: skip
    assert found == []
