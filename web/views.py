"""Probes, measures, and the two switches of the frame (which work without script)."""

from __future__ import annotations

import os

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from web import readiness
from web.context import THEMES

YEAR = 31_536_000


@login_not_required
@require_GET
def show_health(request: HttpRequest) -> HttpResponse:
    """200 while this process answers; asks nobody else."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_GET
def show_readiness(request: HttpRequest) -> HttpResponse:
    """200 when database, broker and migrations are as they must be, else 503 with the names of what is not."""
    checks = readiness.check_all()
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


@login_not_required
@require_GET
def show_measures(request: HttpRequest) -> HttpResponse:
    """Counters for Prometheus; names of routes only, nothing about persons or things."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several workers of one server add up in files of this folder
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page one came from, when it is ours."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if ours else "/")


@login_not_required
@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie; anything else forgets it (the system decides)."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response


@login_not_required
@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in Django's own cookie."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response
