"""Campaigns: freezing what is looked at again, who may answer for what, and how carefully it was answered."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Column, Dataset
from governance.models import Campaign, CampaignItem
from guard import ledger, things
from guard.doors import held_on, opened_all

MOST = 2_000  # datasets of one campaign
OWNER_APART_FROM = 4  # rank from which an owner does not confirm their own dataset
HASTY_SECONDS = 5.0  # a dataset that took less on the middle was hardly read
HASTY_TOGETHER = 20
FEW = 5  # answers from which a habit can be seen
KEEPERS = ("owner", "steward")


@dataclass(frozen=True)
class Stamps:
    """How one person answered: how many, how fast, how many at once; `is_hasty` asks for a second look."""

    person: Any
    answers: int
    confirmed: int
    together: int
    seconds: float | None

    @property
    def is_hasty(self) -> bool:
        """All confirmed, and either many in one moment or hardly a moment for each."""
        if self.answers < FEW or self.confirmed < self.answers:
            return False
        return self.together >= HASTY_TOGETHER or (self.seconds is not None and self.seconds < HASTY_SECONDS)


def content_of(datasets: Sequence[Dataset]) -> dict[Any, str]:
    """SHA-256 over the columns of each dataset as they are now: name, type, approved level; by id, one query."""
    lines: dict[Any, list[list[Any]]] = {dataset.pk: [] for dataset in datasets}
    rows = Column.objects.unrestricted("what a campaign freezes is hashed, and nothing of it is shown")
    for pk, *said in (
        rows.filter(dataset__in=lines).order_by("name").values_list("dataset_id", "name", "data_type", "level")
    ):
        lines[pk].append(said)
    return {pk: hashlib.sha256(ledger.canonical({"columns": said}).encode()).hexdigest() for pk, said in lines.items()}


def scope_hash(pairs: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (key, content hash) of every dataset of a campaign, whatever their order."""
    return hashlib.sha256(ledger.canonical({"datasets": sorted(pairs)}).encode()).hexdigest()


def why_not(person: Any, items: Iterable[CampaignItem]) -> dict[int, str]:
    """Why a person does not answer for each dataset, by item id; empty where they may. One query for all.

    An owner or steward of the dataset may, or a governance lead; from L4 on the owner may not.
    """
    items = list(items)
    stands = held_on(person, [item.dataset_id for item in items])
    return {item.pk: _why_not(person, item, {one.reason for one in stands.get(item.dataset_id, ())}) for item in items}


def _why_not(person: Any, item: CampaignItem, held: set[str]) -> str:
    if item.rank >= OWNER_APART_FROM and "owner" in held:
        return _("From L%(rank)d on somebody else than the owner confirms.") % {"rank": OWNER_APART_FROM}
    if not held & set(KEEPERS) and "governance_lead" not in person.principal.roles:
        return _("The owner or a steward of the dataset, or a governance lead, can.")
    return ""


def asked(items: Iterable[CampaignItem]) -> dict[Any, list[Any]]:
    """People who keep each dataset and may answer for it, by item id; none where governance has to."""
    items = list(items)
    owners = things.people_standing_on([item.dataset for item in items], "owner")
    stewards = things.people_standing_on([item.dataset for item in items], "steward")
    found: dict[Any, list[Any]] = {}
    for item in items:
        own = {person.pk: person for person in owners.get(item.dataset_id, ())}
        keep = {person.pk: person for person in stewards.get(item.dataset_id, ())}
        if item.rank >= OWNER_APART_FROM:
            able = {pk: person for pk, person in keep.items() if pk not in own}
        else:
            able = own | keep
        found[item.pk] = [person for person in able.values() if person.is_active]
    return found


def items_for(reader: Any, campaign: Campaign) -> list[CampaignItem]:
    """The items whose datasets this reader may see, unanswered ones first, the strictest first."""
    rows = CampaignItem.objects.visible_to(reader).filter(campaign=campaign)
    rows = rows.select_related("dataset__thing__domain", "decided_by")
    opened_all(reader, [item.dataset for item in rows])
    return sorted(rows, key=lambda item: (bool(item.verdict), -item.rank, item.dataset.title))


def stamps(items: Iterable[CampaignItem]) -> list[Stamps]:
    """How each person answered, the most answers first."""
    by_person: dict[Any, list[CampaignItem]] = defaultdict(list)
    for item in items:
        if item.decided_by is not None:
            by_person[item.decided_by].append(item)
    found = [_stamps_of(person, several) for person, several in by_person.items()]
    return sorted(found, key=lambda one: (-one.answers, str(one.person)))


def _stamps_of(person: Any, items: Sequence[CampaignItem]) -> Stamps:
    moments = sorted(item.decided_at for item in items if item.decided_at)
    between = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return Stamps(
        person,
        answers=len(items),
        confirmed=sum(item.verdict == CampaignItem.Verdict.CONFIRM for item in items),
        together=max(item.together for item in items),
        seconds=median(between) if between else None,
    )


def tally(items: Iterable[CampaignItem]) -> Mapping[str, int]:
    """How many were answered how; the empty word for those that wait."""
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[item.verdict] += 1
    return counts
