"""Forms of asks: the two-minute form, triage, and what each move wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from demand import lookup
from demand.forms.fields import DomainField, WordsField, prose
from demand.models import Insight, Purpose, Request, RequestSupport
from people.models import User
from web.forms import DateField, Form, ReasonField, ThingChoiceField, ThingsChoiceField

MOST_ABOUT = 20
_MORE = (
    "kind", "business_question", "decision_cadence", "current_workaround", "affected_people", "has_personal_data",
    "purpose", "purpose_note",
)  # fmt: skip


def account_named(name: str) -> User | None:
    """The one active person of this name or username, if there is exactly one."""
    people = User.objects.filter(is_active=True, is_service=False)
    found = list(people.filter(name__iexact=name)[:2]) or list(people.filter(username__iexact=name)[:2])
    return found[0] if len(found) == 1 else None


class AboutField(WordsField):
    """Metrics, products and datasets by key or by name, divided by commas, as Things that the actor may read."""

    actor: Any = None

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value([getattr(one, "key", one) for one in value] if isinstance(value, list) else value)

    def clean(self, value: Any) -> Any:
        names = super().clean(value)
        if len(names) > MOST_ABOUT:
            raise forms.ValidationError(_("Name %(most)d at most.") % {"most": MOST_ABOUT})
        found, unknown = lookup.meant_by(self.actor, names)
        if unknown:
            raise forms.ValidationError(
                _("There is nothing called %(names)s that you may see.") % {"names": ", ".join(unknown)}
            )
        return found


class Ask(Form):
    """Four answers, about two minutes; the rest is behind a fold.

    Args:
        behind: keys of the insights from which the ask is made; they stand at its head.
    """

    insights = ThingsChoiceField(
        label=_("It rests on"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("What people said stays joined to what is asked."),
    )  # fmt: skip
    decision_to_make = prose(_("Which decision will you make with it?"), 3, required=True, most=2000)
    decision_maker_name = forms.CharField(label=_("Who decides?"), max_length=160)
    decision_cadence = forms.CharField(label=_("How often?"), required=False, max_length=160)
    decision_deadline = DateField(label=_("By when?"))
    action_rule = prose(
        _("What will you do if the number is …?"), 3, required=True,
        hint=_("If nothing would change whatever the number says, the answer can wait."),
    )  # fmt: skip
    business_question = prose(_("What do you want to know?"), 2)
    domain = DomainField(label=_("Part of the business"))
    about = AboutField(
        label=_("Is it about something that is here?"), required=False, max_length=1000,
        help_text=_("Metrics, products or datasets by key or name, divided by commas, such as MET-1001."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What would help"), choices=Request.Sort.choices, required=False)
    current_workaround = prose(_("How do you manage today?"), 2)
    affected_people = forms.CharField(label=_("Who is affected by the decision?"), required=False, max_length=300)
    has_personal_data = forms.BooleanField(label=_("It needs data about single persons"), required=False)
    purpose = forms.ModelChoiceField(
        label=_("Purpose"), queryset=Purpose.objects.filter(is_active=True), required=False, to_field_name="code"
    )
    purpose_note = prose(_("Why does this purpose need it?"), 2)
    none_fits = prose(
        _("None of what is there already fits, because …"), 2, hint=_("Needed only when something like it is shown.")
    )

    def __init__(self, *args: Any, behind: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].offer(self.actor)
        self.fields["about"].actor = self.actor
        rows = Insight.objects.visible_to(self.actor).exclude(thing__state="retired")
        self.fields["insights"].queryset = rows.filter(thing__key__in=behind).order_by("pk")
        if not behind:
            del self.fields["insights"]
        if self.data.get("save") == "draft" or self.data.get("kind") in Request.WITHOUT_DECISION:
            self._ask_less()

    def _ask_less(self) -> None:
        """A draft, an access request and an incident need no decision yet."""
        for name in ("decision_to_make", "decision_maker_name", "decision_deadline", "action_rule"):
            self.fields[name].required = False

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        details = {name: given.pop(name) for name in _MORE if name not in ("kind", "business_question")}
        maker = account_named(given["decision_maker_name"]) if given["decision_maker_name"] else None
        given["kind"] = given["kind"] or Request.Sort.QUESTION
        given["insights"] = list(given.get("insights", ()))
        return {**given, "decision_maker": maker, "details": details}


class Revise(Ask):
    """The same answers, changed later."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["domain"], self.fields["about"]
        self._ask_less()

    @classmethod
    def of(cls, request: Request, actor: Any) -> Revise:
        """The form filled with what the request says now."""
        initial = {name: getattr(request, name) for name in cls.base_fields if hasattr(request, name)}
        initial["decision_maker_name"] = request.who_decides
        initial["expected_version"] = request.thing.row_version
        return cls(initial=initial, actor=actor)

    def facts(self) -> dict[str, Any]:
        version = self.cleaned_data.pop("expected_version")
        given = super().facts()
        del given["insights"]
        return {"changes": {**given.pop("details"), **given}, "expected_version": version}


