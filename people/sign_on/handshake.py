"""What is asked of the identity provider and what is believed of its answer.

Beyond django-allauth: the issuer of the discovery document must be the configured one, the id_token's signature is
always verified, it must carry our nonce, and userinfo must speak of the same subject (OpenID Connect Core 1.0, 3.1.3.7
and 5.3.2; Discovery 1.0, 4.3).
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
WELL_KNOWN = "/.well-known/openid-configuration"


def nonce_for(state: str) -> str:
    """The nonce of one sign-in: it follows from the state, which is random, kept in the session and used once."""
    return salted_hmac("people.sign_on.nonce", state, algorithm="sha256").hexdigest()


class Client(OAuth2Client):
    """Asks for a code, with the nonce that the id_token has to repeat."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: dict[str, Any]) -> str:
        extra = {**extra_params, "nonce": nonce_for(self.state)}
        return str(super().get_redirect_url(authorization_url, sorted(set(scope)), extra))


class Handshake(OpenIDConnectOAuth2Adapter):
    """One sign-in's talk with the provider."""

    client_class = Client

    @property
    def openid_config(self) -> dict[str, Any]:
        """The discovery document.

        Raises:
            OAuth2Error: it speaks for another issuer, or lacks what a sign-in needs.
        """
        found: dict[str, Any] = super().openid_config
        expected = self.get_provider().app.settings["server_url"].partition("/.well-known/")[0]
        if str(found.get("issuer", "")).rstrip("/") != expected.rstrip("/"):
            raise OAuth2Error("The discovery document names another issuer than OIDC_SERVER_URL.")
        if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(found):
            raise OAuth2Error("The discovery document lacks an endpoint.")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Believe the id_token, once it is proved; userinfo only adds to it.

        Raises:
            OAuth2Error: the answer is not one to believe.
        """
        said = kwargs["response"].get("id_token")
        if not said:
            raise OAuth2Error("The provider sent no id_token.")
        data = {"id_token": self._decode_id_token(app, said)}
        if "userinfo_endpoint" in self.openid_config:
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != data["id_token"]["sub"]:
                raise OAuth2Error("userinfo speaks of somebody else than the id_token.")
            data["userinfo"] = data["id_token"] | data["userinfo"]
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
            if algorithm not in SIGNED_BY:
                raise OAuth2Error("The id_token is not signed with a key pair.")
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token, keys_url=self.openid_config["jwks_uri"], issuer=self.openid_config["issuer"],
                audience=app.client_id, lookup_kid=jwtkit.lookup_kid_jwk, verify_signature=True,
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, ValueError) as fault:
            raise OAuth2Error("The id_token cannot be verified.") from fault
        state = self.request.GET.get("state", "")
        if not claims.get("sub") or not constant_time_compare(str(claims.get("nonce", "")), nonce_for(state)):
            raise OAuth2Error("The id_token was not made for this sign-in.")
        return claims
