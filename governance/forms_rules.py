"""Forms of the desk of rules; they check shape, the verbs hold the rules."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import PolicyChange, RuleEffect, RuleMode
from guard.kinds import KINDS
from guard.rules.rule import NEVER
from guard.rules.vocabulary import MOST_BYTES
from people.models import User
from web.filters import domain_choices
from web.forms import Form, ReasonField

JSON_BYTES = 4 * MOST_BYTES


class JsonField(forms.CharField):
    """Data as JSON; what is nested too deeply is refused like what is not JSON at all."""

    def __init__(self, *, rows: int = 8, **kwargs: Any) -> None:
        attrs = {"rows": rows, "class": "mono", "spellcheck": "false"}
        super().__init__(widget=forms.Textarea(attrs=attrs), max_length=JSON_BYTES, **kwargs)

    def clean(self, value: Any) -> Any:
        """The data."""
        try:
            return json.loads(super().clean(value))
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This is not JSON that can be read.")) from None


def _kind_choices() -> list[tuple[str, Any]]:
    return [(code, kind.label) for code, kind in sorted(KINDS.items()) if code not in NEVER]


def _people() -> list[tuple[str, str]]:
    rows = User.objects.filter(is_active=True, is_service=False).order_by("name")
    return [(person.username, str(person)) for person in rows]


class RuleForm(Form):
    """The whole rule and why it should say this."""

    title = forms.CharField(label=_("What it is for"), max_length=120)
    code = forms.SlugField(label=_("Code"), max_length=60, help_text=_("Its name in files. It stays."))
    domain = forms.ChoiceField(label=_("Domain in which it is kept"), choices=domain_choices)
    owner = forms.ChoiceField(label=_("Owner"), choices=_people, help_text=_("Answers for it; never agrees alone."))
    effect = forms.ChoiceField(label=_("What it does"), choices=RuleEffect.choices)
    action = forms.CharField(
        label=_("To what"), max_length=60,
        help_text=_("exists, read, columns, profile, sample, raw; an act such as grant.approved; or a move."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"), required=False, choices=_kind_choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("None means every kind."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("Mode"), choices=RuleMode.choices, initial=RuleMode.DRY_RUN)
    when = JsonField(label=_("Condition"), help_text=_("A tree over the words on the right."))
    examples = JsonField(
        label=_("Examples"), help_text=_("At least one that is let through (allow) and one that is not (deny).")
    )
    reason = ReasonField()

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            self.fields["code"].disabled = True

    def facts(self) -> dict[str, Any]:
        body = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return {"body": body, "reason": self.cleaned_data["reason"]}

    def add_refusal(self, refusal: Any) -> None:
        """Errors that speak of the whole proposal stand at the condition."""
        if "after" in refusal.errors:
            refusal.errors["when"] = refusal.errors.pop("after")
        super().add_refusal(refusal)


class PolicyForm(Form):
    """Other data that decides, as it should stand."""

    what = forms.ChoiceField(
        label=_("What"), choices=[choice for choice in PolicyChange.What.choices if choice[0] != PolicyChange.What.RULE]
    )
    target = forms.CharField(
        label=_("Which"), max_length=130,
        help_text=_(
            "scheme:rank of a level, its grades or a crosswalk, scheme:code of a category, or a scheme. An older"
            " version of a scheme is code@version."
        ),
    )  # fmt: skip
    after = JsonField(label=_("As it should stand"), help_text=_("Whole, with the fields that stand there now."))
    domain = forms.ChoiceField(label=_("Domain in which it is kept"), choices=domain_choices)
    reason = ReasonField()
