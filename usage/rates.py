"""How much what was built is used, and by whom it was built for (formulas in usage.formulas)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum

from catalog.models import Product
from guard import clock
from guard.models import Link
from people.models import Membership
from usage.counting import counted
from usage.formulas import WINDOW_DAYS, Rate, data_usage_rate
from usage.models import ActorKind, Decision, UsageDaily

WHY = "use is counted over all of a product's datasets; only counts leave this module"
LIVE = ("live", "iterate", "trial")
FEWEST = 5  # fewer people than this are not counted out to a reader without a duty (governance.md, case 26)


@dataclass(frozen=True)
class ProductUse:
    """What one product's page and the home page say of its use in the last 28 days."""

    product: Product
    rate: Rate
    target: float | None
    machine_events: int
    decisions: int
    held: int

    @property
    def percent(self) -> float | None:
        """Usage rate in percent."""
        return self.rate.percent()

    @property
    def is_on_target(self) -> bool:
        """Whether the rate reaches the product's target; a product without a target is judged by nobody."""
        return self.target is None or self.rate.reaches(self.target / 100)


def datasets_of(product: Any) -> list[int]:
    """Ids of the datasets that a product contains."""
    joints = Link.objects.unrestricted(WHY).filter(source_id=product.pk, relation="contains")
    return list(joints.values_list("target_id", flat=True))


def eligible_people(product: Product) -> tuple[set[int], int]:
    """Who the product was built for: ids of the audience's people, and their number where only that is known."""
    if product.audience_team_id is not None:
        people = Membership.objects.filter(team_id=product.audience_team_id, person__is_active=True)
        ids = set(people.values_list("person_id", flat=True))
        return ids, len(ids)
    return set(), product.eligible_count or 0


def use_of(product: Product) -> ProductUse:
    """The use of one product; the caller has read it through the policy."""
    since = clock.now().date() - timedelta(days=WINDOW_DAYS)
    days = UsageDaily.objects.unrestricted(WHY).filter(dataset_id__in=datasets_of(product), day__gt=since)
    eligible, number = eligible_people(product)
    people = days.filter(actor_kind=ActorKind.HUMAN)
    active = set(people.exclude(person=None).values_list("person_id", flat=True))
    if eligible:
        rate = data_usage_rate({str(pk) for pk in eligible}, {str(pk) for pk in active})
    else:
        seen = people.aggregate(n=Count("login", distinct=True))["n"]
        rate = Rate(min(seen, number), number)
    machines = days.exclude(actor_kind=ActorKind.HUMAN).aggregate(n=Sum("events"))["n"] or 0
    made = Decision.objects.unrestricted(WHY).filter(counted(), pk__in=_decisions_with(product))
    held = made.filter(verdict="held").count()
    return ProductUse(product, rate, product.usage_target, machines, made.count(), held)


def _decisions_with(product: Product) -> Iterable[int]:
    joints = Link.objects.unrestricted(WHY).filter(target_id=product.pk, relation="uses", source__kind="decision")
    return list(joints.values_list("source_id", flat=True))


def products_of_interest(actor: Any, *, limit: int = 6) -> list[ProductUse]:
    """The live products that a person may see, the least used against their target first."""
    products = Product.objects.visible_to(actor).filter(thing__state__in=LIVE).order_by("thing__title")[: limit * 3]
    uses = [use_of(product) for product in products]
    return sorted(uses, key=lambda use: (use.percent or 0) - float(use.target or 0))[:limit]
