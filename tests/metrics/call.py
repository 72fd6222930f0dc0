"""The API as one person calls it."""

from __future__ import annotations

from typing import Any

from django.test import Client


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(who: Any, path: str, /, **body: Any) -> Any:
    """POST /api/v1/metrics/{path} as JSON."""
    return client_of(who).post(f"/api/v1/metrics/{path}", body, content_type="application/json")


def get(who: Any, path: str, /, **query: Any) -> Any:
    """GET /api/v1/metrics/{path}."""
    return client_of(who).get(f"/api/v1/metrics/{path}", query)


def rules(response: Any) -> set[str]:
    """Ids of the rules that refused (409)."""
    assert response.status_code == 409, response.content
    return {blocker["id"] for blocker in response.json()["blockers"]}


def asked(person: Any, metric: Any, move: str) -> set[str]:
    """Ids of the rules in the way, as GET …/blockers/ says."""
    answer = get(person, f"{metric.key}/blockers/", move=move)
    assert answer.status_code == 200, answer.content
    return {blocker["id"] for blocker in answer.json()["blockers"]}
