"""Keyset pages for resources that are no governed objects: the same words as `GovernedViewSet.list`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from guard.doors import opened_all
from web import keyset
from web.api import GovernedViewSet

PARAMETERS = [
    OpenApiParameter("cursor", str, description="From `next` of the page before."),
    OpenApiParameter("limit", OpenApiTypes.INT, description="Rows a page, 1 to 200; 50 unless given."),
]


def answer_page(
    request: Request, rows: Any, order: str, draw: Callable[[Any], dict[str, Any]], *, opens: str = ""
) -> Response:
    """One page of an opened queryset.

    Args:
        request: with ``cursor`` and ``limit``.
        rows: filtered and opened.
        order: one ORM path, "-" before it for descending.
        draw: row -> what the caller reads.
        opens: attribute of a row that is the Thing of which the list tells more than name, owner and level.

    Raises:
        Invalid: a limit or cursor that cannot be used.
    """
    size = GovernedViewSet._limit(request)
    page = keyset.cut(rows, order, cursor=request.query_params.get("cursor", ""), size=size)
    opened_all(request.user, [getattr(row, opens) for row in page.rows if opens])
    return Response({"results": [draw(row) for row in page.rows], "next": GovernedViewSet._next(request, page.next)})
