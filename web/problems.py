"""Problem details of the API (RFC 9457): the same ids and sentences as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guard.doors.opening import nothing_shown

if TYPE_CHECKING:
    from rest_framework.response import Response

    from web.errors import Trouble

CONTENT_TYPE = "application/problem+json"


def body_of(trouble: Trouble, request_id: str = "") -> dict[str, Any]:
    """Return the members of RFC 9457 plus ``id``, ``blockers``, ``errors`` and ``request_id``."""
    body: dict[str, Any] = {
        "type": f"urn:throughline:problem:{trouble.id}",
        "id": trouble.id,
        "title": str(trouble.title),
        "status": trouble.status,
        "detail": str(trouble.sentence),
    }
    if trouble.findings or trouble.status == 409:
        body["blockers"] = [finding.as_dict() for finding in trouble.findings]
    if trouble.fields:
        body["errors"] = {name: [str(text) for text in texts] for name, texts in trouble.fields.items()}
    if request_id:
        body["request_id"] = request_id
    return body


def response(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Answer outside of DRF."""
    content = orjson.dumps(body_of(trouble, getattr(request, "id", "")))
    return HttpResponse(content, status=trouble.status, content_type=CONTENT_TYPE)


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: every known refusal becomes a problem; the unknown goes up and becomes a 500."""
    from rest_framework.exceptions import APIException
    from rest_framework.response import Response

    from guard.refusals import Refusal
    from web import errors

    if isinstance(exception, (Refusal, Http404, PermissionDenied)):
        trouble, headers = errors.trouble_of(exception), {}
    elif isinstance(exception, APIException):
        trouble, headers = _of_drf(exception), _headers(exception)
    else:
        return None
    nothing_shown()
    request = getattr(context.get("request"), "_request", context.get("request"))
    return Response(
        body_of(trouble, getattr(request, "id", "")), trouble.status, headers=headers, content_type=CONTENT_TYPE
    )


def _of_drf(exception: Any) -> Trouble:
    """DRF's own exceptions in our words: 400 of a field is 422 here, as on the pages."""
    from rest_framework.exceptions import ValidationError

    from web import errors

    if isinstance(exception, ValidationError):
        trouble = errors.plain(422, _("Some of what was entered cannot be used."))
        trouble.fields = _flat(exception.detail)
        return trouble
    return errors.plain(exception.status_code, str(exception.detail))


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Nested messages of a serializer as ``{"columns.3.level": ["…"]}``."""
    if isinstance(detail, dict):
        parts = ((f"{prefix}.{name}" if prefix else str(name), value) for name, value in detail.items())
    elif isinstance(detail, list) and any(isinstance(part, (dict, list)) for part in detail):
        parts = ((f"{prefix}.{index}" if prefix else str(index), part) for index, part in enumerate(detail) if part)
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {prefix or "non_field_errors": [str(text) for text in texts]}
    found: dict[str, list[str]] = {}
    for name, value in parts:
        found |= _flat(value, name)
    return found


def _headers(exception: Any) -> dict[str, str]:
    headers = {}
    if getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = exception.auth_header
    if getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(exception.wait))
    return headers
