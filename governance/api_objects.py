"""Reviews of levels as a resource: the same verbs as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api_inputs import LevelField
from catalog.models import Dataset
from governance import actions, reviewing
from governance.models import LevelReview, ReviewItem, ReviewLabel
from governance.preview import Impact
from web.api import GOVERNED, ApiField, GovernedViewSet
from web.api_schema import ABSENT


class DatasetField(serializers.CharField):
    """A dataset by key or qualified name, as far as the caller may see it; absent and forbidden look alike."""

    def __init__(self, *, action: str = "read", **kwargs: Any) -> None:
        self.action = action
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Dataset:  # type: ignore[override]
        text = super().to_internal_value(data)
        rows = Dataset.objects.visible_to(self.context["request"].user, self.action).select_related("thing__domain")
        found = rows.filter(thing__key=text).first() or rows.filter(qualified_name=text).first()
        if found is None:
            raise serializers.ValidationError("There is no such dataset that you may see.")
        return found

    def to_representation(self, value: Any) -> str:
        return str(value.key)


class LevelsField(serializers.DictField):
    """``{"column": 3}``; a level may also be written L3."""

    child = serializers.CharField(max_length=12)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        from guard.levels import parse_level

        given = super().to_internal_value(data)
        read = {name: parse_level(word) for name, word in given.items()}
        wrong = [name for name, rank in read.items() if rank is None]
        if wrong:
            raise serializers.ValidationError([f"{name}: levels go from L1 to L5." for name in wrong[:20]])
        return {name: rank for name, rank in read.items() if rank is not None}


class CategoriesField(serializers.DictField):
    """``{"column": ["gdpr:health"]}``: each time all that the column should have."""

    child = serializers.ListField(child=serializers.CharField(max_length=130), max_length=50)


class OtherLevelsField(serializers.DictField):
    """``{"column": {"jrt-0197": "3"}}``: a level by the name of its scheme; an empty one takes it away."""

    child = serializers.DictField(child=serializers.CharField(max_length=20, allow_blank=True))


OTHERS = "Level of another scheme than the house's by name of column and code of the scheme (or code@version)."


class ReviewInput(serializers.Serializer):
    """Levels and labels for columns of one dataset, a milder level for the dataset itself, or all of it."""

    dataset = DatasetField(action="columns", help_text="Key or qualified name.")
    levels = LevelsField(required=False, help_text="Level by name of column.")
    categories = CategoriesField(required=False, help_text="All categories by name of column.")
    other_levels = OtherLevelsField(required=False, help_text=OTHERS)
    floor = LevelField(required=False, help_text="A milder level for the dataset itself; never below its columns.")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class AmendInput(serializers.Serializer):
    """The whole proposal as it now is."""

    levels = LevelsField(required=False)
    categories = CategoriesField(required=False)
    other_levels = OtherLevelsField(required=False, help_text=OTHERS)
    floor = LevelField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class GovernanceReasonInput(serializers.Serializer):
    """Why."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class DecideInput(GovernanceReasonInput):
    """Why, and in whose place."""

    on_behalf_of = serializers.CharField(
        required=False, allow_blank=True, max_length=150,
        help_text="Username of who named the caller as deputy for this (`delegations/waiting/`).",
    )  # fmt: skip


class ApproveInput(DecideInput):
    """A lowering needs the digest of the effect that was looked at: `effect.digest` of `reviews/{key}/effect/`."""

    preview = serializers.CharField(required=False, allow_blank=True, max_length=64)


class EffectAnswer(serializers.Serializer):
    """What approving would change; both are empty once the review is decided."""

    agreement = serializers.ListField(child=serializers.DictField())
    effect = serializers.DictField()


