"""The base of every form: it knows its actor, keeps what was typed, and takes a verb's refusal as its own errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _


class Form(forms.Form):
    """Checks shape only; rules live in verbs.

    Args:
        actor: who fills it in; choices of governed things must be opened for this person.
    """

    required_css_class = "required"
    fields: dict[str, Any]  # fields of ours have methods that the base class does not know

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        self.actor = actor
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.refusal: Any = None

    def facts(self) -> dict[str, Any]:
        """The cleaned fields, as the verb's keyword arguments."""
        return dict(self.cleaned_data)

    def add_refusal(self, refusal: Any) -> None:
        """Put a refusal's errors at their fields and everything else at the head of the form."""
        errors: dict[str, list[str]] = getattr(refusal, "errors", {}) or {}
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
        if not errors:
            self.refusal = refusal


class ThingChoiceField(forms.ModelChoiceField):
    """A choice among governed objects by key or title; its queryset must be opened by `visible_to` first."""

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "thing__key")
        super().__init__(queryset=queryset, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.key} {obj.title}"

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "key", value)


class ThingsChoiceField(forms.ModelMultipleChoiceField):
    """Several governed objects by key; its queryset must be opened by `visible_to` first."""

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "thing__key")
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)  # whole titles can be read, several are easily chosen
        super().__init__(queryset=queryset, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.key} {obj.title}"

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Iterable) and not isinstance(value, (str, ModelChoiceIterator)):
            return [getattr(one, "key", one) for one in value]
        return getattr(value, "key", value)

    def _check_values(self, value: Any) -> Any:
        """Django reads the key by attribute, and ours stands on the Thing: compare keys ourselves."""
        keys = {str(one) for one in value}
        rows = self.queryset.filter(thing__key__in=keys)  # type: ignore[union-attr]
        missing = keys - {row.key for row in rows}
        if missing:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": min(missing)}
            )
        return rows


class LevelField(forms.TypedChoiceField):
    """A level of the house scheme, 1 to 5, with its word."""

    def __init__(self, **kwargs: Any) -> None:
        from web.words import LEVEL_NAMES

        choices = [("", _("Choose a level")), *LEVEL_NAMES.items()]
        super().__init__(choices=choices, coerce=int, empty_value=None, **kwargs)


class DateField(forms.DateField):
    """A day, by the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MarkdownField(forms.CharField):
    """Text in Markdown: a plain textarea that becomes an editor when script runs."""

    def __init__(self, *, rows: int = 6, max_length: int = 100_000, **kwargs: Any) -> None:
        attrs = {"rows": rows, "data-editor": "markdown"}
        super().__init__(widget=forms.Textarea(attrs=attrs), max_length=max_length, **kwargs)


class ReasonField(forms.CharField):
    """Why: compulsory words of at least ten characters, kept in the ledger."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reason"))
        kwargs.setdefault("help_text", _("Kept in the record; others will read it."))
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), min_length=10, max_length=2000, **kwargs)
