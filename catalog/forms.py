"""Forms of the catalogue: shape only, rules live in verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.columns_text import columns_of
from catalog.models import Dataset, Warehouse
from catalog.models.dataset import Layer
from catalog.models.product import ProductKind
from catalog.names import DIALECTS
from guard.models import Domain
from people.choosing import cleared_beside
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


def _domains_of(actor: Any) -> Any:
    """The domains in which a person is cleared."""
    rows = Domain.objects.order_by("name")
    if None not in actor.principal.clearances:
        rows = rows.filter(pk__in=[pk for pk in actor.principal.clearances if pk is not None])
    return rows


class WarehouseForm(Form):
    """A place where data lies."""

    name = forms.CharField(
        label=_("Name"), max_length=60,
        help_text=_("Small letters, digits and underscores. Its address is read from WAREHOUSE_<NAME>_URL."),
    )  # fmt: skip
    title = forms.CharField(label=_("Name for people"), max_length=300, required=False)
    domain = forms.ModelChoiceField(
        Domain.objects.none(), label=_("Domain"), to_field_name="slug", empty_label=_("Choose a domain")
    )
    dialect = forms.ChoiceField(label=_("SQL"), choices=[(name, name) for name in DIALECTS], initial="postgres")
    description = forms.CharField(
        label=_("Description"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = _domains_of(self.actor)  # type: ignore[attr-defined]


class ColumnsField(forms.CharField):
    """Columns, one a line; gives what `add_columns` takes."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 8, "class": "mono", "placeholder": "order_id bigint not null -- the number of the order"}
        kwargs.setdefault("help_text", _("One a line: name, type, and after two dashes what it means."))
        super().__init__(widget=forms.Textarea(attrs=attrs), max_length=200_000, label=_("Columns"), **kwargs)

    def to_python(self, value: Any) -> Any:
        return columns_of(super().to_python(value) or "")


class NewDatasetForm(Form):
    """A table, view or file that no import brought."""

    warehouse = ThingChoiceField(label=_("Warehouse"), empty_label=_("Choose a warehouse"))
    name = forms.CharField(
        label=_("Name in the warehouse"), max_length=400, help_text=_("With its schema, such as shop.orders.")
    )
    domain = forms.ModelChoiceField(
        Domain.objects.none(), label=_("Domain"), to_field_name="slug", empty_label=_("Choose a domain")
    )
    title = forms.CharField(label=_("Name for people"), max_length=300, required=False)
    description = MarkdownField(label=_("Description"), required=False)
    layer = forms.ChoiceField(label=_("Layer"), choices=[("", _("Not layered")), *Layer.choices], required=False)
    grain = forms.CharField(label=_("Grain"), max_length=300, required=False, help_text=_("What one row stands for."))
    columns = ColumnsField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = _domains_of(self.actor)  # type: ignore[attr-defined]
        self.fields["warehouse"].queryset = Warehouse.objects.visible_to(self.actor).order_by("thing__title")  # type: ignore[attr-defined]


class ColumnsForm(Form):
    """More columns of a dataset."""

    columns = ColumnsField()


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
        self.fields["person"].queryset = cleared_beside(self.actor)  # type: ignore[attr-defined]


class ContainForm(Form):
    """A dataset for a product."""

    dataset = ThingChoiceField(label=_("Dataset"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = Dataset.objects.visible_to(self.actor).order_by("qualified_name")  # type: ignore[attr-defined]
        self.fields["dataset"].widget = forms.TextInput(attrs={"placeholder": "DS-1001"})
