"""Rules and changes of the policy as resources: the same verbs as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from governance import actions
from governance.api_objects import ApproveInput, GovernanceReasonInput
from governance.models import PolicyChange, Rule
from governance.rules import changing, desk, preview
from governance.rules.effect import Effect
from governance.states_rules import ChangeState
from web.api import GOVERNED, ApiField, GovernedViewSet
from web.api_schema import ABSENT

RULE = PolicyChange.What.RULE


class ChangeInput(serializers.Serializer):
    """What should stand instead: a whole rule, or other data of the policy."""

    what = serializers.ChoiceField(choices=PolicyChange.What.choices, default=RULE)
    target = serializers.CharField(
        required=False, allow_blank=True, max_length=130,
        help_text="`scheme:rank`, `scheme:code` or `scheme`; a rule says its code itself.",
    )  # fmt: skip
    after = serializers.DictField(help_text="Whole: the ten fields of a rule, or the fields that stand there now.")
    domain = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Where the paper lies; a rule says its own."
    )
    reason = serializers.CharField(max_length=2000)


def propose(
    *, by: Any, what: str, after: Mapping[str, Any], reason: str, target: str = "", domain: str = ""
) -> PolicyChange:  # fmt: skip
    """Propose a rule or other data of the policy, whichever `what` says; one of two verbs."""
    if what == RULE:
        return actions.propose_rule(by=by, body=after, reason=reason)
    return actions.propose_policy(by=by, what=what, target=target, after=after, domain=domain, reason=reason)


class RuleEffectAnswer(serializers.Serializer):
    """Who gains and who loses; names only as the caller may see them."""

    digest = serializers.CharField(help_text="Who agrees sends it back as `preview`.")
    people = serializers.IntegerField()
    things = serializers.IntegerField()
    is_capped = serializers.BooleanField()
    is_supposed = serializers.BooleanField(help_text="The rule does not block; this is what it would do.")
    rows = serializers.ListField(child=serializers.DictField())
    such_as = serializers.ListField(child=serializers.CharField(), help_text="Some of the things that change.")
    stuck = serializers.ListField(child=serializers.CharField(), help_text="Nobody could go on with these.")
    stuck_restricted = serializers.IntegerField()


def effect_answer(effect: Effect) -> dict[str, Any]:
    """The answer of an effect."""
    return {
        "digest": effect.digest, "people": effect.people, "things": effect.things, "is_capped": effect.is_capped,
        "is_supposed": effect.is_supposed,
        "rows": [{"person": r.person.username, "lost": r.lost, "gained": r.gained} for r in effect.rows],
        "such_as": [thing.key for thing in effect.names],
        "stuck": [thing.key for thing in effect.stuck],
        "stuck_restricted": effect.stuck_hidden,
    }  # fmt: skip


class Rules(GovernedViewSet):
    """Rules in force, on trial and switched off. They change by `changes`."""

    model = Rule
    subject = "rule"
    lookups = ("thing__key", "code")
    fields = (
        *GOVERNED,
        ApiField("code"),
        ApiField("version"),
        ApiField("effect"),
        ApiField("action"),
        ApiField("kinds"),
        ApiField("mode"),
        ApiField("owner", "owner__username"),
    )
    detail_fields = (ApiField("when"), ApiField("examples"))
    more_fields = {
        "sentence": serializers.CharField(read_only=True, help_text="The rule in the caller's language."),
        "tried": serializers.ListField(child=serializers.DictField(), read_only=True),
        "counted": serializers.DictField(read_only=True, help_text="How often it warned or would have stopped."),
    }

    def visible(self, action: str = "read") -> Any:
        """With its owner."""
        return super().visible(action).select_related("thing__domain", "owner")

    def more_of(self, obj: Any) -> dict[str, Any]:
        """Its sentence, and whether its examples hold."""
        body = obj.body()
        return {
            "sentence": desk.sentence_for(body),
            "tried": [{"verdict": one.verdict, "got": one.got, "holds": one.holds} for one in desk.tried(body)],
            "counted": desk.counted(obj, self.request.user),
        }

    @extend_schema(operation_id="rule_effect", responses={200: RuleEffectAnswer, **ABSENT})
    @action(detail=True, methods=["get"], url_path="effect", url_name="effect")
    def effect(self, request: Request, key: str) -> Response:
        """What it does to whom, for those who decide on the policy and auditors; empty for others."""
        rule = self.get_object(key)
        found = preview.effect_of_rule(rule, request.user) if desk.may_look(request.user) else Effect()
        return Response(effect_answer(found))


class Changes(GovernedViewSet):
    """Changes of the policy: proposed by one, in force when others agreed."""

    model = PolicyChange
    subject = "change"
    fields = (
        *GOVERNED,
        ApiField("what"),
        ApiField("target"),
        ApiField("rule", "rule__thing__key"),
        ApiField("is_loosening"),
        ApiField("proposer", "proposer__username"),
        ApiField("decided_at"),
    )
    detail_fields = (ApiField("reason"), ApiField("before"), ApiField("after"), ApiField("content_hash"))
    verbs = {
        "create": propose,
        "approve": actions.approve_change,
        "reject": actions.reject_change,
        "withdraw": actions.withdraw_change,
    }
    inputs = {
        "create": ChangeInput,
        "approve": ApproveInput,
        "reject": GovernanceReasonInput,
        "withdraw": GovernanceReasonInput,
    }
    more_fields = {"agreement": serializers.DictField(read_only=True)}

    def visible(self, action: str = "read") -> Any:
        """With who proposed it."""
        return super().visible(action).select_related("thing__domain", "proposer", "rule__thing")

    def more_of(self, obj: Any) -> dict[str, Any]:
        """Who agreed so far and how many more must; empty once it is decided."""
        if obj.state != ChangeState.OPEN:
            return {"agreement": {}}
        found = changing.agreed(obj)
        return {"agreement": {"people": [one.username for one in found.people], "missing": found.missing}}

    @extend_schema(operation_id="policychange_effect", responses={200: RuleEffectAnswer, **ABSENT})
    @action(detail=True, methods=["get"], url_path="effect", url_name="effect")
    def effect(self, request: Request, key: str) -> Response:
        """While it is open: who would gain and lose. For those who decide on the policy and auditors."""
        change = self.get_object(key)
        is_shown = desk.may_look(request.user) and change.state == ChangeState.OPEN
        found = preview.effect_of_change(change, request.user) if is_shown else Effect()
        return Response(effect_answer(found))
