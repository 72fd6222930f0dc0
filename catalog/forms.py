"""Forms of the catalogue: shape only, rules live in verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Dataset
from catalog.models.dataset import Layer
from catalog.models.product import ProductKind
from guard.models import Domain
from people.models import Team, User
from web.forms import DateField, Form, LevelField, MarkdownField, ReasonField, ThingChoiceField


class ProductForm(Form):
    """A new product, or a change of one."""

    title = forms.CharField(label=_("Name"), max_length=300)
    domain = forms.ModelChoiceField(
        Domain.objects.none(), label=_("Domain"), to_field_name="slug", empty_label=_("Choose a domain")
    )
    product_kind = forms.ChoiceField(label=_("Kind"), choices=ProductKind.choices)
    purpose = MarkdownField(label=_("What it is for"), help_text=_("Who decides what better with it?"), required=False)
    usage_target = forms.IntegerField(
        label=_("Usage target"), min_value=1, max_value=100, required=False,
        help_text=_("Percent of the eligible people who should use it."),
    )  # fmt: skip
    audience_team = forms.ModelChoiceField(Team.objects.none(), label=_("Eligible team"), required=False)
    eligible_count = forms.IntegerField(
        label=_("Eligible people"), min_value=1, required=False, help_text=_("When no team says who.")
    )
    review_on = DateField(label=_("Review on"), required=False)
    sla = forms.CharField(label=_("Service level"), max_length=300, required=False)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = Domain.objects.all()  # type: ignore[attr-defined]
        self.fields["audience_team"].queryset = Team.objects.all()  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["domain"]


class DescribeForm(Form):
    """What is said of a dataset."""

    title = forms.CharField(label=_("Name for people"), max_length=300)
    description = MarkdownField(label=_("Description"), required=False)
    layer = forms.ChoiceField(label=_("Layer"), choices=[("", _("Not layered")), *Layer.choices], required=False)
    grain = forms.CharField(label=_("Grain"), max_length=300, required=False, help_text=_("What one row stands for."))
    allowed_purposes = forms.CharField(
        label=_("Allowed purposes"), required=False, help_text=_("Separate several by commas.")
    )
    retention_days = forms.IntegerField(label=_("Kept for (days)"), min_value=0, required=False)
    freshness_minutes = forms.IntegerField(label=_("Fresh within (minutes)"), min_value=0, required=False)
    min_group = forms.IntegerField(label=_("Smallest group shown"), min_value=0, required=False)
    has_personal_data = forms.BooleanField(label=_("Holds personal data"), required=False)

    def clean_allowed_purposes(self) -> list[str]:
        """Words between commas."""
        return [word.strip() for word in self.cleaned_data["allowed_purposes"].split(",") if word.strip()]


class ProposeForm(Form):
    """A level for one column."""

    rank = LevelField(label=_("Level"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False)


class AppointForm(Form):
    """Somebody who answers for a thing."""

    role = forms.ChoiceField(label=_("As"), choices=[("owner", _("Owner")), ("steward", _("Steward"))])
    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"), to_field_name="username")
    reason = ReasonField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, is_service=False)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ContainForm(Form):
    """A dataset for a product."""

    dataset = ThingChoiceField(label=_("Dataset"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = Dataset.objects.visible_to(self.actor).order_by("qualified_name")  # type: ignore[attr-defined]
        self.fields["dataset"].widget = forms.TextInput(attrs={"placeholder": "DS-1001"})
