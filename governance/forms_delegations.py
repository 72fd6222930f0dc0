"""The form by which somebody names a deputy; it checks shape, the verb holds the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from demand.forms.fields import domains_of
from governance import granting
from governance.models import Decision
from people.choosing import cleared_beside
from web.forms import DateField, Form


class DeputyForm(Form):
    """Whom, for which domain and sort of decision, from day to day, and why."""

    deputy: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None, to_field_name="username", label=_("Who decides in my place"),
        help_text=_("They decide on what they see themselves; you hand over no sight."),
    )  # fmt: skip
    domain: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None, to_field_name="slug", label=_("Domain"), required=False, empty_label=_("Every domain")
    )
    decision = forms.ChoiceField(
        label=_("Decisions"), required=False, choices=[("", _("Every sort")), *Decision.choices]
    )
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"), help_text=_("Still one of them; 90 days in all at most."))
    reason = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your deputy, governance leads and auditors read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = cleared_beside(self.actor).exclude(pk=self.actor.pk)
        self.fields["domain"].queryset = domains_of(self.actor)
        self.fields["starts_on"].initial = granting.today()
