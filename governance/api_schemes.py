"""Schemes as resources: how data may be classified, what the words mean, and what they mean together."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from governance.rules import grading
from guard.models import Category, Combination, GradeRow, Level, Scheme
from web.api_duties import duties
from web.api_pages import PARAMETERS, answer_page
from web.api_schema import MISSING


def listed(name: str, row: type[serializers.Serializer]) -> Any:
    """The schema of a list."""
    return inline_serializer(name, {"results": row(many=True), "next": serializers.CharField(allow_null=True)})


class LevelRow(serializers.Serializer):
    """One rank of a scheme, and what follows from it."""

    scheme = serializers.CharField(source="scheme.code")
    rank = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    meaning = serializers.CharField()
    rules = serializers.JSONField()
    handling = duties("what it asks to be done")


class GradeLine(serializers.Serializer):
    """The least clearance in a thing's domain that opens so much of a thing of this level."""

    level = serializers.IntegerField()
    grade = serializers.IntegerField(help_text="1 existence, 2 name, 3 columns, 4 profile, 5 masked, 6 raw sample.")
    opens = serializers.SerializerMethodField()
    clearance = serializers.IntegerField(allow_null=True, help_text="Null: never by clearance alone.")

    def get_opens(self, row: GradeRow) -> str:
        return grading.WORDS[row.grade - 1]


class SchemeRow(serializers.Serializer):
    """A published or own order of levels."""

    code = serializers.CharField()
    version = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    kind = serializers.ChoiceField(choices=Scheme.Kind.choices)
    status = serializers.ChoiceField(choices=Scheme.Status.choices)
    is_house = serializers.BooleanField()
    default_unknown = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    effective_from = serializers.DateField(allow_null=True)
    is_reference_only = serializers.BooleanField()


class Schemes(ViewSet):
    """Schemes of levels; legal ones are for reference."""

    @extend_schema(
        operation_id="scheme_list", parameters=PARAMETERS, responses={200: listed("SchemeList", SchemeRow), **MISSING}
    )
    def list(self, request: Request) -> Response:
        return answer_page(request, Scheme.objects.all(), "code", lambda row: SchemeRow(row).data)


class Levels(ViewSet):
    """Levels of every scheme: ``?scheme=house``."""

    @extend_schema(
        operation_id="level_list",
        parameters=[*PARAMETERS, OpenApiParameter("scheme", str, description="Code of a scheme.")],
        responses={200: listed("LevelList", LevelRow), **MISSING},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        rows = Level.objects.select_related("scheme")
        if code := request.query_params.get("scheme"):
            rows = rows.filter(scheme__code=code)
        return answer_page(request, rows, "pk", lambda row: LevelRow(row).data)


class GradeTable(ViewSet):
    """What a clearance opens, level by level, as it is in force; two people change it by `changes`."""

    @extend_schema(
        operation_id="grade_list", parameters=PARAMETERS, responses={200: listed("GradeList", GradeLine), **MISSING}
    )
    def list(self, request: Request) -> Response:
        return answer_page(request, GradeRow.objects.all(), "pk", lambda row: GradeLine(row).data)


class CategoryRow(serializers.Serializer):
    """What data may be, beside how strict it is."""

    scheme = serializers.CharField(source="scheme.code")
    code = serializers.CharField()
    broader = serializers.CharField(source="parent.code", default=None, help_text="the category above it")
    name = serializers.CharField()
    name_zh = serializers.CharField()
    meaning = serializers.CharField()
    floor = serializers.IntegerField(allow_null=True, help_text="house rank that such data has at least")
    is_prohibited = serializers.BooleanField(help_text="such data must not be there at all")
    condition = serializers.CharField(help_text="when it ceases to apply")
    handling = duties("what it asks to be done")


class CombinationRow(serializers.Serializer):
    """Categories that say more together than apart."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    categories = serializers.SerializerMethodField()
    raises = serializers.IntegerField(help_text="ranks above the strictest of these columns")
    at_least = serializers.IntegerField()
    persons_from = serializers.IntegerField(allow_null=True)
    handling = duties("what they ask together, beside what each asks")
    source = serializers.CharField()  # type: ignore[assignment]

    def get_categories(self, row: Combination) -> list[str]:
        return [str(category) for category in row.categories.all()]


class Categories(ViewSet):
    """Categories of every scheme: ``?scheme=gdpr``."""

    @extend_schema(
        operation_id="category_list",
        parameters=[*PARAMETERS, OpenApiParameter("scheme", str, description="Code of a scheme.")],
        responses={200: listed("CategoryList", CategoryRow), **MISSING},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        rows = Category.objects.select_related("scheme", "parent")
        if code := request.query_params.get("scheme"):
            rows = rows.filter(scheme__code=code)
        return answer_page(request, rows, "pk", lambda row: CategoryRow(row).data)


class Combinations(ViewSet):
    """Which categories count as stricter together."""

    @extend_schema(
        operation_id="combination_list",
        parameters=PARAMETERS,
        responses={200: listed("CombinationList", CombinationRow), **MISSING},
    )
    def list(self, request: Request) -> Response:
        rows = Combination.objects.prefetch_related("categories__scheme")
        return answer_page(request, rows, "code", lambda row: CombinationRow(row).data)
