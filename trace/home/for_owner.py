"""Omar's questions: which of my datasets want something of me?"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.models import Dataset
from guard import clock
from guard.models import Standing
from trace.home.page import Card, Part

MOST = 8


def kept(person: Any) -> list[Card]:
    """The datasets that one keeps and that want something."""
    own = Standing.objects.unrestricted("one's own standings say what one keeps").filter(
        person=person, reason__in=["owner", "steward"], thing__kind="dataset"
    )
    datasets = Dataset.objects.visible_to(person).filter(pk__in=own.values("thing_id"))
    wants = (
        Q(unclassified_count__gt=0) | Q(reviewed_at=None) | Q(review_due__lt=clock.now().date())
        | ~Q(reviewed_schema_hash=F("schema_hash"))
    )  # fmt: skip
    number = datasets.aggregate(all=Count("pk"), wanting=Count("pk", filter=wants))
    wanting = list(datasets.filter(wants).order_by("-unclassified_count", "qualified_name")[:MOST])
    lede = ngettext(
        "%(n)d of your datasets wants a review.", "%(n)d of your datasets want a review.", number["wanting"]
    ) % {"n": number["wanting"]}
    data = {"wanting": wanting, "count": number["wanting"], "all": number["all"]}
    return [Card("kept.html", data, lede if wanting else "")]


PARTS = (Part("kept", _("Your datasets"), kept, ("data_engineer",)),)
