"""Fields that several forms of demand share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guard.models import Domain


def domains_of(actor: Any) -> Any:
    """The domains in which a person is cleared for anything."""
    clearances = actor.principal.clearances
    if clearances.get(None, 0):
        return Domain.objects.all()
    return Domain.objects.filter(pk__in=[pk for pk, rank in clearances.items() if pk is not None and rank])


def works_somewhere(actor: Any) -> bool:
    """Whether there is a domain in which a person works; a clearance for one names it already."""
    clearances = actor.principal.clearances
    return any(rank for pk, rank in clearances.items() if pk is not None) or domains_of(actor).exists()


class DomainField(forms.ModelChoiceField):
    """One of the domains in which the actor works; with one only, it is chosen already."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Domain"))
        super().__init__(queryset=Domain.objects.none(), to_field_name="slug", **kwargs)

    def offer(self, actor: Any) -> None:
        """Offer the actor's domains."""
        self.queryset = domains_of(actor)
        if self.queryset.count() == 1:
            self.initial, self.empty_label = self.queryset.first(), None


class WordsField(forms.CharField):
    """Words divided by commas, as a list."""

    def to_python(self, value: Any) -> Any:
        return [word.strip() for word in (super().to_python(value) or "").replace("，", ",").split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def prose(label: Any, rows: int = 3, *, required: bool = False, hint: Any = "", most: int = 5000) -> forms.CharField:
    """A plain text of a few lines."""
    return forms.CharField(
        label=label, required=required, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )
