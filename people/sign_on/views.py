"""The way to the identity provider and back; whatever fails on it becomes a page, not a fault."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from people.sign_on.handshake import Handshake


def _carry_out(step: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        provider = get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist as none:
        raise Http404 from none
    try:
        answer: HttpResponse = step.adapter_view(Handshake(request, provider_id))(request)
    except (OAuth2Error, RequestException, KeyError, ValueError) as fault:  # away, or not speaking OpenID Connect
        answer = render_authentication_error(request, provider, exception=fault)
    return answer


@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    return _carry_out(OAuth2LoginView, request, provider_id)


@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser comes back with a code."""
    return _carry_out(OAuth2CallbackView, request, provider_id)
