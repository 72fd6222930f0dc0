"""What the catalogue's operations take and give: shape only, rules live in verbs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Dataset, Warehouse
from catalog.models.dataset import Layer
from catalog.models.product import ProductKind
from guard.models import Domain
from people.models import Team, User


class VisibleField(serializers.Field):
    """A governed object by key or name, as the caller may see it."""

    def __init__(self, model: Any, *paths: str, **kwargs: Any) -> None:
        self.model, self.paths = model, paths
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """The object.

        Raises:
            ValidationError: for an unknown and for a hidden one alike.
        """
        rows = self.model.objects.visible_to(self.context["request"].user)
        if isinstance(data, str) and "\x00" not in data:
            for path in self.paths:
                if found := rows.filter(**{path: data}).first():
                    return found
        raise serializers.ValidationError("There is nothing of this name that you may see.")

    def to_representation(self, value: Any) -> str:
        return str(value.key)


@extend_schema_field(OpenApiTypes.STR)
class WarehouseField(VisibleField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Warehouse, "thing__key", "name", **kwargs)


@extend_schema_field(OpenApiTypes.STR)
class DatasetField(VisibleField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Dataset, "thing__key", "qualified_name", **kwargs)


@extend_schema_field({"type": "string", "pattern": "^[Ll]?[1-5]$", "examples": ["L3"]})
class LevelField(serializers.Field):
    """A level as people write it: L3, 3, confidential."""

    def to_internal_value(self, data: Any) -> int:
        from guard.levels import parse_level

        rank = parse_level(data if isinstance(data, (str, int)) and not isinstance(data, bool) else None)
        if rank is None:
            raise serializers.ValidationError("Levels go from L1 to L5.")
        return rank

    def to_representation(self, value: Any) -> str:
        return f"L{value}"


def domain_field() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="slug", queryset=Domain.objects.all())


class WarehouseInput(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    domain = domain_field()
    title = serializers.CharField(max_length=300, required=False, allow_blank=True)
    dialect = serializers.CharField(max_length=30, required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class ColumnInput(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    data_type = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)
    is_nullable = serializers.BooleanField(required=False)
    is_key = serializers.BooleanField(required=False)
    pii_kind = serializers.CharField(max_length=40, required=False, allow_blank=True)
    distinct_count = serializers.IntegerField(min_value=0, max_value=2**62, required=False, allow_null=True)
    level = LevelField(required=False, help_text="a proposal: it counts at once only where it is strict")


class CountInput(serializers.Serializer):
    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=2**62), allow_empty=False,
        help_text="number of different values by name of column",
    )  # fmt: skip


class DescribeInput(serializers.Serializer):
    title = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    layer = serializers.ChoiceField(choices=Layer.choices, required=False, allow_blank=True)
    grain = serializers.CharField(max_length=300, required=False, allow_blank=True)
    allowed_purposes = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=50)
    aliases = serializers.ListField(child=serializers.CharField(max_length=400), required=False, max_length=50)
    retention_days = serializers.IntegerField(min_value=0, max_value=100_000, required=False, allow_null=True)
    freshness_minutes = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False, allow_null=True)
    min_group = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    has_personal_data = serializers.BooleanField(required=False)


class DatasetInput(DescribeInput):
    name = serializers.CharField(max_length=400)
    warehouse = WarehouseField(help_text="key or name")
    domain = domain_field()
    declared_level = LevelField(required=False)
    columns = ColumnInput(many=True, required=False)


class ColumnsInput(serializers.Serializer):
    columns = ColumnInput(many=True, allow_empty=False)
    reason = serializers.CharField(required=False, allow_blank=True)


class DeclareInput(serializers.Serializer):
    rank = LevelField()
    reason = serializers.CharField(required=False, allow_blank=True)


class ProposeInput(serializers.Serializer):
    rank = LevelField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class AppointInput(serializers.Serializer):
    person = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True))
    reason = serializers.CharField(required=False, allow_blank=True)


class ProductInput(serializers.Serializer):
    title = serializers.CharField(max_length=300)
    domain = domain_field()
    product_kind = serializers.ChoiceField(choices=ProductKind.choices, required=False)
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    usage_target = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    audience_team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True
    )
    eligible_count = serializers.IntegerField(min_value=1, max_value=10_000_000, required=False, allow_null=True)
    review_on = serializers.DateField(required=False, allow_null=True)
    sla = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ChangeProductInput(ProductInput):
    title = serializers.CharField(max_length=300, required=False)
    domain = None  # type: ignore[assignment]


class ContainInput(serializers.Serializer):
    dataset = DatasetField(help_text="key or qualified name")


class MoveInput(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class ImpactInput(serializers.Serializer):
    columns = serializers.DictField(child=LevelField(), help_text="new level by column name")


class AffectedAnswer(serializers.Serializer):
    kind = serializers.CharField()
    keys = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()
    restricted = serializers.IntegerField()


class ImpactAnswer(serializers.Serializer):
    before = serializers.CharField()
    after = serializers.CharField()
    affected = AffectedAnswer(many=True)
    grants = serializers.IntegerField()
    people = serializers.IntegerField()
    queries = serializers.IntegerField(help_text="Kinds of queries of the last weeks that read the dataset.")
    askers = serializers.IntegerField(allow_null=True, help_text="People who ask them; null where they are few.")


class StreamNode(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    level = serializers.CharField()
    distance = serializers.IntegerField()


class StreamEdge(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()


class LineageAnswer(serializers.Serializer):
    dataset = serializers.CharField()
    nodes = StreamNode(many=True)
    edges = StreamEdge(many=True)
    restricted = serializers.DictField(child=serializers.IntegerField())
    is_cut = serializers.BooleanField()
