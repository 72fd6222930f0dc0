"""Forms of the decision pages: they check shape; the verbs hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Warehouse
from demand.forms.fields import DomainField, prose
from demand.models import Request
from guard.refusals import Absent
from metrics.forms import NamesField
from people.choosing import cleared_beside
from people.models import User
from usage.logs.postgres import DEFAULT_PREFIX
from usage.lookup import evidence_for
from usage.models import DataRole, Decision, Reversibility, Verdict
from usage.states import DecisionState
from web.forms import DateField, Form, MarkdownField, ThingChoiceField

#: Dialects of statements that are offered; sqlglot knows more.
DIALECTS = (
    "postgres", "bigquery", "clickhouse", "databricks", "duckdb", "hive", "mysql", "oracle", "redshift", "snowflake",
    "spark", "trino", "tsql",
)  # fmt: skip
REPLACEABLE = (DecisionState.ACCEPTED, DecisionState.IMPLEMENTED, DecisionState.REVIEWED)


class DecisionForm(Form):
    """A decision that nobody has attested yet."""

    GROUPS = (
        ("what", _("What is decided"), (
            "title", "domain", "question", "options", "chosen_option", "decision_makers", "product", "supersedes",
            "context_md",
        )),
        ("ground", _("On what ground"), (
            "data_role", "reversibility", "counter_evidence", "dissent", "affected_people", "has_person_consequence",
            "purpose",
        )),
        ("after", _("What is expected of it"), (
            "expected_metric", "expected_baseline", "expected_target", "expected_by", "review_on", "value_estimate",
            "value_method",
        )),
    )  # fmt: skip
    ONLY_NEW = ("domain", "decision_makers", "product", "supersedes")

    title = forms.CharField(label=_("In one line"), max_length=300)
    domain = DomainField()
    question = prose(_("What had to be decided?"), required=True)
    options = NamesField(label=_("Options"), lines=True, help_text=_("One a line; doing nothing is one, too."))
    chosen_option = forms.CharField(
        label=_("Chosen"), max_length=300, required=False, help_text=_("One of the options, as it is written above.")
    )
    decision_makers = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), to_field_name="username", label=_("Who decides"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    product = ThingChoiceField(label=_("Made with"), required=False, help_text=_("The data product, if any."))
    supersedes = ThingChoiceField(label=_("Replaces"), required=False)
    context_md = MarkdownField(label=_("Context"), required=False, max_length=20_000)
    data_role = forms.ChoiceField(label=_("Part of data"), choices=DataRole.choices, initial=DataRole.DATA_INFORMED)
    reversibility = forms.ChoiceField(label=_("Way back"), choices=Reversibility.choices)
    counter_evidence = prose(_("What speaks against it"))
    dissent = prose(_("Who disagreed, and why"))
    affected_people = prose(_("Who is affected"))
    has_person_consequence = forms.BooleanField(
        label=_("It has consequences for single persons (pay, appraisal, discipline)"), required=False
    )
    purpose = forms.CharField(label=_("Purpose of the data then"), max_length=60, required=False)
    expected_metric = forms.CharField(label=_("Metric that should move"), max_length=120, required=False)
    expected_baseline = forms.CharField(label=_("From"), max_length=60, required=False)
    expected_target = forms.CharField(label=_("To"), max_length=60, required=False)
    expected_by = DateField(label=_("By"), required=False)
    review_on = DateField(label=_("Look back on"), required=False, help_text=_("Needed before it can be attested."))
    value_estimate = forms.CharField(label=_("Worth"), max_length=120, required=False)
    value_method = forms.CharField(label=_("How that was estimated"), max_length=300, required=False)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            for name in self.ONLY_NEW:
                del self.fields[name]
            return
        self.fields["domain"].offer(self.actor)  # type: ignore[attr-defined]
        self.fields["decision_makers"].queryset = cleared_beside(self.actor)  # type: ignore[attr-defined]
        products = Product.objects.visible_to(self.actor).order_by("thing__title")
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        earlier = Decision.objects.visible_to(self.actor).filter(thing__state__in=REPLACEABLE)
        self.fields["supersedes"].queryset = earlier.order_by("-pk")  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[str, Any, list[Any]]]:
        """Bound fields under their headings."""
        return [(slug, head, [self[n] for n in names if n in self.fields]) for slug, head, names in self.GROUPS]


class EvidenceForm(Form):
    """What a decision rests on, as it was known then."""

    on = forms.CharField(
        label=_("Metric, dataset or insight"), max_length=400,
        help_text=_("Its key, the code of the metric or the name of the dataset."),
    )  # fmt: skip
    pinned = forms.CharField(
        label=_("Version"), max_length=60, required=False, help_text=_("The current one of a metric when left empty.")
    )
    value = forms.CharField(label=_("Value"), max_length=60, required=False, help_text=_("As it was read."))
    as_of = DateField(label=_("As of"), required=False)
    note = forms.CharField(label=_("What it says"), max_length=300, required=False)

    def clean_on(self) -> Any:
        try:
            return evidence_for(self.actor, self.cleaned_data["on"])
        except Absent:
            raise forms.ValidationError(_("There is nothing of this name that you may see.")) from None


class LookBackForm(Form):
    """What came of it."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices)
    actual_value = forms.CharField(label=_("The number now"), max_length=60, required=False)
    lesson = prose(_("What was learnt"))


class LogForm(Form):
    """A query log; it is looked at before anything is loaded."""

    kind = forms.ChoiceField(label=_("Kind of log"), choices=[
        ("postgres-log", _("PostgreSQL log (text or csvlog)")),
        ("pg_stat_statements", _("Export of pg_stat_statements")),
        ("csv", _("CSV of any warehouse")), ("jsonl", _("JSON lines of any warehouse")),
    ])  # fmt: skip
    file = forms.FileField(
        label=_("File"), help_text=_("A row of CSV or JSON lines needs the statement, its time and its user.")
    )
    warehouse = ThingChoiceField(
        label=_("Warehouse"), required=False, empty_label=_("Every warehouse"),
        help_text=_("Where its tables are looked up."),
    )  # fmt: skip
    dialect = forms.ChoiceField(
        label=_("Dialect"), choices=[(name, name) for name in DIALECTS], initial="postgres", required=False
    )
    log_line_prefix = forms.CharField(
        label=_("log_line_prefix of the server"), required=False, max_length=200, initial=DEFAULT_PREFIX, strip=False,
        help_text=_("Only for PostgreSQL's log as text."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].queryset = Warehouse.objects.visible_to(self.actor).order_by("name")  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        given["upload"] = given.pop("file")
        return {**given, "dialect": given["dialect"] or "postgres"}


class RaiseForm(Form):
    """What a decision leads to: a request that is there, or the words of a new one."""

    request = ThingChoiceField(label=_("A request that is there already"), required=False, empty_label=_("A new one"))
    business_question = prose(_("What do you want to know next?"), 2)
    decision_to_make = prose(_("Which decision will you make with it?"), 2)
    kind = forms.ChoiceField(label=_("What would help"), choices=Request.Sort.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Request.objects.visible_to(self.actor).exclude(thing__state__in=("withdrawn", "duplicate"))
        self.fields["request"].queryset = rows.order_by("-pk")

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        return {**given, "kind": given["kind"] or Request.Sort.QUESTION}
