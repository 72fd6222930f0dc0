"""Sign-in by an identity provider: the environment's settings, the real middleware, a provider on loopback."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from guard.models import Entry
from people.actions import let_go
from people.models import User
from script.stack.places import ROOT
from tests.people.identity_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/oidc/login/"
FAILED = "Sign-in did not work"
MINE = {
    "sub": "u-71",
    "email": "grace@data.example",
    "email_verified": True,
    "name": "Grace O",
    "preferred_username": "g",
}


def from_environment(url: str, **more: str) -> dict[str, Any]:
    """What config/settings.py makes of the variables that an operator sets."""
    code = (
        "import json, config.settings as s;"
        "print(json.dumps([s.SOCIALACCOUNT_PROVIDERS, s.OIDC_NEW_ACCOUNTS, s.SOCIALACCOUNT_ONLY, s.INSTALLED_APPS]))"
    )
    env = {"PATH": os.environ["PATH"], "THROUGHLINE_LOCAL": "1", "SECRET_KEY": "local-x", "OIDC_SERVER_URL": url}
    env |= {"OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET, "OIDC_NAME": "Acme sign-on"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env | more, capture_output=True, check=True)
    names = ("SOCIALACCOUNT_PROVIDERS", "OIDC_NEW_ACCOUNTS", "SOCIALACCOUNT_ONLY", "INSTALLED_APPS")
    return dict(zip(names, json.loads(done.stdout), strict=True))


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    running = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = from_environment(running.url)["SOCIALACCOUNT_PROVIDERS"]
    running.person = dict(MINE)
    yield running
    running.stop()


@pytest.fixture
def invited(grace: User) -> User:
    """Grace, whose account an administrator made with her address."""
    User.objects.filter(pk=grace.pk).update(email="Grace@data.example")
    return grace


def at_provider(address: str) -> str:
    """What the browser does there: ask, and be sent back."""
    parts = urlsplit(address)
    there = http.client.HTTPConnection(parts.netloc)
    there.request("GET", f"{parts.path}?{parts.query}")
    back = there.getresponse().getheader("Location")
    there.close()
    return str(back)


def sign_in(browser: Client, change: Any = lambda address: address) -> Any:
    """The whole way there and back; `change` meddles with the address that the browser comes back to."""
    there = browser.get(LOGIN)
    assert there.status_code == 302, there.content
    return browser.get(change(at_provider(there["Location"])), follow=True)


def who(browser: Client) -> str:
    """Whom the API takes this browser for; empty for nobody."""
    answer = browser.get("/api/v1/notices/")
    return User.objects.get(pk=browser.session["_auth_user_id"]).username if answer.status_code == 200 else ""


def test_an_invited_person_signs_in_and_is_known_from_then_on(provider: Provider, invited: User) -> None:
    browser = Client()
    assert "Sign in with Acme sign-on" in browser.get("/accounts/login/").content.decode()
    answer = sign_in(browser)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, "/")
    assert "Grace Obi" in answer.content.decode(), "the account keeps the name that the house knows"
    assert who(browser) == "grace"
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) == 64
    provider.person |= {"email": "changed@data.example", "email_verified": False}
    again = Client()
    sign_in(again)
    assert who(again) == "grace", "the subject is what counts the second time"
    lines = Entry.objects.unrestricted("a test reads the lines").filter(verb="person.signed_on")
    assert [line.actor_id for line in lines] == [invited.pk]


def test_an_unknown_person_gets_no_account(provider: Provider, cast: dict[str, User]) -> None:
    browser, before = Client(), User.objects.count()
    provider.person["email"] = "stranger@else.example"
    answer = sign_in(browser)
    assert "Accounts are made by an administrator" in answer.content.decode()
    assert (who(browser), User.objects.count()) == ("", before)
    assert browser.get("/accounts/3rdparty/signup/", follow=True).request["PATH_INFO"] == "/accounts/login/"


def test_an_unknown_person_gets_one_without_rights_where_that_is_configured(
    provider: Provider, cast: dict[str, User], settings: Any
) -> None:
    settings.OIDC_NEW_ACCOUNTS = from_environment(provider.url, OIDC_NEW_ACCOUNTS="1")["OIDC_NEW_ACCOUNTS"]
    provider.person |= {"email": "new@data.example", "name": "Nora New", "preferred_username": "nora"}
    browser = Client()
    sign_in(browser)
    assert who(browser) == "nora"
    nora = User.objects.get(username="nora")
    assert (nora.name, nora.has_usable_password()) == ("Nora New", False)
    assert (nora.principal.roles, nora.principal.clearances) == (frozenset(), {})
    assert Entry.objects.unrestricted("a test reads the line").get(verb="person.signed_on").actor_id == nora.pk


@pytest.mark.parametrize("said", [False, "false", None])
def test_an_address_that_the_provider_did_not_verify_opens_no_account(
    provider: Provider, invited: User, said: Any
) -> None:
    provider.person["email_verified"] = said
    browser = Client()
    sign_in(browser)
    assert who(browser) == ""


def test_an_address_of_two_accounts_or_of_a_service_opens_none(provider: Provider, invited: User, omar: User) -> None:
    User.objects.filter(pk=omar.pk).update(email="grace@data.example")
    browser = Client()
    sign_in(browser)
    assert who(browser) == ""
    User.objects.filter(pk=omar.pk).update(is_service=True)
    User.objects.filter(pk=invited.pk).update(email="")
    sign_in(browser)
    assert who(browser) == ""


@pytest.mark.parametrize(
    "twist",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1},
        {"sub": ""},
    ],
    ids=str,
)
def test_an_id_token_that_was_not_made_for_this_sign_in_is_refused(
    provider: Provider, invited: User, twist: dict[str, Any]
) -> None:
    provider.twist = twist
    browser = Client()
    answer = sign_in(browser)
    assert FAILED in answer.content.decode()
    assert who(browser) == ""


def test_an_id_token_with_another_signature_or_none_is_refused(provider: Provider, invited: User) -> None:
    for key, algorithm in (
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256"),
        (provider.key, "HS256"),
        (provider.key, "none"),
    ):
        provider.signing_key, provider.algorithm = key, algorithm
        browser = Client()
        assert FAILED in sign_in(browser).content.decode()
        assert who(browser) == ""


def test_userinfo_of_somebody_else_is_refused(provider: Provider, invited: User) -> None:
    provider.userinfo = {"sub": "u-72"}
    browser = Client()
    assert FAILED in sign_in(browser).content.decode()
    assert who(browser) == ""


def test_a_provider_that_speaks_for_another_issuer_is_refused(provider: Provider, invited: User) -> None:
    provider.discovery = {"issuer": "https://elsewhere.example"}
    answer = Client().get(LOGIN)
    assert (answer.status_code, FAILED in answer.content.decode()) == (401, True)
    assert provider.asked == [], "nobody is sent there"


def test_a_state_that_this_browser_did_not_get_is_refused(provider: Provider, invited: User) -> None:
    browser, other = Client(), Client()
    meddled = sign_in(browser, lambda address: address.replace("state=", "state=x"))
    assert FAILED in meddled.content.decode()
    address = at_provider(other.get(LOGIN)["Location"])
    assert FAILED in browser.get(address).content.decode(), "the code of one browser opens nothing in another"
    assert who(browser) == ""
    other.get(address)
    assert who(other) == "grace"
    assert FAILED in Client().get(address).content.decode()
    assert FAILED in other.get(address).content.decode(), "a state is used once"


def test_a_deactivated_person_is_refused_and_their_session_ends(provider: Provider, invited: User, ada: User) -> None:
    browser = Client()
    sign_in(browser)
    assert who(browser) == "grace"
    let_go(by=ada, person=invited)
    assert who(browser) == "", "the open session is over"
    for back in (browser, Client()):
        answer = sign_in(back)
        assert answer.request["PATH_INFO"] == "/accounts/inactive/"
        assert "This account is closed" in answer.content.decode()
        assert who(back) == ""


def test_somebody_who_left_before_the_first_sign_in_is_refused(provider: Provider, invited: User, ada: User) -> None:
    let_go(by=ada, person=invited)
    browser = Client()
    assert sign_in(browser).request["PATH_INFO"] == "/accounts/inactive/"
    assert not invited.socialaccount_set.exists()


def test_what_fails_at_the_provider_is_a_page_and_no_fault(provider: Provider, invited: User) -> None:
    provider.refuses = "access_denied"
    assert sign_in(Client()).request["PATH_INFO"] == "/accounts/3rdparty/login/cancelled/"
    provider.refuses = "server_error"
    assert FAILED in sign_in(Client()).content.decode()
    provider.refuses = ""
    browser = Client()
    address = at_provider(browser.get(LOGIN)["Location"])
    provider.stop()
    for answer in (browser.get(address), Client().get(LOGIN)):
        assert (answer.status_code, FAILED in answer.content.decode()) == (401, True)


def test_nobody_gives_themself_the_address_of_somebody_else(invited: User, otto: User) -> None:
    browser = Client()
    browser.force_login(otto)
    answer = browser.post("/accounts/email/", {"action_add": "", "email": "grace@data.example"})
    otto.refresh_from_db()
    assert "An administrator keeps the e-mail address" in answer.content.decode()
    assert (otto.email, otto.emailaddress_set.count()) == ("", 0)


def test_local_sign_in_can_be_shut_off(provider: Provider, invited: User, settings: Any) -> None:
    invited.set_password("a long walk home")
    invited.save()
    words = {"login": "grace", "password": "a long walk home"}
    browser = Client()
    found = from_environment(provider.url, OIDC_ONLY="1")
    assert found["SOCIALACCOUNT_ONLY"] is True
    assert "allauth.mfa" not in found["INSTALLED_APPS"], "the second factor is the provider's matter then"
    settings.SOCIALACCOUNT_ONLY = True
    page = browser.get("/accounts/login/").content.decode()
    assert 'name="password"' not in page
    assert "Sign in with Acme sign-on" in page
    assert browser.post("/accounts/login/", words).status_code == 403
    assert who(browser) == ""
    settings.SOCIALACCOUNT_ONLY = False
    browser.post("/accounts/login/", words)
    assert who(browser) == "grace"
