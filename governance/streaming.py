"""What should be known of column lineage: LIN-5 to LIN-10, each for one reader who sees both ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Column, ColumnEdge, Dataset
from governance import attesting
from governance.models import Attestation
from governance.states import AttestationState
from guard.doors import opened_all
from guard.gates import INFO, WARNING, Finding
from guard.kinds import url_of

MOST = 200  # of one rule; the list says when there are more
RULES = ("LIN-5", "LIN-6", "LIN-7", "LIN-8", "LIN-9", "LIN-10")


def findings(reader: Any, dataset: Dataset | None = None) -> list[Finding]:
    """Everything that the stream asks somebody to look at.

    Args:
        reader: who sees the columns of both ends; nothing is said of what they do not see.
        dataset: at the far end (for LIN-8: at either); None for all.

    Returns:
        In the order of the rules, at most MOST of each.
    """
    edges = ColumnEdge.objects.visible_to(reader).select_related("source_dataset__thing", "target_dataset__thing")
    into = edges if dataset is None else edges.filter(target_dataset=dataset)
    said = Attestation.objects.visible_to(reader).select_related(
        "thing__domain", "source_dataset__thing", "target_dataset__thing", "proposer"
    )
    said = said if dataset is None else said.filter(target_dataset=dataset)
    found = [
        *_raised(reader, dataset), *_over(said), *_lost(said), *_unclassified(into), *_gone(into), *_unknown(into),
    ]  # fmt: skip
    opened_all(reader, [one.subject for one in found if one.subject is not None])  # they name its columns
    return found


def raised(reader: Any, dataset: Dataset | None = None) -> Any:
    """Columns at which more arrives than people agreed to for them."""
    rows = Column.objects.visible_to(reader).annotate(
        has=Greatest(Coalesce(F("level"), 0), Coalesce(F("proposed_level"), 0), F("floor"))
    )
    rows = rows if dataset is None else rows.filter(dataset=dataset)
    return rows.filter(propagated__gt=F("has")).select_related("dataset__thing__domain")


def _raised(reader: Any, dataset: Dataset | None) -> Iterator[Finding]:
    for column in raised(reader, dataset).order_by("-propagated", "pk")[:MOST]:
        yield Finding(
            "LIN-5",
            _("L%(rank)d arrives at %(dataset)s.%(column)s and counts. Agree to the level, or vouch for a stop.")
            % {"rank": column.propagated, "dataset": column.dataset.qualified_name, "column": column.name},
            WARNING, link=_lineage_of(column.dataset), subject=column.dataset.thing, section=column.name,
        )  # fmt: skip


def _over(said: Any) -> Iterator[Finding]:
    """Ended by its day, and nothing has taken its place."""
    live = Attestation.objects.unrestricted("whether something took its place is asked of those that were shown")
    rows = said.filter(thing__state=AttestationState.ENDED)
    rows = rows.exclude(edge__in=live.filter(thing__state=AttestationState.LIVE).values("edge"))
    standing = ColumnEdge.objects.unrestricted("whether the lineage stands is asked of those that were shown")
    for attestation in rows.filter(edge__in=standing.values("pk")).order_by("-ended_at")[:MOST]:
        yield _of(attestation, "LIN-6", _("%(key)s ended: what it held back arrives again.") % {"key": attestation.key})


def _lost(said: Any) -> Iterator[Finding]:
    live = list(said.filter(thing__state=AttestationState.LIVE).order_by("pk")[:MOST])
    faults = attesting.faults_among(live)
    for attestation in live:
        for fault in faults[attestation.pk]:
            facts = {"key": attestation.key, "why": attesting.fault_words(fault)}
            yield _of(attestation, "LIN-7", _("%(key)s holds nothing back. %(why)s") % facts)


def _unclassified(edges: Any) -> Iterator[Finding]:
    unknown = Q(source__level=None, source__proposed_level=None, source__floor=0)
    rows = edges.filter(unknown, source__isnull=False, kind=ColumnEdge.Kind.DERIVES)
    for edge in rows.order_by("source_id", "pk").distinct("source_id")[:MOST]:
        yield Finding(
            "LIN-8",
            _("Nobody has classified %(dataset)s.%(column)s, so its own level is not passed on.")
            % {"dataset": edge.source_dataset.qualified_name, "column": edge.source_name},
            WARNING, link=reverse("governance:review-propose", args=[edge.source_dataset.key]),
            subject=edge.source_dataset.thing, section=edge.source_name,
        )  # fmt: skip


def _gone(edges: Any) -> Iterator[Finding]:
    for edge in edges.filter(gone_at__isnull=False).order_by("pk")[:MOST]:
        yield Finding(
            "LIN-9",
            _("%(way)s is no longer said and still counts, until others agree that it is no more.")
            % {"way": way_words(edge)},
            WARNING, link=reverse("governance:attestation-new", args=[edge.pk]), subject=edge.target_dataset.thing,
            section=edge.target_name,
        )  # fmt: skip


def _unknown(edges: Any) -> Iterator[Finding]:
    for edge in edges.filter(kind=ColumnEdge.Kind.UNKNOWN).order_by("pk")[:MOST]:
        yield Finding(
            "LIN-10",
            _("%(target)s reads %(source)s, nobody knows by which columns: it counts as strict as all of it.")
            % {"target": edge.target_dataset.qualified_name, "source": edge.source_dataset.qualified_name},
            INFO, link=_lineage_of(edge.target_dataset), subject=edge.target_dataset.thing,
        )  # fmt: skip


def edges_into(reader: Any, dataset: Dataset) -> list[ColumnEdge]:
    """The edges that lead into a dataset, with what each passes on (`passes`) and what is said of it (`said`)."""
    rows = ColumnEdge.objects.visible_to(reader).filter(target_dataset=dataset)
    edges = list(rows.select_related("source_dataset__thing").order_by("target__position", "kind", "pk")[:MOST])
    passing = attesting.passing_on([edge.source_id for edge in edges if edge.source_id is not None])
    said: dict[int, list[Attestation]] = {}
    states = (AttestationState.OPEN, AttestationState.LIVE)
    spoken = Attestation.objects.visible_to(reader).filter(target_dataset=dataset, thing__state__in=states)
    for attestation in spoken.select_related("thing__domain").order_by("pk"):
        said.setdefault(attestation.edge_id, []).append(attestation)
    for edge in edges:
        whole = edge.source_dataset.level if edge.kind == ColumnEdge.Kind.UNKNOWN else 0
        edge.passes = passing.get(edge.source_id or 0, edge.held or whole)
        edge.said = said.get(edge.pk, [])
    return edges


def way_words(edge: Any) -> str:
    """``ods.cust.id_card → dwd.cust.cust``, of an edge or an attestation whose reader sees both ends."""
    near = ".".join(part for part in (edge.source_dataset.qualified_name, edge.source_name) if part)
    far = ".".join(part for part in (edge.target_dataset.qualified_name, edge.target_name) if part)
    return f"{near} → {far}"


def _of(attestation: Attestation, rule: str, sentence: str) -> Finding:
    return Finding(
        rule, sentence, WARNING, who=[str(attestation.proposer)], link=url_of(attestation),
        subject=attestation.target_dataset.thing, section=attestation.target_name,
    )  # fmt: skip


def _lineage_of(dataset: Dataset) -> str:
    return f"{url_of(dataset)}?tab=lineage"
