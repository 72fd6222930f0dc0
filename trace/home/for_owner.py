"""Omar's questions: which of my datasets want something of me?"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Dataset
from guard import clock
from guard.models import Standing
from trace.home.for_stakeholder import asked_of
from trace.home.page import Section

MOST = 8


def sections(person: Any) -> tuple[str, list[Section]]:
    """The data owner's and engineer's home."""
    kept = Standing.objects.unrestricted("one's own standings say what one keeps").filter(
        person=person, reason__in=["owner", "steward"], thing__kind="dataset"
    )
    datasets = Dataset.objects.visible_to(person).filter(pk__in=kept.values("thing_id"))
    today = clock.now().date()
    wanting = datasets.filter(
        Q(unclassified_count__gt=0) | Q(reviewed_at=None) | Q(review_due__lt=today)
        | ~Q(reviewed_schema_hash=F("schema_hash"))
    ).order_by("-unclassified_count", "qualified_name")  # fmt: skip
    count = wanting.count()
    lede = (
        ngettext("%(n)d of your datasets wants a review.", "%(n)d of your datasets want a review.", count)
        % {"n": count}
        if count
        else _("Your datasets are classified and reviewed.")
    )
    return lede, [
        Section("asked_of_you.html", asked_of(person)),
        Section("kept.html", {"wanting": list(wanting[:MOST]), "count": count, "all": datasets.count()}),
    ]
