"""The ledger's lines on one thing, in words for one reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Column
from guard.ledger import history_of
from guard.states import state_label
from people.models import User

WORDS = {
    "dataset.added": gettext_lazy("Added this dataset"),
    "dataset.described": gettext_lazy("Changed its description"),
    "dataset.level_declared": gettext_lazy("Declared a stricter level"),
    "dataset.schema_changed": gettext_lazy("Its columns changed"),
    "dataset.review_lapsed": gettext_lazy("The review of its levels lapsed"),
    "columns.added": gettext_lazy("Added columns"),
    "column.level_proposed": gettext_lazy("Proposed a level for a column"),
    "column.proposal_withdrawn": gettext_lazy("Took back a proposed level"),
    "owner.appointed": gettext_lazy("Appointed an owner"),
    "steward.appointed": gettext_lazy("Appointed a steward"),
    "lineage.added": gettext_lazy("Said what feeds it"),
    "lineage.removed": gettext_lazy("Took back what feeds it"),
    "product.added": gettext_lazy("Began this product"),
    "product.changed": gettext_lazy("Changed its description"),
    "product.moved": gettext_lazy("Moved it on"),
    "product.stage_loaded": gettext_lazy("Loaded its stage as history"),
    "product.dataset_contained": gettext_lazy("Put a dataset in"),
    "product.metric_offered": gettext_lazy("Offered a metric"),
    "dataset.reclassified": gettext_lazy("Its levels were approved"),
    "dataset.opened": gettext_lazy("Opened it for somebody"),
    "levels.proposed": gettext_lazy("Proposed levels"),
    "access.asked": gettext_lazy("Asked for access"),
    "product.dataset_released": gettext_lazy("Took a dataset out"),
    "warehouse.added": gettext_lazy("Registered this warehouse"),
    "warehouse.enforcement_begun": gettext_lazy("Asked the worker to apply a plan"),
    "datasets.loaded": gettext_lazy("Loaded datasets"),
    "import.done": gettext_lazy("Imported it"),
    "comment.added": gettext_lazy("Commented"),
    "comment.resolved": gettext_lazy("Settled a comment"),
    "column.labelled": gettext_lazy("Proposed a category for a column"),
    "label.withdrawn": gettext_lazy("Took back a category"),
    "columns.counted": gettext_lazy("Counted the values of its columns"),
    "column_lineage.told": gettext_lazy("Brought lineage of columns"),
    "column_lineage.added": gettext_lazy("Said where a column comes from"),
    "column_lineage.removed": gettext_lazy("Took back where a column comes from"),
    "column_lineage.followed": gettext_lazy("A level arrived by lineage"),
    "column_lineage.counted": gettext_lazy("Counted its lineage again"),
    "dataset.scanned": gettext_lazy("Scanned it for personal data"),
    "dataset.recertified": gettext_lazy("Confirmed its levels in a campaign"),
    "dataset.review_ended": gettext_lazy("Ended the review of its levels"),
    "scan.started": gettext_lazy("Began a scan for personal data"),
    "scan.lent": gettext_lazy("Lent the scanner the sight of it, to look again"),
    "scan.failed": gettext_lazy("A scan came to nothing"),
    "review.approved": gettext_lazy("Agreed to levels"),
    "review.rejected": gettext_lazy("Rejected levels"),
    "access.withdrawn": gettext_lazy("Took back a request for access"),
    "grant.approved": gettext_lazy("Agreed to access"),
    "grant.rejected": gettext_lazy("Rejected access"),
    "grant.revoked": gettext_lazy("Ended access"),
    "glass.broken": gettext_lazy("Took access in an emergency"),
    "owner.followed": gettext_lazy("Another owner followed"),
    "usage.loaded": gettext_lazy("Loaded a query log"),
    "warehouse.planned": gettext_lazy("Made a plan of rights"),
    "warehouse.tried": gettext_lazy("Tried a plan"),
    "warehouse.enforced": gettext_lazy("Applied a plan"),
    "warehouse.reverted": gettext_lazy("Took back a plan"),
    "warehouse.verified": gettext_lazy("Verified this warehouse"),
    "decision.evidence_pinned": gettext_lazy("Pinned it as evidence"),
}
PERSONS = ("owner", "steward")  # differences that hold accounts
FIELDS = {
    "state": gettext_lazy("State"),
    "owner": gettext_lazy("Owner"),
    "steward": gettext_lazy("Steward"),
    "declared_level": gettext_lazy("Declared level"),
    "proposed_level": gettext_lazy("Proposed level"),
}


@dataclass(frozen=True)
class Line:
    """One entry: when, who, what, and the differences that this reader may see."""

    at: datetime
    recorded_at: datetime
    actor: Any
    words: str
    is_refused: bool
    is_loaded: bool
    reason: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    column: str = ""


def lines_of(thing: Any, actor: Any, *, limit: int = 50) -> list[Line]:
    """The newest lines on a thing, newest first; names of columns only for readers of columns."""
    thing = getattr(thing, "thing", thing)
    entries = history_of(thing, actor, limit)
    bodies = [orjson.loads(entry.payload) for entry in entries]
    numbers = [body["column"] for body in bodies if isinstance(body.get("column"), int)]
    names = dict(Column.objects.visible_to(actor).filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}
    people = _people(bodies)
    return [
        Line(
            at=entry.occurred_at,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            words=_words(entry.verb, body),
            is_refused=entry.outcome == "refused",
            is_loaded=bool(body.get("loaded")),
            reason=str(body.get("reason", "")),
            changes=[
                _change(thing.kind, name, *pair, people=people) for name, pair in (body.get("diff") or {}).items()
            ],
            column=names.get(body.get("column"), ""),
        )
        for entry, body in zip(entries, bodies, strict=True)
    ]


def _words(verb: str, body: dict[str, Any]) -> str:
    words = str(WORDS.get(verb, verb.replace(".", " ").replace("_", " ").capitalize()))
    return _("Refused: %(what)s") % {"what": words} if body.get("refused") else words


def _people(bodies: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the people whom differences name by their accounts."""
    pairs = [pair for body in bodies for name, pair in (body.get("diff") or {}).items() if name in PERSONS]
    accounts = {one for pair in pairs for one in pair if isinstance(one, str) and one}
    return dict(User.objects.filter(username__in=accounts).values_list("username", "name")) if accounts else {}


def _change(kind: str, name: str, before: Any, after: Any, *, people: Mapping[str, str]) -> tuple[str, str, str]:
    """A difference in words: the field, states as buttons and chips call them, people by their names."""
    if name in PERSONS:
        before, after = (people.get(one) or one if isinstance(one, str) else one for one in (before, after))
    if name == "state":
        before, after = (str(state_label(kind, state)) if state else "" for state in (before, after))
    elif name.endswith("_level"):
        before, after = (f"L{rank}" if isinstance(rank, int) else rank for rank in (before, after))
    return str(FIELDS.get(name, name)), _shown(before), _shown(after)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    return "–" if value in (None, "") else str(value)
