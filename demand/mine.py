"""What belongs to one person: their own asks, for their pages."""

from __future__ import annotations

from typing import Any

from demand.models import Request


def my_requests(user: Any) -> Any:
    """The requests that a person sent or drafted, newest first: a queryset that they may see."""
    return Request.objects.visible_to(user).filter(requester=user).order_by("-thing__updated_at", "-pk")
