"""A refusal says the same on page, fragment and API; absent and forbidden look alike."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]
KNOWN = {
    "absent": (404, "absent"),
    "missing": (404, "absent"),
    "denied": (403, "denied"),
    "forbidden": (403, "denied"),
    "blocked": (409, "blocked"),
    "invalid": (422, "invalid"),
    "stale": (412, "stale"),
    "suspicious": (400, "malformed"),
    "broken": (500, "failed"),
}


@pytest.fixture
def as_priya(client: Client, priya: object) -> Client:
    client.force_login(priya)  # type: ignore[arg-type]
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("how", KNOWN)
def test_page_fragment_and_problem_carry_the_same_id(as_priya: Client, how: str) -> None:
    status, code = KNOWN[how]
    page = as_priya.get(f"/refuse/{how}/")
    fragment = as_priya.get(f"/refuse/{how}/", headers={"HX-Request": "true"})
    problem = as_priya.get(f"/api/refuse/{how}/")
    assert {page.status_code, fragment.status_code, problem.status_code} == {status}
    assert f'data-problem="{code}"' in page.content.decode()
    assert f'data-problem="{code}"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert problem.json()["id"] == code
    assert problem.json()["status"] == status


@pytest.mark.parametrize("how", KNOWN)
def test_nothing_of_the_cause_is_shown(as_priya: Client, how: str) -> None:
    for address in (f"/refuse/{how}/", f"/api/refuse/{how}/"):
        assert "the secret name" not in as_priya.get(address).content.decode()


def test_absent_forbidden_and_never_there_are_one_page(as_priya: Client) -> None:
    pages = [
        as_priya.get(address, headers={"X-Request-ID": "same-request"}).content
        for address in ("/refuse/absent/", "/refuse/missing/", "/never/was/")
    ]
    # the switches remember the page they stand on; nothing else may differ
    plain = [
        page.replace(address.encode(), b"").replace(page.split(b'csrf-token" content="')[1][:64], b"")
        for page, address in zip(pages, ("/refuse/absent/", "/refuse/missing/", "/never/was/"), strict=True)
    ]
    strip = [
        b"".join(part.split(b'"', 1)[-1] for part in page.split(b'csrfmiddlewaretoken" value="')) for page in plain
    ]
    assert strip[0] == strip[1] == strip[2]


def test_a_blocked_problem_lists_who_can_help(as_priya: Client) -> None:
    blocker = as_priya.get("/api/refuse/blocked/").json()["blockers"][0]
    assert blocker["id"] == "PRD-G2"
    assert blocker["who"] == ["Tom Okafor"]
    assert "Tom Okafor can help" in as_priya.get("/refuse/blocked/").content.decode()


def test_an_invalid_problem_names_the_field(as_priya: Client) -> None:
    assert as_priya.get("/api/refuse/invalid/").json()["errors"] == {"title": ["Say what it is."]}


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/refuse/absent/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_form_kept_open_too_long_says_what_to_do(priya: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(priya)  # type: ignore[arg-type]
    answer = client.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Reload it" in answer.content.decode()


def test_what_stands_in_the_way_comes_with_a_way_back_to_our_own_page(as_priya: Client) -> None:
    sent = as_priya.post("/refuse/blocked/", headers={"Referer": "http://testserver/prds/PRD-1002/"}).content.decode()
    assert 'href="http://testserver/prds/PRD-1002/"' in sent
    assert sent.index("Something stands in the way") < sent.index("Chargeback lag has no owner.")
    assert sent.count("Something stands in the way") == 2, "in the title and the heading, and not once more"
    foreign = as_priya.post("/refuse/blocked/", headers={"Referer": "https://elsewhere.example/"}).content.decode()
    assert "elsewhere.example" not in foreign
    opened = as_priya.get("/refuse/blocked/", headers={"Referer": "http://testserver/prds/"}).content.decode()
    assert "Back to the page" not in opened
