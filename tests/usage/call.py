"""Decisions over the API, as one person calls it."""

from __future__ import annotations

from typing import Any

from tests.metrics.call import client_of

__all__ = ["asked", "client_of", "post", "rules"]


def post(who: Any, made: Any, move: str, **body: Any) -> Any:
    """POST /api/v1/decisions/{key}/{move}/."""
    return client_of(who).post(f"/api/v1/decisions/{made.key}/{move}/", body, content_type="application/json")


def rules(response: Any) -> set[str]:
    """Ids of the rules that refused (409)."""
    assert response.status_code == 409, response.content
    return {blocker["id"] for blocker in response.json()["blockers"]}


def asked(who: Any, made: Any) -> set[str]:
    """Ids of the rules in the way of attesting."""
    answer = client_of(who).get(f"/api/v1/decisions/{made.key}/blockers/", {"move": "attest"})
    return {blocker["id"] for blocker in answer.json()["blockers"]}
