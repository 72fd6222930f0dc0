"""Tokens and the first administrator from the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management.base import CommandError

from guard.models import Entry
from people.actions import digest_of
from people.models import ApiToken, Role, User


def test_it_prints_a_new_token_once_and_keeps_only_its_digest(omar: User, manage: Callable[..., str]) -> None:
    text = manage("token", "create", "omar", "--name", "ci", "--scope", "read", "import", "--days", "7").strip()
    token = ApiToken.objects.get()
    assert token.digest == digest_of(text)
    assert (token.person, token.name, token.scopes) == (omar, "ci", ["import", "read"])
    assert text not in str(vars(token))
    entry = Entry.objects.unrestricted("a test reads the line").get(verb="token.created")
    assert text not in entry.payload


def test_it_refuses_an_unknown_person_a_wrong_scope_and_a_long_life(omar: User, manage: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="no active account named nobody"):
        manage("token", "create", "nobody", "--name", "x")
    with pytest.raises(CommandError, match="Scopes are"):
        manage("token", "create", "omar", "--name", "x", "--scope", "everything")
    with pytest.raises(CommandError, match="1 to 365 days"):
        manage("token", "create", "omar", "--name", "x", "--days", "4000")
    assert not ApiToken.objects.exists()


def test_the_first_administrator_is_made_once(db: None, manage: Callable[..., str]) -> None:
    said = manage("people", "first-admin", "--username", "root")
    admin = User.objects.get(username="root")
    assert admin.principal.roles == {Role.ADMIN}
    assert admin.check_password(said.strip().split()[-1])
    assert User.objects.get(username="cli").is_service
    with pytest.raises(CommandError, match="already"):
        manage("people", "first-admin")
    assert "already" in manage("people", "first-admin", "--if-none")


def test_a_given_password_is_not_printed(db: None, manage: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_ADMIN_PASSWORD", "a given long one")
    assert "a given long one" not in manage("people", "first-admin")
    assert User.objects.get(username="admin").check_password("a given long one")
