"""How much what was built is used, and by whom it was built for (formulas in usage.formulas)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, F, Func, OuterRef, Subquery

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


def with_use(products: Any) -> Any:
    """The rows of a query of products with all that `use_of` counts, in the same statement, however many there are."""
    since = clock.now().date() - timedelta(days=WINDOW_DAYS)
    inside = Link.objects.unrestricted(WHY).filter(source_id=OuterRef(OuterRef("pk")), relation="contains")
    days = UsageDaily.objects.unrestricted(WHY).filter(dataset_id__in=inside.values("target_id"), day__gt=since)
    people = days.filter(actor_kind=ActorKind.HUMAN).order_by()
    audience = Membership.objects.filter(team_id=OuterRef("audience_team_id"), person__is_active=True)
    joints = Link.objects.unrestricted(WHY).filter(
        target_id=OuterRef(OuterRef("pk")), relation="uses", source__kind="decision"
    )
    made = Decision.objects.unrestricted(WHY).filter(counted(), pk__in=joints.values("source_id")).order_by()
    return products.annotate(
        eligible_ids=ArraySubquery(audience.values("person_id")),
        active_ids=ArraySubquery(people.exclude(person=None).values("person_id").distinct()),
        logins_seen=_one(people, "COUNT(DISTINCT %(expressions)s)", "login"),
        machine_events=_one(days.exclude(actor_kind=ActorKind.HUMAN).order_by(), "COALESCE(SUM(%(expressions)s), 0)",
                            "events"),
        decisions_counted=_one(made, "COUNT(%(expressions)s)", "pk"),
        decisions_held=_one(made.filter(verdict="held"), "COUNT(%(expressions)s)", "pk"),
    )  # fmt: skip


def _one(rows: Any, template: str, field: str) -> Subquery:
    """One number over all rows of a subquery; a plain aggregate would group by the outer row."""
    number = Func(F(field), template=template, output_field=BigIntegerField())
    return Subquery(rows.annotate(number=number).values("number"))


def use_of(product: Product) -> ProductUse:
    """The use of one product; the caller has read it through the policy, best with `with_use`."""
    counted_row: Any = product
    if not hasattr(product, "eligible_ids"):
        counted_row = with_use(Product.objects.unrestricted(WHY)).get(pk=product.pk)
    eligible = {str(pk) for pk in counted_row.eligible_ids}
    if eligible:
        rate = data_usage_rate(eligible, {str(pk) for pk in counted_row.active_ids})
    else:
        number = 0 if product.audience_team_id is not None else product.eligible_count or 0
        rate = Rate(min(counted_row.logins_seen, number), number)
    return ProductUse(
        product, rate, product.usage_target, counted_row.machine_events, counted_row.decisions_counted,
        counted_row.decisions_held,
    )  # fmt: skip


def products_of_interest(actor: Any, *, limit: int = 6) -> list[ProductUse]:
    """The live products that a person may see, the least used against their target first."""
    products = with_use(Product.objects.visible_to(actor).filter(thing__state__in=LIVE))
    uses = [use_of(product) for product in products.order_by("thing__title")[: limit * 3]]
    return sorted(uses, key=lambda use: (use.percent or 0) - float(use.target or 0))[:limit]
