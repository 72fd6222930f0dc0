"""The first accounts of an empty installation: nobody is there yet who could act."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.db import transaction

from guard import ledger
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from people.models import Clearance, Role, RoleHeld, User

CLI = "cli"
SCANNER = "scanner"


def first_admin(username: str = "admin", password: str | None = None) -> tuple[User, str]:
    """Make the first administrator and the service account of the command line.

    Args:
        username: of the administrator.
        password: or None for a random one.

    Returns:
        The administrator and the password in clear, to be shown once.

    Raises:
        RuntimeError: when there is an administrator already.
    """
    if RoleHeld.objects.filter(role=Role.ADMIN).exists():
        raise RuntimeError("There is an administrator already.")
    password = password or secrets.token_urlsafe(12)
    with transaction.atomic():
        admin = User.objects.create_user(username=username, name="Administrator", password=password)
        cli, _made = User.objects.get_or_create(username=CLI, defaults={"name": "Command line", "is_service": True})
        current = Acting("installation.begun", admin)
        token = CURRENT.set(current)
        try:
            RoleHeld.objects.create(person=admin, role=Role.ADMIN)
            RoleHeld.objects.get_or_create(person=cli, role=Role.DATA_ENGINEER)
            Clearance.objects.create(person=cli, rank=4)
        finally:
            CURRENT.reset(token)
        ledger.write(verb="installation.begun", by=admin, outcome="done", body={"administrator": username})
    return admin, password


def scanner_account() -> User | None:
    """The account that scans again by itself: it signs in nowhere, is cleared for nothing, is lent one sight at a time.

    Returns:
        It, made where it is not there yet; None where somebody switched it off or the name is a person's.
    """
    given = {"name": "Scanner", "is_service": True, "password": make_password(None)}
    found, _made = User.objects.get_or_create(username=SCANNER, defaults=given)
    return found if found.is_active and found.is_service else None


def actor_named(username: str | None) -> User:
    """The account that a command acts as: the one named, else the service account of the command line.

    Raises:
        LookupError: when there is no such active account.
    """
    user = User.objects.filter(username=username or CLI, is_active=True).first()
    if user is None:
        raise LookupError(f"There is no active account named {username or CLI}.")
    return user
