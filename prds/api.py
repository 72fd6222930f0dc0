"""PRDs over the API: the same verbs as the pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from catalog.models import Product
from guard.models import Domain
from guard.refusals import Invalid
from people.models import User
from prds import actions, lookup
from prds.checking import lint_of
from prds.models import Horizon, Prd, ReviewRole, Verdict
from web.api import GOVERNED, ApiField, GovernedViewSet, owners


class PersonField(serializers.SlugRelatedField):
    """A person by username."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            slug_field="username", queryset=User.objects.filter(is_active=True, is_service=False), **kwargs
        )


class Settings(serializers.Serializer):
    """What is not text."""

    title = serializers.CharField(max_length=300, required=False)
    decision_maker = PersonField(required=False, allow_null=True)
    horizon = serializers.ChoiceField(Horizon.choices, required=False)
    declared_level = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    purpose = serializers.CharField(max_length=60, required=False, allow_blank=True)
    retention_days = serializers.IntegerField(min_value=1, max_value=36500, required=False, allow_null=True)
    target_launch = serializers.DateField(required=False, allow_null=True)


class NewPrd(Settings):
    """A new PRD; without `text` it begins with the template."""

    title = serializers.CharField(max_length=300)
    domain = serializers.SlugRelatedField(slug_field="slug", queryset=Domain.objects.all())
    product = serializers.CharField(required=False, allow_blank=True, help_text="key of the data product")
    text = serializers.CharField(required=False, allow_blank=True, max_length=500_000, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        from prds.template import parse_sections

        key, text = attrs.pop("product", ""), attrs.pop("text", "")
        if key:
            product = Product.objects.visible_to(self.context["request"].user).filter(thing__key__iexact=key).first()
            if product is None:
                raise Invalid(errors={"product": [_("There is no such product that you may see.")]})
            attrs["product"] = product
        if text.strip():
            attrs["sections"] = parse_sections(text)
        return attrs


class Revision(serializers.Serializer):
    """New words: of some sections by slug, or of the whole text."""

    bodies = serializers.DictField(child=serializers.CharField(allow_blank=True, trim_whitespace=False), required=False)
    text = serializers.CharField(required=False, max_length=500_000, trim_whitespace=False)
    expected_number = serializers.IntegerField(required=False, min_value=1, help_text="the version you started from")
    change_note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class ReviewerInput(serializers.Serializer):
    role = serializers.ChoiceField(ReviewRole.choices)
    person = PersonField()
    due = serializers.DateField(required=False, allow_null=True)


class VerdictInput(serializers.Serializer):
    role = serializers.ChoiceField(ReviewRole.choices)
    verdict = serializers.ChoiceField(Verdict.choices)
    body = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    version = serializers.IntegerField(required=False, min_value=1)


class PrdReason(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class LintAnswer(serializers.Serializer):
    rule_id = serializers.CharField()
    severity = serializers.CharField()
    section = serializers.CharField()
    line = serializers.IntegerField()
    excerpt = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField()


class LintAnswers(serializers.Serializer):
    findings = LintAnswer(many=True)


def _mover(move: str) -> Any:
    """The verb behind a move without one of its own."""

    def verb(*, by: Any, prd: Prd, reason: str = "") -> Prd:
        return actions.move_prd(by=by, prd=prd, move=move, reason=reason)

    return verb


def _review(*, by: Any, prd: Prd, role: str, **verdict: Any) -> Any:
    return actions.review_prd(by=by, slot=lookup.slot_for(by, prd, role), **verdict)


class Prds(GovernedViewSet):
    """Product requirement documents: text in versions, reviews bound to its words, gates before approval."""

    model = Prd
    fields = (
        *GOVERNED,
        ApiField("version", "current__number"),
        ApiField("horizon"),
        ApiField("declared_level"),
        ApiField("author", "author__username"),
        ApiField("decision_maker", "decision_maker__username"),
        owners(),
    )
    detail_fields = (
        ApiField("purpose"),
        ApiField("retention_days"),
        ApiField("target_launch"),
        ApiField("approved_version", "approved__number"),
        ApiField("is_loaded_history"),
    )
    more_fields = {"sections": serializers.ListField(child=serializers.DictField())}
    verbs = {
        "create": actions.write_prd,
        "update": actions.declare_prd,
        "revise": actions.revise_prd,
        "name-reviewer": actions.name_reviewer,
        "review": _review,
        "submit": actions.submit_prd,
        "approve": actions.approve_prd,
        "request-changes": actions.ask_for_changes,
        **{move: _mover(move) for move in ("build", "hold", "resume", "reject", "cancel")},
    }
    inputs = {
        "create": NewPrd,
        "update": Settings,
        "revise": Revision,
        "name-reviewer": ReviewerInput,
        "review": VerdictInput,
        **dict.fromkeys(("request-changes", "hold", "reject", "cancel"), PrdReason),
    }

    def more_of(self, obj: Prd) -> dict[str, Any]:
        rows = lookup.sections_for(self.request.user, obj.current) if obj.current else []
        return {
            "sections": [
                {"slug": row.slug, "heading": row.heading, "body": row.body_md, "sha256": row.section_sha256}
                for row in rows
            ]
        }

    @extend_schema(responses=LintAnswers)
    @action(detail=True, methods=["get"])
    def lint(self, request: Request, key: str) -> Response:
        """What the lint rules find in the current version."""
        found = lint_of(self.get_object(key), request.user)
        return Response({"findings": [LintAnswer(finding).data for finding in found]})


def register(router: BaseRouter) -> None:
    """Offer the room's resources."""
    router.register("prds", Prds, basename="prd")
