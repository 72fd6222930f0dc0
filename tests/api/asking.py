"""Calls to the API as somebody of the cast, with the answer's status and body to assert on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from people.models import User


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any


Ask = Callable[..., Answer]


@pytest.fixture
def ask(cast: dict[str, User]) -> Ask:
    """``ask("priya", "post", "prds/", {...}, if_match="*")`` -> status and body, whatever they are."""

    def send(username: str, method: str, path: str, body: Any = None, *, if_match: str = "") -> Answer:
        client = Client()
        client.force_login(cast[username])
        more = {"HTTP_IF_MATCH": if_match} if if_match else {}
        answer = client.generic(
            method.upper(), f"/api/v1/{path}", json.dumps(body or {}, default=str), content_type="application/json",
            **more,
        )  # fmt: skip
        return Answer(answer.status_code, answer.json() if answer.content else {})

    return send
