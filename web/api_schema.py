"""Finishes a governed resource: its routes for moves, and what OpenAPI says of each operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from web.api_fields import serializer_of


class FindingSerializer(serializers.Serializer):
    """One thing that stands in the way."""

    id = serializers.CharField(help_text="Public rule id, such as PRD-G2.")
    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    sentence = serializers.CharField()
    who = serializers.ListField(child=serializers.CharField())
    link = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_null=True)
    section = serializers.CharField(allow_blank=True)


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    id = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    blockers = FindingSerializer(many=True, required=False)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    request_id = serializers.CharField(required=False)


class BlockersSerializer(serializers.Serializer):
    """What stands in the way of a move."""

    blockers = FindingSerializer(many=True)


class WhySerializer(serializers.Serializer):
    """How much one sees of a thing, and why."""

    key = serializers.CharField()
    grade = serializers.IntegerField(min_value=0, max_value=6)
    opens = serializers.CharField()
    because = serializers.ListField(child=serializers.DictField())
    level_because = serializers.ListField(
        child=serializers.DictField(), help_text="the way from the thing to where its level comes from"
    )


def problem(text: str) -> OpenApiResponse:
    """A refusal of the schema."""
    return OpenApiResponse(ProblemSerializer, description=text)


MISSING = {401: problem("not signed in"), 403: problem("not allowed")}
ABSENT = {**MISSING, 404: problem("absent, or not for this caller")}
REFUSED = {**ABSENT, 400: problem("unreadable"), 409: problem("something stands in the way"), 422: problem("invalid")}


def list_parameters(cls: Any) -> list[OpenApiParameter]:
    """Query parameters of a list: filters of the room, order, page, facets, count."""
    words = [word for name in cls.orderings for word in (name, f"-{name}")]
    named = [
        OpenApiParameter("ordering", str, enum=words, description="Order; the key breaks ties."),
        OpenApiParameter("cursor", str, description="From `next` of the page before."),
        OpenApiParameter("limit", OpenApiTypes.INT, description="Rows a page, 1 to 200; 50 unless given."),
        OpenApiParameter("facets", str, enum=["1"], description="Adds counts by domain, level and state."),
        OpenApiParameter("count", str, enum=["1"], description="Adds the number of rows, counted to 10,000."),
    ]
    for name, declared in cls.filters.base_filters.items():
        is_level = name == "level"
        named.append(OpenApiParameter(name, int if is_level else str, enum=list(range(1, 6)) if is_level else None,
                                      description=str(declared.label or "")))  # fmt: skip
    return named


def complete(cls: Any) -> None:
    """Give a resource its serializers, its writing routes and its schema; called once per class."""
    name = cls.__dict__.get("schema_name") or cls.model.__name__
    row = serializer_of(f"{name}Row", cls.model, cls.fields)
    whole = serializer_of(name, cls.model, [*cls.fields, *cls.detail_fields])
    for more_name, more_field in cls.more_fields.items():
        whole._declared_fields[more_name] = more_field
    listed = inline_serializer(
        f"{name}List",
        {
            "results": row(many=True),
            "next": serializers.CharField(allow_null=True),
            "facets": serializers.DictField(
                child=serializers.DictField(child=serializers.IntegerField()), required=False
            ),
            "facets_are_capped": serializers.BooleanField(required=False),
            "count": serializers.IntegerField(required=False),
            "count_is_capped": serializers.BooleanField(required=False),
        },
    )
    noun = cls.model._meta.model_name
    _describe(
        cls, "list", f"{noun}_list", listed, {**MISSING, 422: problem("invalid")}, parameters=list_parameters(cls)
    )
    _describe(cls, "retrieve", f"{noun}_retrieve", whole, ABSENT)
    move = OpenApiParameter("move", str, required=True, enum=_moves_of(cls), description="Name of the move.")
    _route(
        cls,
        "blockers",
        "get",
        _blockers,
        f"{noun}_blockers",
        BlockersSerializer,
        {**ABSENT, 422: problem("invalid")},
        [move],
    )
    _route(cls, "why", "get", _why, f"{noun}_why", WhySerializer, ABSENT, [])
    for verb in cls.verbs:
        _writing(cls, verb, noun, whole)


def _moves_of(cls: Any) -> list[str] | None:
    from guard.states import TABLES

    table = TABLES.get(getattr(cls.model, "KIND", ""))
    return sorted(table.moves) if table else None


def _describe(cls: Any, method: str, operation: str, answer: Any, refusals: dict[int, Any], **more: Any) -> None:
    """Schema of an inherited method, on a copy that belongs to this class."""
    inherited = getattr(cls, method)

    def own(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return inherited(self, request, *args, **kwargs)

    own.__name__, own.__doc__ = method, inherited.__doc__
    status = more.pop("status", 200)
    described = extend_schema(operation_id=operation, responses={status: answer, **refusals}, **more)(own)
    setattr(cls, method, described)


def _blockers(self: Any, request: Request, key: str) -> Response:
    return self.blockers_of(request, key)


def _why(self: Any, request: Request, key: str) -> Response:
    return self.why_of(request, key)


def _route(  # noqa: PLR0917
    cls: Any, name: str, verb: Any, fn: Callable[..., Response], operation: str, answer: Any,
    refusals: dict[int, Any], parameters: list[OpenApiParameter], request: Any = None,
) -> None:  # fmt: skip
    """An extra route ``{key}/{name}/`` of this class."""

    def own(self: Any, request: Request, key: str) -> Response:
        return fn(self, request, key)

    method = name.replace("-", "_")
    own.__name__, own.__doc__ = method, fn.__doc__
    methods: Any = [verb]
    routed = action(detail=True, methods=methods, url_path=name, url_name=name)(own)
    described = extend_schema(
        operation_id=operation, parameters=parameters, request=request, responses={200: answer, **refusals}
    )(routed)
    setattr(cls, method, described)


def _writing(cls: Any, verb: str, noun: str, whole: Any) -> None:
    taken, operation = cls.inputs.get(verb), f"{noun}_{verb.replace('-', '_')}"
    answer = cls.output_serializers.get(verb, whole)
    text = (cls.verbs[verb].__doc__ or "").strip().split("\n\n")[0]
    if verb == "create":

        def create(self: Any, request: Request) -> Response:
            return self.call("create", request)

        create.__doc__ = text
        cls.create = extend_schema(operation_id=operation, request=taken, responses={201: answer, **REFUSED})(create)
    elif verb == "update":

        def partial_update(self: Any, request: Request, key: str) -> Response:
            return self.call("update", request, self.get_object(key))

        partial_update.__doc__ = text
        match = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="ETag last seen.")
        answers = {200: answer, **REFUSED, 412: problem("somebody was faster"), 428: problem("If-Match is missing")}
        cls.partial_update = extend_schema(
            operation_id=operation, parameters=[match], request=taken, responses=answers
        )(partial_update)
    else:

        def moved(self: Any, request: Request, key: str) -> Response:
            return self.call(verb, request, self.get_object(key))

        moved.__doc__ = text
        _route(cls, verb, "post", moved, operation, answer, {**REFUSED, 412: problem("somebody was faster")}, [], taken)
