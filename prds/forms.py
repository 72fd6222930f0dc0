"""Forms of PRDs: they check shape, verbs check rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from guard.models import Domain
from people.choosing import cleared_beside
from people.models import User
from prds.models import Horizon, ReviewRole, Verdict
from web.forms import DateField, Form, LevelField, MarkdownField, ThingChoiceField


class NewPrdForm(Form):
    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("What will be better, in a few words."))
    domain = forms.ModelChoiceField(Domain.objects.all(), label=_("Domain"), to_field_name="slug")
    product = ThingChoiceField(label=_("Data product"), required=False, help_text=_("What it specifies."))
    horizon = forms.ChoiceField(label=_("Horizon"), choices=Horizon.choices, initial=Horizon.PRODUCT_BET)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.visible_to(self.actor).order_by("thing__title")  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "language": "zh" if self.data.get("language") == "zh" else "en"}


class DeclareForm(Form):
    """Everything about a PRD that is not text."""

    title = forms.CharField(label=_("Title"), max_length=300)
    decision_maker = forms.ModelChoiceField(
        User.objects.none(), label=_("Decision maker"), required=False,
        to_field_name="username", help_text=_("Who decides with it; somebody else than the author."),
    )  # fmt: skip
    horizon = forms.ChoiceField(label=_("Horizon"), choices=Horizon.choices)
    declared_level = LevelField(
        label=_("Declared level"), required=False, help_text=_("At least the highest level that it reads.")
    )
    purpose = forms.CharField(label=_("Purpose of personal data"), max_length=60, required=False)
    retention_days = forms.IntegerField(label=_("Kept for days"), min_value=1, max_value=36500, required=False)
    target_launch = DateField(label=_("Target launch"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision_maker"].queryset = cleared_beside(self.actor)  # type: ignore[attr-defined]


class SectionForm(Form):
    """One section at a time: two people may write two sections."""

    body = MarkdownField(label=_("Text"), rows=18, required=False)
    change_note = forms.CharField(label=_("What changed"), max_length=300, required=False)
    number = forms.IntegerField(widget=forms.HiddenInput)


class ReviewerForm(Form):
    role = forms.ChoiceField(label=_("Capacity"), choices=ReviewRole.choices)
    person = forms.ModelChoiceField(User.objects.none(), label=_("Reviewer"), to_field_name="username")
    due = DateField(label=_("Due"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = cleared_beside(self.actor)  # type: ignore[attr-defined]


class VerdictForm(Form):
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("Why"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Compulsory when you ask for changes."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
