"""Forms of the metrics pages: they check shape; the verbs hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guard.models import Domain
from metrics.models import (
    Additivity,
    Aggregation,
    Backfill,
    Calculation,
    ChangeKind,
    DataType,
    Direction,
    Metric,
    MetricKind,
    NullPolicy,
    StatPeriod,
    Tier,
)
from people.choosing import cleared_beside
from people.models import User
from web.forms import DateField, Form, LevelField, MarkdownField, ReasonField

ANY_AGG = [("", _("Choose")), *Aggregation.choices]
ANY_CALC = [("", _("Formula")), *Calculation.choices]
SAID = [("", _("As the formula implies")), *Additivity.choices]
ZERO = [("", _("Not said")), ("null", _("No value")), ("zero", _("Zero"))]
RAISED = [("", _("As computed from the difference")), *ChangeKind.choices]


class NamesField(forms.CharField):
    """Several names, separated by commas or lines; gives a list."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}) if lines else forms.TextInput, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ("\n" if self.lines else ", ").join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        cut = text.splitlines() if self.lines else text.replace("，", ",").split(",")
        return [part.strip() for part in cut if part.strip()]


class ProposeForm(Form):
    """A metric that does not exist yet."""

    title = forms.CharField(label=_("Name"), max_length=300, help_text=_("As people say it, such as “Paying buyers”."))
    code = forms.CharField(
        label=_("Code"), max_length=80, help_text=_("Small letters and underscores, such as pay_buyer_cnt. It stays.")
    )
    domain = forms.ModelChoiceField(
        queryset=Domain.objects.none(), label=_("Domain"), to_field_name="slug", empty_label=None
    )
    metric_kind = forms.ChoiceField(
        choices=MetricKind.choices, label=_("Kind"),
        help_text=_("Atomic counts rows of a dataset, derived narrows another metric, composite combines metrics."),
    )  # fmt: skip
    tier = forms.ChoiceField(choices=Tier.choices, initial=Tier.INPUT, label=_("Part in the tree"))
    caliber_md = MarkdownField(
        label=_("Caliber"), required=False, help_text=_("What is counted, and what is left out."), max_length=20_000
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    synonyms = NamesField(label=_("Other names"), required=False, help_text=_("Separated by commas."))
    business_process = forms.CharField(label=_("Business process"), max_length=120, required=False)
    level = LevelField(label=_("Level of its own"), initial=2, help_text=_("What it is measured from may raise it."))
    reason = forms.CharField(
        label=_("Why is it wanted?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = _domains_of(self.actor)  # type: ignore[attr-defined]


def _domains_of(actor: Any) -> Any:
    """The domains in which a person is cleared."""
    rows = Domain.objects.order_by("name")
    if None not in actor.principal.clearances:
        rows = rows.filter(pk__in=[pk for pk in actor.principal.clearances if pk is not None])
    return rows


class LimitForm(Form):
    """A condition that many metrics share."""

    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("Small letters and underscores, such as on_the_app. It stays.")
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As people say it, such as “client is the app”.")
    )
    predicate = forms.CharField(
        label=_("Condition"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text=_("One SQL condition over the columns of the source, such as client = 'app'."),
    )  # fmt: skip
    domain = forms.ModelChoiceField(
        queryset=Domain.objects.none(), label=_("Domain"), to_field_name="slug", empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = _domains_of(self.actor)  # type: ignore[attr-defined]


class DefineForm(Form):
    """What a metric computes. Fields that its kind has no use for are left out."""

    GROUPS = (
        ("what", _("What is computed"), (
            "source_dataset", "agg", "expr", "agg_parameter", "event_time_column", "base", "calc_type", "expression",
            "denominator_policy", "conversion_window", "period", "limits", "grain", "dimensions",
        )),
        ("words", _("What it is called and means"), (
            "display_name", "synonyms", "caliber", "unit", "data_type", "desired_direction", "tier",
        )),
        ("care", _("How it is handled"), (
            "additivity", "non_additive_dimensions", "timezone", "null_policy", "late_data_policy", "min_group_size",
            "purposes",
        )),
        ("change", _("This change"), ("change_reason", "kind_of_change", "effective_from", "backfill")),
    )  # fmt: skip
    OF_KIND = {
        "atomic": {"source_dataset", "agg", "expr", "agg_parameter", "event_time_column"},
        "derived": {"base", "period"},
        "composite": {"calc_type", "expression", "denominator_policy", "conversion_window"},
    }
    CHANGE = frozenset({"change_reason", "kind_of_change", "effective_from", "backfill"})

    source_dataset = forms.CharField(
        label=_("Dataset"), max_length=400, help_text=_("Its key or its name in the warehouse.")
    )
    agg = forms.ChoiceField(choices=ANY_AGG, label=_("Counted as"))
    expr = forms.CharField(label=_("Of"), required=False, help_text=_("A column or an SQL expression over columns."))
    agg_parameter = forms.CharField(
        label=_("Percentile"), required=False, help_text=_("Between 0 and 1; only for a percentile.")
    )
    event_time_column = forms.CharField(label=_("Time of the event"), required=False, help_text=_("A column."))
    base = forms.CharField(label=_("Narrows the metric"), help_text=_("The code of another metric."))
    calc_type = forms.ChoiceField(choices=ANY_CALC, required=False, label=_("Kind of formula"))
    expression = forms.CharField(
        label=_("Formula"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Codes of metrics with + − × ÷ and parentheses, such as pay_buyer_cnt / visit_uv."),
    )  # fmt: skip
    denominator_policy = forms.ChoiceField(choices=ZERO, required=False, label=_("When the denominator is zero, it is"))
    conversion_window = forms.CharField(label=_("Conversion window"), required=False, help_text=_("Such as 30d."))
    period = forms.ChoiceField(choices=(), required=False, label=_("Period"))
    limits = NamesField(
        label=_("Only where"), required=False, lines=True,
        help_text=_("One SQL condition a line, or the code of a named limit."),
    )  # fmt: skip
    grain = NamesField(label=_("One value for each"), required=False, help_text=_("Separated by commas."))
    dimensions = NamesField(label=_("May be sliced by"), required=False, help_text=_("Separated by commas."))
    display_name = forms.CharField(label=_("Name"), max_length=300)
    synonyms = NamesField(label=_("Other names"), required=False, help_text=_("Separated by commas."))
    caliber = MarkdownField(label=_("Caliber"), required=False, max_length=20_000)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    data_type = forms.ChoiceField(choices=DataType.choices, label=_("Kind of number"))
    desired_direction = forms.ChoiceField(choices=Direction.choices, label=_("Direction"))
    tier = forms.ChoiceField(choices=Tier.choices, label=_("Part in the tree"))
    additivity = forms.ChoiceField(choices=SAID, required=False, label=_("May values be added up?"))
    non_additive_dimensions = NamesField(label=_("Not over"), required=False, help_text=_("Separated by commas."))
    timezone = forms.CharField(label=_("Time zone"), required=False, max_length=40)
    null_policy = forms.ChoiceField(choices=NullPolicy.choices, required=False, label=_("Missing values"))
    late_data_policy = forms.CharField(label=_("Late data"), required=False, max_length=120)
    min_group_size = forms.IntegerField(
        label=_("Smallest group shown"), min_value=0, max_value=1_000_000, required=False, initial=0
    )
    purposes = NamesField(label=_("Purposes of use"), required=False, help_text=_("Separated by commas."))
    change_reason = forms.CharField(label=_("Why"), required=False, max_length=300)
    kind_of_change = forms.ChoiceField(
        choices=RAISED, required=False, label=_("How far it reaches"), help_text=_("May be raised, never lowered.")
    )
    effective_from = DateField(label=_("Counts from"), required=False, help_text=_("Needed for a new meaning."))
    backfill = forms.ChoiceField(choices=Backfill.choices, required=False, label=_("Values before that day"))
    row_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric = metric
        for kind, names in self.OF_KIND.items():
            for name in names if kind != metric.metric_kind else ():
                self.fields.pop(name)
        if metric.current is None:
            for name in self.CHANGE - {"change_reason"}:
                self.fields.pop(name)
        if "period" in self.fields:
            periods = [(period.code, f"{period.code} · {period.name}") for period in StatPeriod.objects.all()]
            self.fields["period"].choices = [("", _("None")), *periods]  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[str, Any, list[Any]]]:
        """Bound fields under their headings."""
        return [(slug, head, [self[n] for n in names if n in self.fields]) for slug, head, names in self.GROUPS]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        version = given.pop("row_version", None)
        said = {name: given.pop(name) for name in self.CHANGE & set(given)}
        return {"definition": given, "expected_version": version, **said}


class AppointForm(Form):
    """Who answers for a metric."""

    role = forms.ChoiceField(
        choices=[("owner", _("Business owner")), ("steward", _("Technical steward"))], label=_("As")
    )
    person = forms.ModelChoiceField(queryset=User.objects.none(), to_field_name="username", label=_("Person"))
    reason = forms.CharField(label=_("Why"), required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = cleared_beside(self.actor)


class MergeForm(Form):
    """Which metric stays, and why the two are one."""

    into = forms.CharField(widget=forms.HiddenInput)
    reason = ReasonField()
