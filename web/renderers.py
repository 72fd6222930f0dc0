"""JSON of the API by orjson: about ten times faster than the standard library on lists."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def plain(value: Any) -> Any:
    """What orjson does not know: translations, decimals, sets, mappings."""
    if isinstance(value, (Promise, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (bytes, memoryview)):
        raise TypeError("bytes are not JSON")
    if hasattr(value, "__iter__"):
        return list(value)
    return str(value)


class OrjsonRenderer(BaseRenderer):
    """Renders ``application/json``; problems keep the content type that their response names."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=plain, option=OPTIONS)
