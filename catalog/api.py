"""The catalogue over the API: the same verbs and refusals as the pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import ViewSet

from catalog import actions
from catalog.api_columns import Columns
from catalog.api_edges import ColumnEdges
from catalog.api_inputs import (
    AppointInput,
    ChangeProductInput,
    ColumnsInput,
    ContainInput,
    CountInput,
    DatasetInput,
    DeclareInput,
    DescribeInput,
    ImpactAnswer,
    ImpactInput,
    LineageAnswer,
    MoveInput,
    ProductInput,
    WarehouseInput,
)
from catalog.impact import preview
from catalog.lineage import DEEPEST, stream_of
from catalog.listings import DatasetFilter, ProductFilter, WarehouseFilter
from catalog.lookup import dataset_for, domain_named
from catalog.models import Dataset, Product, Warehouse
from guard.models import Domain
from guard.refusals import Invalid
from guard.states import TABLES
from web.api import GOVERNED, ApiField, GovernedViewSet, owners
from web.api_schema import ABSENT, MISSING, REFUSED, problem

DIRECTIONS = ("both", "up", "down")


class Warehouses(GovernedViewSet):
    """Places where data lies."""

    model = Warehouse
    fields = (*GOVERNED, "name", "dialect")
    detail_fields = ("description",)
    filters = WarehouseFilter
    verbs = {"create": actions.add_warehouse}
    inputs = {"create": WarehouseInput}


class Datasets(GovernedViewSet):
    """Tables, views and files, with the level of each and how far its review is."""

    model = Dataset
    fields = (
        *GOVERNED, "qualified_name", ApiField("warehouse", "warehouse_shown", kind="str"), "layer", "column_count",
        "unclassified_count", "reviewed_at", "review_due", owners(),
    )  # fmt: skip
    detail_fields = (
        "schema_name", "name", "aliases", "description", "grain", "allowed_purposes", "retention_days",
        "has_personal_data", "freshness_minutes", "min_group", "source", "schema_hash",
    )  # fmt: skip
    filters = DatasetFilter
    lookups = ("thing__key", "qualified_name")
    verbs = {
        "create": actions.add_dataset, "update": actions.describe_dataset, "add-columns": actions.add_columns,
        "count-values": actions.count_values, "declare-level": actions.declare_level, "impact": preview,
        "appoint-owner": lambda *, by, dataset, **facts: actions.appoint_owner(by=by, of=dataset, **facts),
        "appoint-steward": lambda *, by, dataset, **facts: actions.appoint_steward(by=by, of=dataset, **facts),
    }  # fmt: skip
    inputs = {
        "create": DatasetInput, "update": DescribeInput, "add-columns": ColumnsInput, "declare-level": DeclareInput,
        "count-values": CountInput, "impact": ImpactInput, "appoint-owner": AppointInput,
        "appoint-steward": AppointInput,
    }  # fmt: skip
    outputs = {"impact": lambda impact: impact.as_dict()}
    output_serializers = {"impact": ImpactAnswer}
    orderings = {**GovernedViewSet.orderings, "name": "qualified_name"}

    def visible(self, action: str = "read") -> Any:
        """Also with the name of the warehouse, where the caller may know that."""
        seen = Warehouse.objects.visible_to(self.request.user).filter(pk=OuterRef("warehouse_id"))
        return super().visible(action).annotate(warehouse_shown=Subquery(seen.order_by().values("name")))


class Products(GovernedViewSet):
    """Data products and their stages."""

    model = Product
    fields = (*GOVERNED, "product_kind", "usage_target", "review_on", "is_loaded_history", owners())
    detail_fields = ("purpose", "eligible_count", ApiField("audience_team", "audience_team__slug"), "sla")
    filters = ProductFilter
    verbs = {
        "create": actions.add_product, "update": actions.change_product, "contain": actions.contain,
        "release": actions.release,
        "appoint-owner": lambda *, by, product, **facts: actions.appoint_owner(by=by, of=product, **facts),
        "appoint-steward": lambda *, by, product, **facts: actions.appoint_steward(by=by, of=product, **facts),
        **{name: partial(actions.move_product, move=name) for name in TABLES[Product.KIND].moves},
    }  # fmt: skip
    inputs = {
        "create": ProductInput, "update": ChangeProductInput, "contain": ContainInput, "release": ContainInput,
        "appoint-owner": AppointInput, "appoint-steward": AppointInput,
        **{name: MoveInput for name in TABLES[Product.KIND].moves},
    }  # fmt: skip


class DomainAnswer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)


class DomainInput(serializers.Serializer):
    slug = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False, allow_blank=True, default="")


class DomainsAnswer(serializers.Serializer):
    results = DomainAnswer(many=True)
    next = serializers.CharField(allow_null=True)


SLUG = OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)


class Domains(ViewSet):
    """Parts of the business; their names are known to everybody who may sign in."""

    lookup_field = "slug"

    @extend_schema(operation_id="domain_list", responses={200: DomainsAnswer, **MISSING})
    def list(self, request: Request) -> Response:
        """Every domain."""
        rows = Domain.objects.order_by("name").values("slug", "name", "description")
        return Response({"results": list(rows), "next": None})

    @extend_schema(operation_id="domain_retrieve", parameters=[SLUG], responses={200: DomainAnswer, **ABSENT})
    def retrieve(self, request: Request, slug: str) -> Response:
        """One domain."""
        return Response(DomainAnswer(domain_named(slug)).data)

    @extend_schema(operation_id="domain_create", request=DomainInput, responses={201: DomainAnswer, **REFUSED})
    def create(self, request: Request) -> Response:
        """Open a domain."""
        given = DomainInput(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(DomainAnswer(actions.open_domain(by=request.user, **given.validated_data)).data, 201)


class Lineage(ViewSet):
    """What feeds what."""

    @extend_schema(
        operation_id="lineage_list",
        parameters=[
            OpenApiParameter("dataset", str, required=True, description="Key or qualified name."),
            OpenApiParameter("direction", str, enum=DIRECTIONS, default="both"),
            OpenApiParameter("depth", OpenApiTypes.INT, default=3, description=f"Joints away, 1 to {DEEPEST}."),
        ],
        responses={200: LineageAnswer, **ABSENT, 422: problem("invalid")},
    )
    def list(self, request: Request) -> Response:
        """The stream around one dataset, as the caller may know it."""
        direction, depth = request.query_params.get("direction", "both"), request.query_params.get("depth", "3")
        if direction not in DIRECTIONS:
            raise Invalid(errors={"direction": ["both, up or down"]})
        if not (depth.isascii() and depth.isdecimal() and 1 <= int(depth[:3]) <= DEEPEST):
            raise Invalid(errors={"depth": [f"1 to {DEEPEST}"]})
        start = dataset_for(request.user, request.query_params.get("dataset", ""))
        stream = stream_of(request.user, start, depth=int(depth), direction=direction)
        keys = {node.thing.pk: node.thing.key for node in stream.nodes} | {start.pk: start.key}
        return Response({
            "dataset": start.key,
            "nodes": [{"key": n.thing.key, "title": n.thing.title, "level": f"L{n.thing.level}", "distance": n.distance}
                      for n in stream.nodes],
            "edges": [{"source": keys[a], "target": keys[b]} for a, b in stream.edges],
            "restricted": {"up": stream.hidden_up, "down": stream.hidden_down},
            "is_cut": stream.is_cut,
        })  # fmt: skip


def register(router: BaseRouter) -> None:
    """The catalogue's resources."""
    router.register("warehouses", Warehouses, basename="warehouse")
    router.register("datasets", Datasets, basename="dataset")
    router.register("products", Products, basename="product")
    router.register("domains", Domains, basename="domain")
    router.register("columns", Columns, basename="column")
    router.register("column-edges", ColumnEdges, basename="column-edge")
    router.register("lineage", Lineage, basename="lineage")


urlpatterns = [
    path("columns/<str:number>/propose/", Columns.as_view({"post": "propose"}), name="column-propose"),
    path("columns/<str:number>/label/", Columns.as_view({"post": "label"}), name="column-label"),
]
