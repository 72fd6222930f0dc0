"""Who a session belongs to: the account with its rights as they are now."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from people.models import User
from people.sessions import account_of


class WithRights:
    """Reads the account of a session together with what the policy asks of it; nothing is kept between requests."""

    def get_user(self, user_id: Any) -> User | None:
        """The account, or None when it is gone or may not sign in."""
        user = account_of(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None  # type: ignore[attr-defined]


class Backend(WithRights, AuthenticationBackend):
    """Local accounts and single sign-on."""
