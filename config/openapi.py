"""How components of the OpenAPI document are named: two rooms may each have a `ReasonInput`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

PREFIXED = {"exchange", "trace", "usage", "governance", "prds", "demand", "metrics", "catalog", "talk"}


class NamedByRoom(AutoSchema):
    """Names a component after its room and its serializer, so that none hides another."""

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        name = str(super().get_serializer_name(serializer, direction))
        room = type(serializer).__module__.split(".")[0]
        return f"{room.capitalize()}{name}" if room in PREFIXED else name
