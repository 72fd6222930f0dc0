"""Fields of API answers as data: one list names them, reads them in one query and writes their schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from rest_framework import serializers

from web.keyset import field_of

#: Serializer field by the kind named in an ApiField.
KINDS: dict[str, type[serializers.Field]] = {
    "str": serializers.CharField,
    "int": serializers.IntegerField,
    "float": serializers.FloatField,
    "bool": serializers.BooleanField,
    "date": serializers.DateField,
    "datetime": serializers.DateTimeField,
    "uuid": serializers.UUIDField,
    "json": serializers.JSONField,
}
_BY_MODEL_FIELD: tuple[tuple[type[Any], str], ...] = (
    (models.BooleanField, "bool"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.UUIDField, "uuid"),
    (models.FloatField, "float"),
    (models.IntegerField, "int"),
    (models.AutoField, "int"),
    (models.JSONField, "json"),
    (ArrayField, "list"),
)


@dataclass(frozen=True, slots=True)
class ApiField:
    """One member of an answer.

    Attributes:
        name: as the caller reads it.
        source: ORM path; `name` unless given.
        kind: one of `KINDS`, or ``list`` (of text); found from the model field unless given.
        convert: value -> value, for what the database does not hold ready.
        expression: an ORM expression instead of a path; then `kind` is compulsory.
        help: for the schema.
        choices: for the schema.
    """

    name: str
    source: str = ""
    kind: str = ""
    convert: Callable[[Any], Any] | None = None
    expression: Any = None
    help: str = ""
    choices: Sequence[str] = ()

    @property
    def path(self) -> str:
        return f"api_{self.name}" if self.expression is not None else (self.source or self.name)


def owners() -> ApiField:
    """Usernames of the live owners of each row's thing, by one subquery."""
    from django.contrib.postgres.expressions import ArraySubquery
    from django.db.models import OuterRef, Q
    from django.db.models.functions import Now

    from guard.models import Standing

    live = Q(until__isnull=True) | Q(until__gt=Now())
    rows = Standing.objects.unrestricted("the owner of what one may see is no secret").filter(
        live, thing_id=OuterRef("thing_id"), reason="owner", person__isnull=False
    )
    return ApiField("owners", kind="list", expression=ArraySubquery(rows.values("person__username")))


def _level(rank: int) -> str:
    return f"L{rank}"


#: What every governed thing says of itself.
GOVERNED: tuple[ApiField, ...] = (
    ApiField("key", "thing__key", help="Stable key, such as DS-1001."),
    ApiField("uid", "thing__uid"),
    ApiField("title", "thing__title"),
    ApiField("domain", "thing__domain__slug", help="Slug of the domain."),
    ApiField("level", "thing__level", kind="str", convert=_level, choices=("L1", "L2", "L3", "L4", "L5")),
    ApiField("state", "thing__state"),
    ApiField("created_at", "thing__created_at"),
    ApiField("updated_at", "thing__updated_at"),
    ApiField("version", "thing__row_version", help="Counts changes; the ETag is this number in quotes."),
)


def as_field(field: ApiField | str) -> ApiField:
    return ApiField(field) if isinstance(field, str) else field


def read(queryset: Any, fields: Sequence[ApiField], *more: str) -> Any:
    """Return `queryset` as dicts of the fields' paths (and of `more`), in one query."""
    expressions = {field.path: field.expression for field in fields if field.expression is not None}
    if expressions:
        queryset = queryset.annotate(**expressions)
    return queryset.values("pk", *{field.path for field in fields} | set(more) - {"pk"})


def whole(queryset: Any, fields: Sequence[ApiField]) -> Any:
    """Return `queryset` of rows with all that `row_of` takes from each, in one query."""
    joined = {path.rpartition("__")[0] for path in (field.path for field in fields) if "__" in path}
    expressions = {field.path: field.expression for field in fields if field.expression is not None}
    return queryset.select_related("thing__domain", *sorted(joined)).annotate(**expressions)


def row_of(obj: Any, fields: Sequence[ApiField]) -> dict[str, Any]:
    """What `read` gives for one row, from a row that `whole` has read; the far side of an empty reference is None."""
    return {field.path: _reach(obj, field) for field in fields}


def _reach(obj: Any, field: ApiField) -> Any:
    if field.expression is not None:
        return getattr(obj, field.path)
    *steps, last = field.path.split("__")
    for step in steps:
        obj = getattr(obj, step)
        if obj is None:
            return None
    reference = next((f for f in obj._meta.concrete_fields if f.name == last and f.is_relation), None)
    return getattr(obj, reference.attname if reference is not None else last)


def answer_of(row: Mapping[str, Any], fields: Sequence[ApiField]) -> dict[str, Any]:
    """One row as the caller reads it."""
    return {f.name: f.convert(row[f.path]) if f.convert and row[f.path] is not None else row[f.path] for f in fields}


def serializer_of(name: str, model: type[models.Model], fields: Sequence[ApiField]) -> type[serializers.Serializer]:
    """A read-only serializer for the schema, generated from the list of fields."""
    members: dict[str, Any] = {field.name: _member(model, field) for field in fields}
    return type(f"{name}Serializer", (serializers.Serializer,), members)


def _member(model: type[models.Model], field: ApiField) -> serializers.Field:
    of_model = None if field.expression is not None else field_of(model, field.path)
    kind = field.kind or next((kind for type_, kind in _BY_MODEL_FIELD if isinstance(of_model, type_)), "str")
    options: dict[str, Any] = {"read_only": True, "help_text": field.help or None}
    if of_model is not None and of_model.null:
        options["allow_null"] = True
    if kind == "list":
        return serializers.ListField(child=serializers.CharField(), **options)
    if field.choices:
        return serializers.ChoiceField(choices=list(field.choices), **options)
    return KINDS[kind](**options)
