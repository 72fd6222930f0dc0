"""DP-G1 to G4: what a data product needs of its PRD and its data before it moves on (domain.md 1.2, stage)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import prohibited
from catalog.models import Dataset
from guard.gates import Finding, gate
from guard.joints import closure, rows_of
from guard.kinds import url_of
from guard.models import Link
from guard.things import standing_people
from prds.models import Prd
from prds.states import PrdState

Facts = Mapping[str, Any]
Findings = Iterator[Finding]
WHY = "a gate judges whoever looks; the reader's view of its findings is filtered"


def _names(thing: Any, *reasons: str) -> tuple[str, ...]:
    return tuple(str(person) for person in standing_people(thing, *reasons))


def _prds_of(product: Any) -> list[Prd]:
    links = Link.objects.unrestricted(WHY).filter(target=product.thing, relation="specifies")
    return list(Prd.objects.unrestricted(WHY).filter(pk__in=links.values_list("source_id", flat=True)))


@gate("DP-G1", kind="product", title=gettext_lazy("A supported insight stands behind it"))
def insight_supports(product: Any, actor: Any, facts: Facts) -> Findings:
    cited = Link.objects.unrestricted(WHY).filter(
        source_id__in=[prd.pk for prd in _prds_of(product)], relation="cites", target__kind="insight",
        target__state="supported",
    )  # fmt: skip
    if not cited.exists():
        yield Finding(
            "DP-G1", _("No supported insight is cited by a PRD of this product."), who=_names(product, "pm"),
            link=url_of(product), subject=product.thing,
        )  # fmt: skip


def _needs(product: Any, rule: str, states: set[str], sentence: str) -> Findings:
    if not any(prd.state in states for prd in _prds_of(product)):
        yield Finding(rule, sentence, who=_names(product, "pm"), link=url_of(product), subject=product.thing)


@gate("DP-G2", kind="product", title=gettext_lazy("Its PRD is in review"))
def prd_is_in_review(product: Any, actor: Any, facts: Facts) -> Findings:
    later = {PrdState.IN_REVIEW, PrdState.CHANGES_REQUESTED, PrdState.APPROVED, PrdState.BUILDING}
    yield from _needs(product, "DP-G2", set(later), _("No PRD of this product is in review."))


@gate("DP-G3", kind="product", title=gettext_lazy("Its PRD is approved"))
def prd_is_approved(product: Any, actor: Any, facts: Facts) -> Findings:
    yield from _needs(
        product, "DP-G3", {PrdState.APPROVED, PrdState.BUILDING}, _("No PRD of this product is approved.")
    )


@gate(prohibited.CONTAINS, kind="product", title=gettext_lazy("It publishes nothing that must not be kept"), law=True)
def publishes_nothing_prohibited(product: Any, actor: Any, facts: Facts) -> Findings:
    """No prohibited category in what it contains, in what its metrics read, or in what its PRDs read."""
    starts = [product.pk, *(prd.pk for prd in _prds_of(product))]
    below = closure(starts, "contains", "offers", "uses", "reads", "derives", "measured_from")
    datasets = rows_of(Dataset, below)
    yield from prohibited.findings_on(prohibited.CONTAINS, [datasets[pk] for pk in sorted(datasets)], actor)
