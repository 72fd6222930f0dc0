"""Forms of one's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.actions import MOST_DAYS
from web.forms import Form


class TokenForm(Form):
    """A name, what it may do, how long it lives."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("To recognise it by, such as “nightly import”."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"), widget=forms.CheckboxSelectMultiple, initial=["read"],
        choices=[("read", _("read")), ("write", _("write")), ("import", _("import")), ("govern", _("decide as I may"))],
    )  # fmt: skip
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=MOST_DAYS, initial=90)

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