class Response(Form):
    """Words that the requester reads; compulsory where REQ-2 wants them."""

    response = prose(_("Response that the requester reads"), 3)


class WordsNeeded(Form):
    """The same, compulsory."""

    response = prose(_("Response that the requester reads"), 3, required=True)


class MarkDuplicate(Form):
    """Which request asks the same."""

    target = ThingChoiceField(label=_("The request that asks the same"))
    response = prose(_("Response that the requester reads"), 2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Request.objects.visible_to(self.actor).exclude(thing__state__in=("draft", "withdrawn", "duplicate"))
        self.fields["target"].queryset = rows.order_by("-pk")


class Snooze(Form):
    """Until when."""

    until = DateField(label=_("Until"))
    response = prose(_("Response that the requester reads"), 2)


class Plan(Form):
    """How much work it is."""

    effort_days = forms.DecimalField(
        label=_("Effort in days"), required=False, min_value=0, decimal_places=1, max_digits=7,
        help_text=_("Two days or less need no PRD."),
    )  # fmt: skip
    horizon = forms.ChoiceField(label=_("Horizon"), required=False, choices=[("", "–"), *Request.Horizon.choices])
    response = prose(_("Response that the requester reads"), 2)


class Score(Form):
    """What RICE and WSJF are made of."""

    reach = forms.IntegerField(label=_("People reached in a quarter"), required=False, min_value=0)
    impact = forms.DecimalField(label=_("Impact, 0.25 to 3"), required=False, min_value=0, decimal_places=2)
    confidence = forms.IntegerField(label=_("Confidence, per cent"), required=False, min_value=0, max_value=100)
    effort_days = forms.DecimalField(label=_("Effort in days"), required=False, min_value=0, decimal_places=1)
    user_value = forms.IntegerField(label=_("User value, 0 to 20"), required=False, min_value=0, max_value=20)
    time_value = forms.IntegerField(label=_("Time criticality, 0 to 20"), required=False, min_value=0, max_value=20)
    risk_value = forms.IntegerField(label=_("Risk reduced, 0 to 20"), required=False, min_value=0, max_value=20)

    @classmethod
    def of(cls, request: Request, actor: Any) -> Score:
        """The form filled with what is known."""
        return cls(initial={name: getattr(request, name) for name in cls.base_fields}, actor=actor)


class Reply(Form):
    """What the requester says to a question."""

    reply = prose(_("Your reply"), 3, required=True)


class Support(Form):
    """One more voice."""

    importance = forms.TypedChoiceField(
        label=_("How much do you need it?"), choices=RequestSupport.Importance.choices, coerce=int, initial=2
    )
    why = prose(_("Why?"), 2)


class JoinInsights(Form):
    """Which insights it answers."""

    insights = ThingsChoiceField(label=_("Insights that it answers"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Insight.objects.visible_to(self.actor).exclude(thing__state="retired")
        self.fields["insights"].queryset = rows.order_by("-pk")


class Missing(Form):
    """What is missing, when it is opened again."""

    reason = ReasonField(label=_("What is missing?"))


class Bare(Form):
    """A move that asks nothing."""
