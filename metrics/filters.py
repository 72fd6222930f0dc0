"""Filters of the list of metrics, shared by the page and the API."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from metrics.models import MetricKind, Tier
from web.filters import GovernedFilter


class MetricFilter(GovernedFilter):
    """Adds code, synonym, kind and tier to what every governed list filters by."""

    searched = ("thing__title", "thing__key", "code", "business_process")

    tier = django_filters.ChoiceFilter(choices=Tier.choices, label=_("Part"), empty_label=_("Any part"))
    kind = django_filters.ChoiceFilter(
        field_name="metric_kind", choices=MetricKind.choices, label=_("Kind"), empty_label=_("Any kind")
    )
