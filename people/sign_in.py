"""How people sign in: local accounts, OIDC by environment, a second factor for who wants one."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from people import actions
from people.models import User

log = structlog.get_logger("people")


class Adapter(DefaultAccountAdapter):
    """Accounts are made by administrators or by the identity provider, never by visitors."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        """The address says whom the identity provider means: nobody gives themself one (the field of a forgotten
        password, where nobody is signed in, stays open)."""
        if self.request is not None and self.request.user.is_authenticated:
            raise ValidationError(_("An administrator keeps the e-mail address of your account."))
        return str(super().clean_email(email))


class SocialAdapter(DefaultSocialAccountAdapter):
    """Lets in whom an administrator invited (an account with that address); others by OIDC_NEW_ACCOUNTS only."""

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """The visitor reads that it did not work, the operator why."""
        log.warning("sign-on failed", provider=str(provider), error=str(error or ""), reason=str(exception or ""))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """At the first sign-in find the account that the verified address was invited with, and tie the two."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        person = invited([address.email for address in sociallogin.email_addresses if address.verified])
        if person is None:
            return
        if not person.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        sociallogin.connect(request, person)
        actions.note_sign_on(by=person)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whether somebody whom nobody invited gets an account, without any right."""
        return bool(settings.OIDC_NEW_ACCOUNTS)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.name = data.get("name") or " ".join(filter(None, [data.get("first_name"), data.get("last_name")]))
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        user = super().save_user(request, sociallogin, form)
        actions.note_sign_on(by=user, is_new=True)
        return user


def invited(addresses: list[str]) -> User | None:
    """The one account with any of these addresses; None when there is none, or more than one."""
    found = [
        person
        for address in addresses
        for person in User.objects.filter(email__iexact=address, is_service=False).exclude(email="")[:2]
    ]
    return found[0] if len(found) == 1 else None
