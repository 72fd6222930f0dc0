"""What goes into an evidence pack, as one reader may see it: labels, reviews, grants, waivers, runs of enforcement.

Whatever belongs to a thing is taken only where the reader has the grade of columns on that thing: these rows name
columns. What the reader may not see leaves no row, no number and no name behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from catalog.models import Label, Warehouse
from governance.enforcement import desk
from governance.models import Grant, LevelReview, ReviewItem, ReviewLabel, Vote
from guard.doors import visible_q
from guard.models import Waiver
from guard.policy import COLUMNS


@dataclass(frozen=True)
class Span:
    """The time that a pack speaks of, `first` included, `end` not, and for whom it is made."""

    first: datetime
    end: datetime
    reader: Any

    def sees(self, path: str) -> Q:
        """The rows whose thing, reached by `path`, the reader sees with its columns."""
        return visible_q(self.reader.principal, COLUMNS, path)


def labels(span: Span) -> list[dict[str, Any]]:
    """Every label that stood at some time in the span: who said it, on which evidence, in which review."""
    rows = (
        Label.objects.visible_to(span.reader)
        .filter(Q(superseded_at=None) | Q(superseded_at__gte=span.first), valid_from__lt=span.end)
        .select_related("dataset__thing", "scheme", "level", "category", "by")
        .order_by("id")
    )
    return [
        {
            "id": row.pk, "dataset": row.dataset.key, "column": row.column_name, "scheme": row.scheme.code,
            "version": row.scheme.version, "kind": "category" if row.category_id else "level",
            "what": row.what.code, "state": row.state, "origin": row.origin, "origin_version": row.origin_version,
            "evidence": row.evidence, "reason": row.reason, "by": _name(row.by), "review": row.review_key,
            "supersedes": row.supersedes_id, "from": row.valid_from, "until": row.superseded_at,
        }
        for row in rows
    ]  # fmt: skip


def reviews(span: Span) -> list[dict[str, Any]]:
    """Reviews that were open at some time in the span, with their columns and votes."""
    rows = list(
        LevelReview.objects.visible_to(span.reader)
        .filter(span.sees("dataset__thing"), _open_in(span, "decided_at"))
        .select_related("thing", "dataset__thing", "proposer", "editor")
        .order_by("thing__created_at", "thing_id")
    )
    numbers = [row.pk for row in rows]
    items = _by(ReviewItem.objects.visible_to(span.reader).filter(review__in=numbers), "review_id", _item)
    marks = _by(
        ReviewLabel.objects.visible_to(span.reader)
        .filter(review__in=numbers)
        .select_related("category__scheme", "level__scheme"),
        "review_id",
        _mark,
    )
    votes = votes_on(span, numbers)
    return [
        {
            "key": row.key, "dataset": row.dataset.key, "state": row.state, "proposer": _name(row.proposer),
            "editor": _name(row.editor), "reason": row.reason, "lowers": row.is_lowering, "rank": row.rank,
            "content": row.content_hash, "schema": row.schema_hash, "at": row.thing.created_at,
            "decided_at": row.decided_at, "columns": items[row.pk], "categories": marks[row.pk],
            "votes": votes[row.pk],
        }
        for row in rows
    ]  # fmt: skip


def grants(span: Span) -> list[dict[str, Any]]:
    """Access that was asked for or ran at some time in the span, with its votes."""
    rows = list(
        Grant.objects.visible_to(span.reader)
        .filter(span.sees("dataset__thing"), _open_in(span, "ended_at"))
        .select_related("thing", "dataset__thing", "requester", "renews__thing")
        .order_by("thing__created_at", "thing_id")
    )
    votes = votes_on(span, [row.pk for row in rows])
    return [
        {
            "key": row.key, "dataset": row.dataset.key, "columns": row.columns, "mode": row.mode, "state": row.state,
            "requester": _name(row.requester), "purpose": row.purpose, "purpose_note": row.purpose_note,
            "content": row.content_hash, "approved_rank": row.approved_rank, "ends_on": row.ends_on,
            "asked_at": row.thing.created_at, "granted_at": row.granted_at, "ended_at": row.ended_at,
            "votes": votes[row.pk],
        }
        for row in rows
    ]  # fmt: skip


def waivers(span: Span) -> list[dict[str, Any]]:
    """Rules that were set aside at some time in the span."""
    rows = (
        Waiver.objects.visible_to(span.reader)
        .filter(span.sees("thing"), granted_at__lt=span.end, expires_on__gte=span.first.date())
        .select_related("thing", "asked_by", "granted_by")
        .order_by("id")
    )
    return [
        {
            "thing": row.thing.key, "rule": row.rule_id, "reason": row.reason, "asked_by": _name(row.asked_by),
            "granted_by": _name(row.granted_by), "granted_at": row.granted_at, "expires_on": row.expires_on,
        }
        for row in rows
    ]  # fmt: skip


def enforcement(span: Span) -> list[dict[str, Any]]:
    """Runs and verifications of each warehouse whose plans the reader may see: digests and counts, no statement."""
    found = []
    for warehouse in Warehouse.objects.visible_to(span.reader).select_related("thing").order_by("pk"):
        if not desk.may_look(span.reader, warehouse):
            continue
        runs = desk.runs(warehouse).filter(made_at__gte=span.first, made_at__lt=span.end)
        looks = desk.verifications(warehouse).filter(at__gte=span.first, at__lt=span.end)
        found.append({"warehouse": warehouse.key, "runs": [_run(row) for row in runs.order_by("id")],
                      "verifications": [{"at": row.at, "by": _name(row.by), "counts": row.counts,
                                         "in_step": row.is_in_step} for row in looks.order_by("id")]})  # fmt: skip
    return found


PARTS: dict[str, Callable[[Span], list[dict[str, Any]]]] = {
    "labels.json": labels,
    "reviews.json": reviews,
    "grants.json": grants,
    "waivers.json": waivers,
    "enforcement.json": enforcement,
}


def votes_on(span: Span, numbers: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Votes on papers that the reader sees, by the paper's number."""
    rows = Vote.objects.visible_to(span.reader).filter(thing__in=numbers)
    rows = rows.select_related("person", "on_behalf_of").order_by("id")
    return _by(
        rows,
        "thing_id",
        lambda one: {
            "person": _name(one.person), "on_behalf_of": _name(one.on_behalf_of), "as": one.slot,
            "verdict": one.verdict, "reason": one.reason, "content": one.content_hash, "at": one.at,
        },
    )  # fmt: skip


