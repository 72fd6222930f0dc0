"""Accounts from the command line, as an administrator: made, given rights, ended; refused to everybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management.base import CommandError

from guard.models import Entry
from people.actions import create_token
from people.models import Role, User

Manage = Callable[..., str]


def test_an_account_is_made_given_rights_and_ended(ada: User, growth: object, manage: Manage) -> None:
    said = manage("people", "add", "nora", "--name", "Nora New", "--email", "nora@data.example", "--by", "ada")
    nora = User.objects.get(username="nora")
    assert nora.check_password(said.strip().split()[-1])
    assert (nora.email, nora.principal.roles, nora.principal.clearances) == ("nora@data.example", frozenset(), {})
    assert manage("people", "role", "nora", "data_pm", "--by", "ada").strip() == "nora: data_pm"
    assert (
        manage("people", "clear", "nora", "3", "--domain", "growth", "--by", "ada").strip() == "nora: up to 3 in Growth"
    )
    found = User.objects.get(pk=nora.pk)
    assert (found.principal.roles, list(found.principal.clearances.values())) == ({Role.DATA_PM}, [3])
    assert manage("people", "role", "nora", "data_pm", "--end", "--by", "ada").strip() == "nora: no role"
    create_token(by=found, person=found, name="notebook")
    manage("people", "leave", "nora", "--by", "ada", "--reason", "She moved on.")
    found.refresh_from_db()
    assert (found.is_active, found.tokens.filter(revoked_at=None).count()) == (False, 0)
    verbs = Entry.objects.unrestricted("a test reads the lines").filter(actor=ada).order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "person.added", "person.role_given", "person.cleared", "person.role_ended", "person.left",
    ]  # fmt: skip


def test_a_program_gets_an_account_without_a_password(ada: User, manage: Manage) -> None:
    assert "password: none" in manage("people", "add", "loader", "--name", "Loader", "--service", "--by", "ada")
    loader = User.objects.get(username="loader")
    assert (loader.is_service, loader.has_usable_password()) == (True, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "ada", "--name", "Ada again", "--by", "ada"), "taken"),
        (("role", "ada", "auditor", "--by", "ada"), "Nobody changes their own rights"),
        (("role", "nobody", "auditor", "--by", "ada"), "does not exist"),
        (("clear", "otto", "9", "--by", "ada"), "from 1 to 5"),
        (("clear", "otto", "2", "--domain", "nowhere", "--by", "ada"), "does not exist"),
        (("leave", "otto", "--by", "omar"), ""),
        (("add", "nora", "--name", "N", "--by", "omar"), ""),
        (("role", "otto", "auditor", "--by", "stranger"), "no active account"),
    ],
)
def test_it_refuses_whoever_may_not_and_what_is_not_there(
    cast: dict[str, User], manage: Manage, words: tuple[str, ...], sentence: str
) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match=sentence):
        manage("people", *words)
    assert User.objects.count() == before
    assert User.objects.get(username="otto").principal.roles == frozenset()
