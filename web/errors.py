"""One catalogue of what can go wrong, drawn as page, fragment or problem+json with the same ids.

Absent and forbidden look alike: whoever may not know of a thing gets the very page of an address that never was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from guard.doors.opening import nothing_shown
from web import problems

log = structlog.get_logger("web.errors")


@dataclass(slots=True)
class Trouble:
    """A failed request, as data.

    Attributes:
        status: HTTP status.
        id: public id, the same on page, fragment and API.
        title: short heading.
        sentence: what happened and who can help.
        findings: `guard.gates.Finding` that stand in the way.
        fields: messages by field name.
    """

    status: int
    id: str
    title: str
    sentence: str
    findings: Sequence[Any] = ()
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def more(self) -> str:
        """The sentence, unless it only says the heading again."""
        return "" if self.sentence.rstrip(".。 ") == self.title else self.sentence


def titles() -> dict[int, str]:
    """Headings by status, in the reader's language."""
    return {
        400: _("This request cannot be read"),
        401: _("Sign in first"),
        403: _("Not allowed"),
        404: _("Nothing here"),
        405: _("Not done this way"),
        409: _("Something stands in the way"),
        412: _("Somebody was faster"),
        413: _("Too large"),
        422: _("Please look again"),
        429: _("Too many requests"),
        500: _("Something broke on our side"),
        503: _("Not ready"),
    }


def sentences() -> dict[int, str]:
    """What a page says when the rule itself gave no sentence."""
    return {
        400: _("Go back and try again. If it happens twice, tell an administrator the request number below."),
        403: _("Your session or your rights do not cover this. Reload the page, or ask an administrator."),
        404: _(
            "Either it does not exist or you may not see it. Whoever sent you here, or a governance lead, can help."
        ),
        409: _("Nothing was changed. What follows has to be settled first; whoever is named beside it can help."),
        500: _("Nothing that was accepted is lost. Tell an administrator the request number below."),
    }


IDS = {400: "malformed", 401: "signed-out", 403: "denied", 404: "absent", 405: "method", 409: "blocked", 412: "stale",
       413: "too-large", 422: "invalid", 429: "throttled", 500: "failed", 503: "not-ready"}  # fmt: skip


def plain(status: int, sentence: str = "") -> Trouble:
    """A trouble without findings, worded by its status."""
    title = titles().get(status, titles()[400])
    return Trouble(status, IDS.get(status, "refused"), title, sentence or sentences().get(status, ""))


def trouble_of(exception: Exception) -> Trouble:
    """Return the trouble of a refusal or of one of Django's own; anything else is 500 and says nothing of itself."""
    from guard.refusals import Absent, Refusal

    if isinstance(exception, (Http404, Absent)):
        return plain(404)
    if isinstance(exception, Refusal):
        title = titles().get(exception.status, titles()[400])
        return Trouble(
            exception.status, exception.code, title, str(exception.sentence), exception.findings, exception.errors
        )
    if isinstance(exception, PermissionDenied):
        return plain(403)
    if isinstance(exception, SuspiciousOperation):
        return plain(400)
    return plain(500)


def wants_json(request: HttpRequest) -> bool:
    """Whether this caller reads problem+json: an API address, or an Accept header without HTML."""
    if request.path.startswith(("/api/", "/mcp", "/v1/")):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "html" not in accept


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Draw a trouble in the form this request can read."""
    nothing_shown()
    if wants_json(request):
        return problems.response(request, trouble)
    context = {"trouble": trouble, "request_id": getattr(request, "id", ""), "back": back_of(request)}
    if trouble.status == 503 and request.method == "GET":
        context["again"] = request.get_full_path()
    if trouble.findings:
        context["sentence"] = trouble.more or sentences().get(trouble.status, "")
    if is_fragment(request):
        html = render_to_string("errors/_fragment.html", context, request=request)
        return HttpResponse(html, status=trouble.status)
    if trouble.status >= 500:
        # No context processors: whatever broke may be what they would ask.
        return HttpResponse(render_to_string("errors/broken.html", context), status=trouble.status)
    return HttpResponse(render_to_string("errors/page.html", context, request=request), status=trouble.status)


def back_of(request: HttpRequest) -> str:
    """The page of ours from which somebody sent what was refused; empty when it came from anywhere else.

    Only after something was sent: whoever opened an address by hand or by a link has the browser's own way back.
    """
    from django.utils.http import url_has_allowed_host_and_scheme

    came_from = request.headers.get("Referer", "")
    if request.method != "POST" or not came_from:
        return ""
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours else ""


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a piece of a page (not a boosted link, not the history)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return answer(request, plain(400))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return answer(request, plain(403))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404; the address and the exception's words are never shown."""
    return answer(request, plain(404))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return answer(request, plain(500))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: says what to do instead of the cause."""
    log.warning("csrf refused", reason=reason)
    return answer(request, plain(403, _("This page was open for too long. Reload it and send the form again.")))
