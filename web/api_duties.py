"""Duties (guard.handling) as the API gives them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from guard.handling import DUTIES


def duties(help_text: str) -> Any:
    """A list of codes of duties; the OpenAPI document says which there are.

    Args:
        help_text: whose duties.
    """
    known = ", ".join(DUTIES)
    return serializers.ListField(child=serializers.CharField(), help_text=f"{help_text}; codes: {known}")
