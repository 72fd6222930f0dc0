"""Forms of work on many things at once; they check shape, the verbs hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from governance.lead.sheets import MOST_SIGNS
from web.forms import Form


class SheetForm(Form):
    """A sheet as text or as a file."""

    sheet = forms.CharField(
        label=lazy("Paste the sheet"), required=False, max_length=MOST_SIGNS + 1, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=lazy("The first line names dataset, column, level, and if you like categories and reason."),
    )  # fmt: skip
    file = forms.FileField(
        label=lazy("Or choose a file"), required=False, help_text=lazy("CSV in UTF-8, at most a megabyte."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        file = given.get("file")
        if file is not None:
            given["sheet"] = self._text(file)
        if not str(given.get("sheet") or "").strip() and not self.errors:
            self.add_error("sheet", _("Paste a sheet or choose a file."))
        return given

    def _text(self, file: Any) -> str:
        if file.size > 4 * MOST_SIGNS:
            self.add_error("file", _("This file is larger than a sheet may be. Cut it into parts."))
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            self.add_error("file", _("This file is not UTF-8 at byte %(n)d. Save it as UTF-8.") % {"n": fault.start})
            return ""

    def facts(self) -> dict[str, Any]:
        return {"sheet": self.cleaned_data["sheet"]}
