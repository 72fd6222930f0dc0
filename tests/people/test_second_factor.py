"""A person with a second factor is asked for it, whichever way they sign in; nothing opens without it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from people.models import User
from tests.people.test_sign_on import invited, provider, sign_in, who

pytestmark = pytest.mark.django_db
__all__ = ["invited", "provider"]
WORDS = {"login": "grace", "password": "a long walk home"}
ASKS = "/accounts/2fa/authenticate/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now() -> str:
    """What the person's device shows."""
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


@pytest.fixture
def guarded(grace: User) -> User:
    grace.set_password(WORDS["password"])
    grace.save()
    TOTP.activate(grace, SECRET)
    return grace


def test_the_password_alone_opens_nothing(guarded: User) -> None:
    browser = Client()
    answer = browser.post("/accounts/login/", WORDS)
    assert (answer.status_code, answer["Location"]) == (302, ASKS)
    assert who(browser) == ""
    assert browser.get("/").status_code == 302
    page = browser.get(ASKS)
    assert (page.status_code, 'name="code"' in page.content.decode()) == (200, True)
    right = code_now()
    wrong = str((int(right) + 1) % 1_000_000).zfill(6)
    assert browser.post(ASKS, {"code": wrong}).status_code == 200
    assert who(browser) == ""
    browser.post(ASKS, {"code": right})
    assert who(browser) == "grace"


def test_a_code_opens_once(guarded: User) -> None:
    right, first, second = code_now(), Client(), Client()
    for browser in (first, second):
        browser.post("/accounts/login/", WORDS)
        browser.post(ASKS, {"code": right})
    assert (who(first), who(second)) == ("grace", "")


def test_a_code_without_the_password_opens_nothing(guarded: User) -> None:
    browser = Client()
    assert browser.post(ASKS, {"code": code_now()})["Location"].startswith("/accounts/login/")
    assert who(browser) == ""


def test_the_identity_provider_does_not_stand_in_for_it(provider: Any, invited: User) -> None:
    browser = Client()
    sign_in(browser)
    assert who(browser) == "grace"
    TOTP.activate(invited, SECRET)
    again = Client()
    assert sign_in(again).request["PATH_INFO"] == ASKS
    assert who(again) == ""
    again.post(ASKS, {"code": code_now()})
    assert who(again) == "grace"


def test_a_person_turns_it_on_for_themself(guarded: User, omar: User) -> None:
    omar.set_password(WORDS["password"])
    omar.save()
    browser = Client()
    browser.post("/accounts/login/", WORDS | {"login": "omar"})
    assert 'href="/accounts/2fa/"' in browser.get("/me/").content.decode(), "one's own page leads there"
    asked = browser.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/"), "an open session is not enough"
    browser.post("/accounts/reauthenticate/", {"password": WORDS["password"]})
    page = browser.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    counter = int(time.time()) // 30
    browser.post("/accounts/2fa/totp/activate/", {"code": str(format_hotp_value(hotp_value(secret, counter)))})
    assert Authenticator.objects.filter(user=omar, type="totp").exists()
    assert Client().post("/accounts/login/", WORDS | {"login": "omar"})["Location"] == ASKS
