"""``POST /api/v1/lineage``: OpenLineage events as their clients send them, gzip too."""

from __future__ import annotations

import zlib
from dataclasses import asdict
from typing import Any

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exchange import openlineage
from guard.refusals import Invalid
from web.api_schema import REFUSED

MOST_BYTES = 32 * 1024 * 1024  # after unpacking


class EventParser(BaseParser):
    """JSON, packed by gzip or not; never more than `MOST_BYTES` in memory."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The event, or a list of events."""
        raw = stream.read(MOST_BYTES + 1)
        if (parser_context or {})["request"].headers.get("Content-Encoding", "").lower() == "gzip":
            unpack = zlib.decompressobj(wbits=31)
            try:
                raw = unpack.decompress(raw, MOST_BYTES + 1)
            except zlib.error:
                raise Invalid(errors={"body": ["This is not gzip."]}) from None
        if len(raw) > MOST_BYTES:
            raise Invalid(errors={"body": [f"An event has at most {MOST_BYTES} bytes."]})
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise Invalid(errors={"body": ["This is not JSON."]}) from None


class ToldAnswer(serializers.Serializer):
    """What the event changed."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    unmatched = serializers.IntegerField(help_text="edges that name what is not there for the caller")


class EventsView(APIView):
    """Take column lineage out of events. One that was sent before changes nothing; one without lineage is welcome."""

    parser_classes = [EventParser]

    @extend_schema(
        operation_id="lineage_event_create", request=OpenApiTypes.OBJECT, responses={201: ToldAnswer, **REFUSED}
    )
    def post(self, request: Request) -> Response:
        """One event, or a list of events."""
        events = request.data if isinstance(request.data, list) else [request.data]
        try:
            heard = openlineage.read_events(events)
        except ValueError as wrong:
            raise Invalid(errors={"body": [str(wrong)]}) from None
        told = asdict(openlineage.tell(request.user, heard))
        return Response({name: told[name] for name in ("added", "changed", "unmatched")}, 201)
