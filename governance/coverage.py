"""What a governance lead looks at first: how much is classified, what waits, what ends, who goes round the rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from catalog.models import Column, Dataset
from governance import granting, reviewing
from governance.models import Grant, LevelReview, Place, ReviewItem, Vote, WaiverRequest
from governance.states import OPEN_TO_DECISION, GrantState, ReviewState
from guard.memory import once
from guard.models import Entry, Standing, Waiver
from web.charts import Share

SOON_DAYS = 14
PAST_DAYS = 30


@dataclass(frozen=True)
class Coverage:
    """Columns by domain and approved level, as far as this reader may see columns."""

    rows: list[Share]
    columns: int
    unclassified: int
    datasets: int

    @property
    def share(self) -> float:
        """Percent of the columns that have an approved level."""
        return 100 * (self.columns - self.unclassified) / self.columns if self.columns else 0.0


def coverage_for(reader: Any) -> Coverage:
    """Count columns by domain and level; a column without an approved level is unclassified."""
    rows = Column.objects.visible_to(reader, "columns").order_by()
    found = rows.values_list("dataset__thing__domain__name", "level").annotate(n=Count("pk"))
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    missing: dict[str, int] = defaultdict(int)
    for domain, level, number in found:
        if level is None:
            missing[domain] += number
        else:
            counts[domain][level] = number
    names = sorted(set(counts) | set(missing))
    shares = [Share(name, counts.get(name, {}), missing.get(name, 0)) for name in names]
    columns = sum(sum(share.counts.values()) + share.unreviewed for share in shares)
    return Coverage(shares, columns, sum(missing.values()), Dataset.objects.visible_to(reader).count())


def open_reviews(reader: Any) -> Any:
    """Reviews that wait for somebody, oldest first."""
    rows = LevelReview.objects.visible_to(reader).filter(thing__state=ReviewState.OPEN)
    return reviewing.told_to(rows, reader).order_by("thing__created_at")


def loose_proposals(reader: Any) -> list[dict[str, Any]]:
    """Datasets with proposed levels that no open review holds (imports bring them), the most first."""
    held = ReviewItem.objects.unrestricted("a proposal that is under review is not counted as loose").filter(
        review__thing__state=ReviewState.OPEN
    )
    rows = Column.objects.visible_to(reader, "columns").filter(level_state=Column.LevelState.PROPOSED)
    rows = rows.exclude(pk__in=held.values("column_id")).order_by()
    counted = rows.values(key=F("dataset__thing__key"), title=F("dataset__thing__title")).annotate(n=Count("pk"))
    return list(counted.order_by("-n", "key")[:6])


def unclassified_datasets(reader: Any) -> list[Dataset]:
    """Datasets with the most columns that nobody has classified."""
    rows = Dataset.objects.visible_to(reader, "columns").filter(unclassified_count__gt=0)
    return list(rows.order_by("-unclassified_count", "pk")[:6])


def lapsed_reviews(reader: Any, today: date) -> Any:
    """Datasets whose review is due, or whose columns changed since."""
    rows = Dataset.objects.visible_to(reader).filter(reviewed_at__isnull=False)
    return rows.filter(Q(review_due__lt=today) | ~Q(reviewed_schema_hash=F("schema_hash"))).order_by("review_due")


def waiting_grants(reader: Any) -> Any:
    """Requests for access that wait for somebody else than who asked, and grants that are stopped, oldest first."""
    rows = Grant.objects.visible_to(reader).filter(thing__state__in=OPEN_TO_DECISION, requester__is_active=True)
    rows = rows.exclude(requester=reader.pk).order_by("thing__created_at")
    return rows.select_related("dataset__thing__domain", "requester")


def emergencies(reader: Any) -> Any:
    """Access taken in an emergency that somebody else than who took it has to look at, oldest first."""
    rows = Grant.objects.visible_to(reader).filter(place=Place.GLASS, reviewed_at=None).exclude(requester=reader.pk)
    return rows.select_related("dataset__thing__domain", "requester").order_by("thing__created_at")


@once
def grants_of(holder: Any) -> list[Grant]:
    """One's own access that is stopped or ends soon."""
    rows = Grant.objects.visible_to(holder).filter(requester=holder.pk)
    rows = rows.filter(
        Q(thing__state=GrantState.SUSPENDED)
        | Q(thing__state=GrantState.GRANTED, ends_on__lte=granting.today() + timedelta(days=SOON_DAYS))
    )
    return list(rows.select_related("dataset__thing__domain").order_by("ends_on")[:6])


@once
def to_decide(person: Any) -> list[Grant]:
    """Requests and stopped grants on what one owns or stewards, on which one has not decided yet."""
    asked = Standing.objects.unrestricted("one's own standings say what is asked of one").filter(
        person=person, reason="reviewer", thing__kind="grant"
    )
    done = Vote.objects.visible_to(person).filter(
        person=person, thing=OuterRef("thing"), content_hash=OuterRef("content_hash")
    )
    rows = waiting_grants(person).filter(pk__in=asked.values("thing_id")).exclude(Exists(done))
    return list(rows[:6])


def ending_grants(reader: Any, today: date) -> Any:
    """Access that ends soon."""
    rows = Grant.objects.visible_to(reader).filter(thing__state=GrantState.GRANTED)
    rows = rows.filter(ends_on__lte=today + timedelta(days=SOON_DAYS))
    return rows.select_related("dataset__thing__domain", "requester").order_by("ends_on")


def open_waivers(reader: Any) -> Any:
    """Waivers that were asked for and wait."""
    rows = WaiverRequest.objects.visible_to(reader).filter(decided_at=None)
    return rows.select_related("thing__domain", "asked_by").order_by("asked_at")


def live_waivers(reader: Any, today: date) -> Any:
    """Rules that are set aside today."""
    rows = Waiver.objects.visible_to(reader).filter(expires_on__gte=today)
    return rows.select_related("thing__domain", "asked_by", "granted_by").order_by("expires_on")


def bypasses_by_person(reader: Any, since: Any) -> list[dict[str, Any]]:
    """Waivers asked and refusals met, by person, the most first; as far as the reader may read the record."""
    lines = Entry.objects.visible_to(reader).filter(recorded_at__gte=since, actor__isnull=False)
    refused, asked = Q(outcome="refused"), Q(verb="waiver.asked", outcome="done")
    rows = lines.filter(refused | asked).order_by().values(name=F("actor__name"))
    found = list(rows.annotate(refusals=Count("pk", filter=refused), waivers=Count("pk", filter=asked)))
    return sorted(found, key=lambda row: (-row["waivers"], -row["refusals"], row["name"]))[:8]
