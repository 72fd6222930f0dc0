"""A leaver's account, sessions and tokens end at once; the record stays."""

from __future__ import annotations

import pytest
from django.test import Client

from people.actions import create_token, let_go
from people.models import ApiToken, User

pytestmark = pytest.mark.django_db


def test_tokens_of_a_leaver_end_at_once_and_stay_ended(omar: User, ada: User) -> None:
    _row, text = create_token(by=omar, person=omar, name="ci", scopes=["read", "write"])
    for header in ({"Authorization": f"Bearer {text}"}, {"x-api-key": text}):
        assert Client().get("/api/v1/datasets/", headers=header).status_code == 200
    let_go(by=ada, person=omar)
    for header in ({"Authorization": f"Bearer {text}"}, {"x-api-key": text}):
        refused = Client().get("/api/v1/datasets/", headers=header)
        assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    User.objects.filter(pk=omar.pk).update(is_active=True)
    assert Client().get("/api/v1/datasets/", headers={"x-api-key": text}).status_code == 401, "revoked, not asleep"
    assert ApiToken.objects.filter(person=omar).count() == 1


def test_a_closed_account_carries_no_token_even_one_that_nobody_revoked(omar: User) -> None:
    _row, text = create_token(by=omar, person=omar, name="ci")
    User.objects.filter(pk=omar.pk).update(is_active=False)
    assert Client().get("/api/v1/datasets/", headers={"x-api-key": text}).status_code == 401


def test_the_session_and_the_password_of_a_leaver_open_nothing(omar: User, ada: User) -> None:
    omar.set_password("a long walk home")
    omar.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": "omar", "password": "a long walk home"})
    assert browser.get("/me/").status_code == 200
    let_go(by=ada, person=omar)
    assert browser.get("/me/").status_code == 302
    again = Client()
    answer = again.post("/accounts/login/", {"login": "omar", "password": "a long walk home"})
    assert again.get("/me/").status_code == 302, answer
