"""How strong an insight's evidence is, counted from the quotes that still have their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from demand.models import Insight, Quote
from guard.joints import joints_from
from guard.memory import once
from guard.models import Link, Thing

SUPPORTS, CONTRADICTS = "supports", "contradicts"
ENOUGH_PEOPLE = 2  # domain.md INS-1
CAPS = (50, 60, 80, 100)  # per cent of confidence that evidence of strength 0..3 allows (EFF-101)
_WHY = "evidence is counted whoever looks"


@dataclass(frozen=True)
class Evidence:
    """What an insight rests on.

    Args:
        participants: distinct people behind the supporting quotes.
        org_units: distinct parts of the organisation that they work in.
        is_measured: a number from a named source stands beside.
        contradicting: keys of the quotes that say otherwise.
    """

    participants: int
    org_units: int
    is_measured: bool
    contradicting: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """INS-1: two people, or one and a measured value."""
        return self.participants >= ENOUGH_PEOPLE or (self.participants == 1 and self.is_measured)

    @property
    def strength(self) -> int:
        """0 none, 1 one voice, 2 fair, 3 strong (people from two units, and measured or three people)."""
        if not self.participants:
            return Insight.Strength.NONE
        if not self.is_enough:
            return Insight.Strength.SINGLE
        if self.org_units >= ENOUGH_PEOPLE and (self.is_measured or self.participants > ENOUGH_PEOPLE):
            return Insight.Strength.STRONG
        return Insight.Strength.FAIR


def quote_ids(insight: Insight, role: str) -> list[int]:
    """The Things of the quotes that support or contradict an insight."""
    return quotes_by_role(insight)[role]


def quotes_by_role(insight: Insight) -> dict[str, list[int]]:
    """The Things of the quotes that an insight rests on, by `SUPPORTS` and `CONTRADICTS`."""
    found: dict[str, list[int]] = {SUPPORTS: [], CONTRADICTS: []}
    for joint in joints_from([insight.pk], "rests_on"):
        found.setdefault(joint.role, []).append(joint.target_id)
    return found


@once
def evidence_of(insight: Insight) -> Evidence:
    """Count what an insight rests on; a purged quote counts no more."""
    by_role = quotes_by_role(insight)
    said = set(by_role[SUPPORTS])
    living = Quote.objects.unrestricted(_WHY).filter(purged_at=None, pk__in=[*said, *by_role[CONTRADICTS]])
    rows = living.order_by("pk").values_list(
        "pk", "thing__key", "interview__participant_id", "interview__participant__org_unit"
    )
    people, units, against = set(), set(), []
    for pk, key, who, unit in rows:
        if pk in said:
            people.add(who)
            units |= {unit} - {""}
        if pk in by_role[CONTRADICTS]:
            against.append(key)
    return Evidence(len(people), len(units), insight.is_measured, tuple(against))


def recount(insight: Insight) -> bool:
    """Count the evidence of an insight again, inside an act.

    Returns:
        Whether it is marked as supported and its evidence falls short of that.
    """
    evidence = evidence_of(insight)
    insight.participants, insight.org_units = evidence.participants, evidence.org_units
    insight.contradictions, insight.strength = len(evidence.contradicting), evidence.strength
    insight.save(update_fields=["participants", "org_units", "contradictions", "strength"])
    return insight.state == "supported" and not evidence.is_enough


def insights_resting_on(quote_ids: Iterable[int]) -> list[Insight]:
    """The insights joined to any of these quotes."""
    joints = Link.objects.unrestricted(_WHY).filter(target_id__in=list(quote_ids), relation="rests_on")
    return list(Insight.objects.unrestricted(_WHY).filter(pk__in=list(joints.values_list("source_id", flat=True))))


def supported_insights(thing_ids: Iterable[int]) -> list[Thing]:
    """The supported insights to which these things are joined, by a Link in either direction or over a request.

    Args:
        thing_ids: Things of products, PRDs or requests.

    Returns:
        Distinct Things of kind insight in state supported (for gates such as DP-G1; not filtered for a reader).
    """
    wanted = set(thing_ids)
    rows = Link.objects.unrestricted(_WHY)
    near = set(wanted)
    for _step in range(2):  # thing -> request -> insight
        near |= set(
            rows.filter(source_id__in=near, target__kind__in=("insight", "request")).values_list("target_id", flat=True)
        )
        near |= set(
            rows.filter(target_id__in=wanted, source__kind__in=("insight", "request", "prd")).values_list(
                "source_id", flat=True
            )
        )
    return list(Thing.objects.unrestricted(_WHY).filter(pk__in=near, kind="insight", state="supported").order_by("pk"))


def confidence_cap(request_id: int) -> int:
    """The most confidence, per cent, that the insights a request answers allow; 50 without any."""
    joined = Link.objects.unrestricted(_WHY).filter(source_id=request_id, relation="answers")
    strengths = (
        Insight.objects.unrestricted(_WHY)
        .filter(pk__in=list(joined.values_list("target_id", flat=True)))
        .exclude(thing__state="retired")
        .values_list("strength", flat=True)
    )
    return max((CAPS[strength] for strength in strengths), default=CAPS[0])
