"""Filters of demand's lists, shared by pages and API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from demand.models import Insight, Interview, Request
from demand.states import OPEN
from web.filters import GovernedFilter


class InterviewFilter(GovernedFilter):
    searched = ("thing__title", "thing__key", "participant__thing__title")

    method = django_filters.ChoiceFilter(choices=Interview.Method.choices, label=_("Method"), empty_label=_("Any"))


class QuoteFilter(GovernedFilter):
    searched = ("thing__key", "exact")

    interview = django_filters.CharFilter(field_name="interview__thing__key", label=_("Interview"))
    code = django_filters.CharFilter(field_name="codes", label=_("Code"), method="with_code")

    def with_code(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(codes__contains=[value.strip().lower()])


class InsightFilter(GovernedFilter):
    searched = ("thing__title", "thing__key", "statement")

    kind = django_filters.ChoiceFilter(choices=Insight.Sort.choices, label=_("Kind"), empty_label=_("Any"))
    strength = django_filters.ChoiceFilter(choices=Insight.Strength.choices, label=_("Evidence"), empty_label=_("Any"))


class RequestFilter(GovernedFilter):
    searched = ("thing__title", "thing__key", "business_question", "decision_to_make")

    kind = django_filters.ChoiceFilter(choices=Request.Sort.choices, label=_("Kind"), empty_label=_("Any"))
    open = django_filters.ChoiceFilter(
        choices=[("1", _("Open")), ("0", _("Closed"))], label=_("Open"), empty_label=_("Any"), method="still_open"
    )
    mine = django_filters.ChoiceFilter(
        choices=[("1", _("Mine"))], label=_("Whose"), empty_label=_("Everybody's"), method="asked_by_me"
    )

    def still_open(self, queryset: Any, name: str, value: str) -> Any:
        states = [str(state) for state in OPEN]
        return queryset.filter(thing__state__in=states) if value == "1" else queryset.exclude(thing__state__in=states)

    def asked_by_me(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(requester_id=self.request.user.pk)
