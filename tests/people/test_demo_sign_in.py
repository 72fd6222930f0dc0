"""The demo's password opens the demo's people: in demo mode, on this machine, and nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from people.models import User

PASSWORD = "3f2a-77c1-09de"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    settings.DEMO_PASSWORD = PASSWORD
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "people.demo_sign_in.DemoBackend"]


@pytest.fixture
def lena() -> User:
    person = User(username="lena", name="Lena Fischer")
    person.set_unusable_password()
    person.save()
    return person


def sign_in(address: str = "127.0.0.1", password: str = PASSWORD, username: str = "lena") -> User | None:
    request = RequestFactory().post("/accounts/login/", REMOTE_ADDR=address)
    return authenticate(request, username=username, password=password)


def test_it_opens_on_this_machine(lena):
    assert sign_in() == lena
    assert sign_in(address="::1") == lena


def test_it_refuses_another_machine(lena):
    assert sign_in(address="192.0.2.7") is None


def test_it_refuses_outside_demo_mode(lena, settings):
    settings.DEMO = False
    assert sign_in() is None


def test_it_refuses_a_wrong_or_an_empty_password(lena, settings):
    assert sign_in(password="guess") is None
    settings.DEMO_PASSWORD = ""
    assert sign_in(password="") is None


def test_it_refuses_people_with_a_password_of_their_own(lena):
    lena.set_password("a password of their own")
    lena.save()
    assert sign_in() is None


def test_it_refuses_the_inactive_and_the_machines(lena):
    lena.is_active = False
    lena.save()
    assert sign_in() is None
    lena.is_active, lena.is_service = True, True
    lena.save()
    assert sign_in() is None