def _open_in(span: Span, ended: str) -> Q:
    return (Q(**{ended: None}) | Q(**{f"{ended}__gte": span.first})) & Q(thing__created_at__lt=span.end)


def _by(rows: Iterable[Any], owner: str, facts: Callable[[Any], dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[getattr(row, owner)].append(facts(row))
    return found


def _item(one: ReviewItem) -> dict[str, Any]:
    return {"column": one.column_name, "before": one.before, "rank": one.rank, "direction": one.direction}


def _mark(one: ReviewLabel) -> dict[str, Any]:
    """A category, or a level of another scheme; a proposal and an approval speak of a version of it."""
    kind = "category" if one.category_id else "level"
    return {
        "column": one.column_name, "scheme": one.scheme.code, "version": one.scheme.version, kind: one.what.code,
        "change": one.change,
    }  # fmt: skip


def _run(row: Any) -> dict[str, Any]:
    return {
        "run": row.pk, "state": row.state, "plan": row.digest, "made_by": _name(row.made_by), "made_at": row.made_at,
        "applied_by": _name(row.applied_by), "applied_at": row.applied_at, "reverted_by": _name(row.reverted_by),
        "reverted_at": row.reverted_at, "statements": len(row.statements), "world": row.world_digest,
        "wanted": row.wanted_digest, "after": row.after_digest,
    }  # fmt: skip


def _name(person: Any) -> str | None:
    return person.username if person is not None else None
