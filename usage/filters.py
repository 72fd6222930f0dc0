"""Filters of the list of decisions, shared by the page and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from guard import clock
from usage.counting import counted
from usage.models import DataRole, Verdict
from usage.states import DecisionState
from web.filters import GovernedFilter

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class DecisionFilter(GovernedFilter):
    """Adds verdict, part of data, whether it counts and whether a look back is due."""

    searched = ("thing__title", "thing__key", "question")

    verdict = django_filters.ChoiceFilter(choices=Verdict.choices, label=_("Verdict"), empty_label=_("Any verdict"))
    data_role = django_filters.ChoiceFilter(choices=DataRole.choices, label=_("Part of data"), empty_label=_("Any"))
    counted = django_filters.ChoiceFilter(method="that_count", choices=YES_NO, label=_("Counts"), empty_label=_("Any"))
    due = django_filters.ChoiceFilter(
        method="that_are_due", choices=YES_NO, label=_("Look back due"), empty_label=_("Any")
    )

    def that_count(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(counted()) if value == "yes" else queryset.exclude(counted())

    def that_are_due(self, queryset: Any, name: str, value: str) -> Any:
        due = {
            "review_on__lte": clock.now().date(),
            "thing__state__in": [DecisionState.ACCEPTED, DecisionState.IMPLEMENTED],
        }
        return queryset.filter(**due) if value == "yes" else queryset.exclude(**due)
