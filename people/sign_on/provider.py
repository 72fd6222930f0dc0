"""The one identity provider of an installation (OIDC_* of the settings)."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

from people.sign_on.handshake import Handshake


class SignOn(OpenIDConnectProvider):
    """OpenID Connect with our handshake; named in SOCIALACCOUNT_PROVIDERS."""

    package = "people.sign_on"  # where allauth looks for its urls
    oauth2_adapter_class = Handshake
    pkce_enabled_default = True

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, verified only when the provider says so in so many words (some send "false" as text)."""
        addresses: list[EmailAddress] = super().extract_email_addresses(data)
        said = data.get("userinfo", data.get("id_token", {})).get("email_verified")
        for address in addresses:
            address.verified = said is True or said == "true"
        return addresses
