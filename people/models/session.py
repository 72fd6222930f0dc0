"""Sessions that say whose they are, so that one statement gives a session, its account and the account's rights."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """Django's session with the person who signed in.

    The signed data still decides who that is, so nothing is lost without a constraint; with one, Django would take an
    account that is gone for a key that is taken, and try again for ever.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    @classmethod
    def get_session_store_class(cls) -> type:
        from people.sessions import SessionStore

        return SessionStore