class VoteRow(serializers.Serializer):
    """One person's verdict; `on_behalf_of` says in whose place it was given, `holds` whether it still counts."""

    person = serializers.CharField(source="person.username")
    on_behalf_of = serializers.CharField(source="on_behalf_of.username", default=None, allow_null=True)
    slot = serializers.CharField()
    verdict = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class Reviews(GovernedViewSet):
    """Proposals of levels and what others said of them."""

    model = LevelReview
    subject = "review"
    fields = (
        *GOVERNED,
        ApiField("dataset", "dataset__thing__key"),
        ApiField("is_lowering"),
        ApiField("strictest_level", "rank"),
        ApiField("proposer", "proposer__username"),
        ApiField("decided_at"),
    )
    detail_fields = (
        ApiField("reason"),
        ApiField("floor"),
        ApiField("floor_before"),
        ApiField("content_hash"),
        ApiField("editor", "editor__username"),
    )
    verbs = {
        "create": actions.propose_levels,
        "update": actions.amend_levels,
        "approve": actions.approve_review,
        "reject": actions.reject_review,
        "withdraw": actions.withdraw_review,
    }
    inputs = {
        "create": ReviewInput,
        "update": AmendInput,
        "approve": ApproveInput,
        "reject": DecideInput,
        "withdraw": GovernanceReasonInput,
    }
    more_fields = {
        "items": serializers.ListField(child=serializers.DictField(), read_only=True),
        "categories": serializers.ListField(child=serializers.DictField(), read_only=True),
        "other_levels": serializers.ListField(child=serializers.DictField(), read_only=True),
        "votes": VoteRow(many=True, read_only=True),
    }

    def visible(self, action: str = "read") -> Any:
        """With the dataset, which the rules look at."""
        return super().visible(action).select_related("thing__domain", "dataset__thing__domain", "proposer", "editor")

    def more_of(self, obj: Any) -> dict[str, Any]:
        """The columns that it speaks of, and the labels that they get or lose."""
        said = [label_row(row) for row in reviewing.labels_for(self.request.user, obj)]
        items = ReviewItem.objects.visible_to(self.request.user).filter(review=obj)
        return {
            "items": list(items.values("column_name", "before", "rank", "direction")),
            "categories": [row for row in said if "category" in row],
            "other_levels": [row for row in said if "level" in row],
            "votes": votes_for(self.request.user, obj),
        }

    @extend_schema(operation_id="levelreview_effect", responses={200: EffectAnswer, **ABSENT})
    @action(detail=True, methods=["get"], url_path="effect", url_name="effect")
    def effect(self, request: Request, key: str) -> Response:
        """While a review is open: who agreed so far, and what approving it would change. Empty afterwards."""
        review, reader = self.get_object(key), self.request.user
        if review.state != "open":
            return Response({"agreement": [], "effect": {}})
        impact = reviewing.impact_of_review(review, reader)
        return Response({
            "agreement": agreement_of(reviewing.tally_of(review)),
            "effect": effect_of(impact),
        })  # fmt: skip


def effect_of(impact: Impact) -> dict[str, Any]:
    """Which things rise or fall, and who gains or loses sight of them."""
    return {
        "digest": impact.digest,
        "changes": [{"key": c.thing.key, "before": c.before, "after": c.after} for c in impact.changes],
        "restricted_items": impact.hidden,
        "gain": [person.username for person in impact.gain],
        "lose": [person.username for person in impact.lose],
    }


def label_row(row: ReviewLabel) -> dict[str, Any]:
    """A category that a column gets or loses, or a level of another scheme."""
    if row.category is not None:
        return {"column_name": row.column_name, "category": str(row.category), "change": row.change}
    return {
        "column_name": row.column_name, "scheme": row.scheme.code, "version": row.scheme.version,
        "level": row.what.code, "change": row.change,
    }  # fmt: skip


def agreement_of(tally: reviewing.Tally) -> list[dict[str, Any]]:
    """The slots in the order of the level's matrix, who filled them, and in whose place."""
    return [
        {
            "slot": str(word),
            "person": person.username if person else None,
            "on_behalf_of": place.username if place else None,
        }
        for word, person, place in tally.rows
    ]


def votes_for(reader: Any, paper: Any) -> list[dict[str, Any]]:
    """Who decided on a paper, in whose place, and whether it was on what it says now."""
    return [
        {**VoteRow(vote).data, "holds": vote.content_hash == paper.content_hash}
        for vote in reviewing.votes_shown(reader, paper)
    ]
