"""What an attestation says, who must agree to it, and whether it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog import bulk, seeping
from catalog.models import ColumnEdge
from governance import approvers
from governance.approvers import Slot
from governance.models import Attestation
from governance.preview import Impact, impact_of_letting
from governance.reviewing import Tally, agreements, tallied
from guard import clock, ledger
from guard.doors import grade_of
from guard.levels import HIGHEST
from guard.memory import once
from guard.policy import COLUMNS
from guard.refusals import Invalid

What, Method = Attestation.What, Attestation.Method
MOST_DAYS: dict[str, int] = {What.STOP: 90, What.TRANSFORMATION: 365}
#: what is still a fact about one person after the method is not public; k persons together may be
LEAST = {
    Method.DROP: 1, Method.AGGREGATE_K: 1, Method.KEYED_HASH: 2, Method.TOKENISE: 2, Method.TRUNCATE: 2,
    Method.BUCKET: 2, Method.CUSTOM: 2,
}  # fmt: skip
LEAST_K = 10
_WHY = "whether an attestation holds is judged whoever looks"


@dataclass(frozen=True)
class Wish:
    """What somebody says of an edge.

    Args:
        what: stop, transformation or removal.
        evidence: how one can see that it is so; ten letters at least.
        ends_on: last day: within 90 days for a stop, 365 for a transformation; none for a removal.
        method: of a transformation.
        lowers_to: the rank that a transformation still lets through, 1 to 4.
        conditions: ``{"k": 10}``: the least group that the target dataset shows.
    """

    what: str
    evidence: str
    ends_on: date | None = None
    method: str = ""
    lowers_to: int = 0
    conditions: Mapping[str, int] = field(default_factory=dict)


def check(edge: ColumnEdge, wish: Wish, passes: int) -> None:
    """Refuse what could never hold, all faults at once.

    Raises:
        Invalid: by field.
    """
    errors: dict[str, list[str]] = {}
    if len(wish.evidence.strip()) < 10:
        errors["evidence"] = [_("Say in a sentence how one can see that it is so.")]
    if wish.what not in What.values:
        errors["what"] = [_("Choose stop, transformation or removal.")]
    elif wish.what == What.REMOVAL:
        if edge.gone_at is None:
            errors["what"] = [_("It is still said. Take it out where it is said first.")]
    else:
        _check_end(wish, errors)
        if edge.gone_at is not None or edge.source_id is None:
            errors["what"] = [_("It is no longer said. Ask for its removal.")]
    if wish.what == What.TRANSFORMATION:
        _check_transformation(edge, wish, passes, errors)
    if errors:
        raise Invalid(errors=errors)


def _check_end(wish: Wish, errors: dict[str, list[str]]) -> None:
    today, most = clock.now().date(), MOST_DAYS[wish.what]
    if wish.ends_on is None or not today <= wish.ends_on <= today + timedelta(days=most):
        errors["ends_on"] = [_("Name the last day, within %(days)d days.") % {"days": most}]


def _check_transformation(edge: ColumnEdge, wish: Wish, passes: int, errors: dict[str, list[str]]) -> None:
    if wish.method not in Method.values:
        errors["method"] = [_("Choose how the values are changed.")]
        return
    least = LEAST[Method(wish.method)]
    if not least <= wish.lowers_to < min(passes, HIGHEST):
        errors["lowers_to"] = [
            _("Choose a level from L%(least)d to one below L%(now)d.") % {"least": least, "now": passes}
        ]
    if not edge.sql_hash:
        errors["what"] = [_("Nothing says by which SQL this is done. Give the statement with the lineage first.")]
    if set(wish.conditions) - {"k"} or not all(isinstance(k, int) and k > 0 for k in wish.conditions.values()):
        errors["conditions"] = [_("The one condition is k, a whole number.")]
    elif wish.method == Method.AGGREGATE_K and wish.conditions.get("k", 0) < LEAST_K:
        errors["conditions"] = [_("Groups have at least %(k)d members: say k.") % {"k": LEAST_K}]


def passes_of(edge: ColumnEdge) -> int:
    """What the near end of an edge passes on now."""
    if edge.held is not None:
        return int(edge.held)
    if edge.kind == ColumnEdge.Kind.UNKNOWN:
        return int(edge.source_dataset.thing.level)
    return passing_on([edge.source_id]).get(edge.source_id, 0) if edge.source_id is not None else 0


def content_of(attestation: Attestation) -> str:
    """SHA-256 over what is agreed to: a vote binds it."""
    names = (
        "what", "edge_id", "source_id", "source_dataset_id", "target_id", "target_dataset_id", "rank", "method",
        "lowers_to", "conditions", "sql_hash", "evidence",
    )  # fmt: skip
    body = {name: getattr(attestation, name) for name in names}
    body["ends_on"] = attestation.ends_on.isoformat() if attestation.ends_on else None
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


@once
def edge_of(attestation: Attestation) -> ColumnEdge | None:
    """The edge, as it is now; None when it went."""
    return _edges_of([attestation]).get(attestation.edge_id)


@once
def faults_of(attestation: Attestation) -> list[str]:
    """Why it does not hold, or would not when agreed to, as public words: gone, sql, stricter, k, said, ended."""
    edge = edge_of(attestation)
    near = [edge.source_id] if edge is not None and edge.source_id is not None else []
    return list(_faults(attestation, edge, passing_on(near)))


def faults_among(attestations: Sequence[Attestation]) -> dict[int, list[str]]:
    """`faults_of` of several by their id, in two queries."""
    edges = _edges_of(attestations)
    passing = passing_on([edge.source_id for edge in edges.values() if edge.source_id is not None])
    return {one.pk: list(_faults(one, edges.get(one.edge_id), passing)) for one in attestations}


def _faults(attestation: Attestation, edge: ColumnEdge | None, passing: Mapping[int, int]) -> Iterator[str]:
    if attestation.what == What.REMOVAL:
        if edge is not None and edge.gone_at is None:
            yield "said"
        return
    if edge is None or edge.gone_at is not None or edge.source_id is None:
        yield "gone"
    elif edge.sql_hash != attestation.sql_hash:
        yield "sql"
    if edge is not None and passing.get(edge.source_id or 0, edge.held or 0) > attestation.rank:
        yield "stricter"
    if attestation.conditions.get("k", 0) > (attestation.target_dataset.min_group or 0):
        yield "k"
    if attestation.ends_on is not None and attestation.ends_on < clock.now().date():
        yield "ended"


def _edges_of(attestations: Sequence[Attestation]) -> dict[int, ColumnEdge]:
    rows = ColumnEdge.objects.unrestricted(_WHY).filter(pk__in=[one.edge_id for one in attestations])
    rows = rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain")
    return {edge.pk: edge for edge in rows}


def passing_on(column_ids: Sequence[int]) -> dict[int, int]:
    """What columns pass on, by id."""
    if not column_ids:
        return {}
    return dict(
        bulk.rows_of(
            f"SELECT c.id, {seeping.PASSES.format('c')} FROM catalog_column c WHERE c.id = ANY(%s)",  # noqa: S608
            [list(column_ids)],
        )
    )


def fault_words(fault: str) -> str:
    """Why, in a sentence."""
    words = {
        "gone": _("The lineage that it speaks of is not said any more."),
        "sql": _("The SQL is not the one that was looked at."),
        "stricter": _("The column is stricter now than when this was written."),
        "k": _("The dataset may show smaller groups than the condition says."),
        "said": _("The lineage is still said."),
        "ended": _("Its last day has passed."),
    }
    return words[fault]


def barred_from(attestation: Attestation) -> set[int]:
    """Who may not agree: who proposed it, and who said the edge by hand."""
    edge = edge_of(attestation)
    sayer = {edge.by_id} if edge is not None and edge.origin == ColumnEdge.Origin.HAND else set()
    return {attestation.proposer_id, *sayer}


def slots_of(attestation: Attestation) -> list[Slot]:
    """Whom the level asks for, of the dataset that the data comes from; a transformation takes two at least."""
    at_least = 2 if attestation.what == What.TRANSFORMATION else 1
    rank = max(attestation.rank, 1)
    return approvers.slots_for(attestation.source_dataset, rank, barred_from(attestation), at_least=at_least)


def tally_of(attestation: Attestation) -> Tally:
    """Count the agreements that still hold."""
    said = agreements(attestation.thing, attestation.content_hash, barred_from(attestation))
    return tallied(slots_of(attestation), said, attestation.source_dataset)


def called_for(attestation: Attestation) -> list[Any]:
    """The people who may agree and see both ends."""
    out = barred_from(attestation)
    people = {p.pk: p for slot in slots_of(attestation) for name in slot.fits
              for p in approvers.holders(attestation.source_dataset, name) if p.pk not in out}  # fmt: skip
    ends = (attestation.source_dataset.thing, attestation.target_dataset.thing)
    return [person for person in people.values() if all(grade_of(person, end) >= COLUMNS for end in ends)]


def impact_of_attestation(attestation: Attestation, reader: Any) -> Impact:
    """What it would change if all that must agree did so now; nothing when it would not hold."""
    edge = edge_of(attestation)
    if edge is None or faults_of(attestation):
        return Impact()
    return impact_of_letting(edge, attestation.lowers_to if attestation.what == What.TRANSFORMATION else 0, reader)


def recap(attestations: Sequence[Attestation]) -> None:
    """Let the database count again what the edges let through; the caller settles."""
    nears = [one.source_id for one in attestations if one.source_id is not None]
    if nears:
        bulk.run("SELECT governance_recap(%s, %s)", [nears, [one.target_dataset_id for one in attestations]])
