"""Forms about insights: what was understood and what it rests on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from demand.forms.fields import DomainField, prose
from demand.models import Insight, Quote
from web.forms import DateField, Form, LevelField, ThingChoiceField, ThingsChoiceField

MOST_QUOTES = 500


def quotes_for(actor: Any) -> Any:
    """The quotes with text that a person may read, newest first."""
    return Quote.objects.visible_to(actor).filter(purged_at=None).order_by("-pk")


class QuotesField(ThingsChoiceField):
    """Quotes to choose among, by their words and their speaker."""

    def label_from_instance(self, obj: Any) -> str:
        return f"“{obj.title}” {obj.interview.participant.alias}"


class QuoteField(ThingChoiceField):
    """One quote, by its words."""

    def label_from_instance(self, obj: Any) -> str:
        return f"“{obj.title}” {obj.interview.participant.alias}"


class DraftInsight(Form):
    """What was understood, in our words."""

    statement = prose(_("What did we understand?"), 3, required=True, hint=_("In our words; the quotes stay verbatim."))
    title = forms.CharField(label=_("Short title"), required=False, max_length=160)
    domain = DomainField()
    kind = forms.ChoiceField(label=_("Kind"), choices=Insight.Sort.choices)
    severity = forms.TypedChoiceField(label=_("Severity"), choices=Insight.Severity.choices, coerce=int, initial=1)
    frequency = forms.ChoiceField(label=_("How often"), choices=Insight.Frequency.choices, initial="weekly")
    supporting = QuotesField(label=_("Quotes that say so"), required=False)
    contradicting = QuotesField(label=_("Quotes that say otherwise"), required=False)
    measured_value = forms.CharField(label=_("Measured value"), required=False, max_length=120)
    measured_source = forms.CharField(
        label=_("Measured by"), required=False, max_length=200, help_text=_("A metric's code or a report.")
    )
    measured_on = DateField(label=_("Measured on"), required=False)
    level = LevelField(label=_("Level"), initial=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].offer(self.actor)
        for name in ("supporting", "contradicting"):
            self.fields[name].queryset = quotes_for(self.actor)


class AddEvidence(Form):
    """Further quotes."""

    quotes = QuotesField(label=_("Quotes"))
    role = forms.ChoiceField(label=_("They"), choices=[("supports", _("say so")), ("contradicts", _("say otherwise"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quotes"].queryset = quotes_for(self.actor)


class MeasureInsight(Form):
    """A number beside it."""

    value = forms.CharField(label=_("Measured value"), max_length=120)
    source = forms.CharField(label=_("Measured by"), max_length=200, help_text=_("A metric's code or a report."))
    on = DateField(label=_("Measured on"), required=False)


class AnswerContradictions(Form):
    """Why it holds in spite of what contradicts it."""

    answer = prose(_("Why does it hold nevertheless?"), 4, required=True)


class DisputeInsight(Form):
    """A quote that says otherwise."""

    quote = QuoteField(label=_("The quote that says otherwise"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quote"].queryset = quotes_for(self.actor)
