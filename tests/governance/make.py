"""Datasets with keepers, and short ways to read what a test asserts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from catalog import actions as catalog_actions
from catalog.models import Column, Dataset
from governance import actions
from governance.models import Grant, LevelReview
from governance.reviewing import impact_of_review
from guard.models import Domain, Thing
from people.models import User
from tests.catalog import make

LOOK = "a test looks at what is there"
REASON = "The card token is dropped from the view."


def review(key: Any) -> LevelReview:
    rows = LevelReview.objects.unrestricted(LOOK).select_related("thing__domain", "dataset__thing__domain")
    return rows.get(pk=getattr(key, "pk", key))


def grant(found: Any) -> Grant:
    rows = Grant.objects.unrestricted(LOOK).select_related("thing__domain", "dataset__thing__domain", "requester")
    return rows.get(pk=found.pk)


def dataset(found: Any) -> Dataset:
    rows = Dataset.objects.unrestricted(LOOK).select_related("thing__domain", "warehouse__thing")
    return rows.get(pk=found.pk)


def level(found: Any) -> int:
    return Thing.objects.unrestricted(LOOK).get(pk=found.pk).level


def column(found: Dataset, name: str) -> Column:
    return Column.objects.unrestricted(LOOK).select_related("dataset__thing__domain").get(dataset=found, name=name)


def orders(by: User, domain: Domain, grace: User, levels: dict[str, int | None], name: str = "shop.orders",
           owner: User | None = None, steward: User | None = None, **fields: Any) -> Dataset:  # fmt: skip
    """A dataset with an owner and, when asked for, a steward."""
    made = make.dataset(by, domain, name, levels, **fields)
    if owner is not None:
        catalog_actions.appoint_owner(by=grace, of=made, person=owner)
    if steward is not None:
        catalog_actions.appoint_steward(by=grace, of=made, person=steward)
    return dataset(made)


def seen(found: LevelReview, reader: User) -> str:
    """The digest of the effect, as the page shows it."""
    return impact_of_review(review(found), reader).digest


def reviewed(found: Dataset, proposer: User, reviewer: User, levels: dict[str, int]) -> Dataset:
    """The dataset after its levels were proposed and approved."""
    opened = actions.propose_levels(by=proposer, dataset=found, levels=levels, reason=REASON)
    actions.approve_review(by=reviewer, review=opened, preview=seen(opened, reviewer))
    return dataset(found)


def in_days(days: int) -> date:
    return date.today() + timedelta(days=days)
