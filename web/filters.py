"""Filters of lists of governed things, shared by the page and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from web.words import LEVEL_WORDS


def domain_choices() -> list[tuple[str, str]]:
    """Domains by slug; names of domains are known to everybody who may sign in."""
    from guard.models import Domain

    return list(Domain.objects.order_by("name").values_list("slug", "name"))


def level_choices() -> list[tuple[int, str]]:
    """Levels of the house scheme."""
    return [(rank, f"{rank} {word}") for rank, word in LEVEL_WORDS.items()]


def owned_by(username: str) -> Exists:
    """Rows whose thing has a live standing "owner" of this person; outer reference is the thing's key."""
    from django.db.models.functions import Now

    from guard.models import Standing

    rows = Standing.objects.unrestricted("the owner of what one may see is no secret")
    live = Q(until__isnull=True) | Q(until__gt=Now())
    return Exists(rows.filter(live, thing_id=OuterRef("thing_id"), reason="owner", person__username=username))


class GovernedFilter(django_filters.FilterSet):
    """``?q= &domain= &level= &state= &owner=`` over an opened queryset; rooms inherit and add.

    `state` offers the states of the queryset's kind; `searched` lists the paths that `q` looks into.
    """

    searched: tuple[str, ...] = ("thing__title", "thing__key")

    q = django_filters.CharFilter(method="look_for", label=_("Contains"))
    domain = django_filters.ChoiceFilter(
        field_name="thing__domain__slug", choices=domain_choices, label=_("Domain"), empty_label=_("Any domain")
    )
    level = django_filters.ChoiceFilter(
        field_name="thing__level", choices=level_choices, label=_("Level"), empty_label=_("Any level")
    )
    state = django_filters.ChoiceFilter(field_name="thing__state", label=_("State"), empty_label=_("Any state"))
    owner = django_filters.CharFilter(method="of_owner", label=_("Owner"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from guard.states import TABLES

        table = TABLES.get(getattr(self.queryset.model, "KIND", ""))
        if table is None:
            self.filters.pop("state", None)
        elif "state" in self.filters:
            self.filters["state"].extra["choices"] = table.states.choices

    def look_for(self, queryset: Any, name: str, value: str) -> Any:
        condition = Q()
        for path in self.searched:
            condition |= Q(**{f"{path}__icontains": value})
        return queryset.filter(condition)

    def of_owner(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(owned_by(value))
