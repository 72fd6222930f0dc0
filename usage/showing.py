"""What the pages and the API say of usage and decisions, for one reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Dataset, Product
from guard import clock, things
from guard.doors import grades_of, held_by, held_on
from guard.joints import joints_from, joints_into
from guard.memory import once
from guard.models import Link
from guard.policy import READ, Held
from guard.wall import past_the_policy
from usage.actions.loading import LOADERS as MAY_LOAD
from usage.counting import counted, counted_decisions, why_not_counted
from usage.formulas import WINDOW_DAYS, Rate, asset_usage_rate, decision_hit_rate, decision_rate
from usage.models import ActorKind, Decision, Evidence, QueryShape, UsageDaily, UsageLoad
from usage.rates import FEWEST, LIVE, ProductUse, use_of, with_use
from usage.states import DRAFTERS
from web.cells import short_day
from web.charts import Bar, bars

DUTIES = {"owner", "steward", "pm"}
OVERSEERS = ("governance_lead", "auditor")
LOADERS = ("data_engineer", "data_pm", "governance_lead", "auditor", "admin")
MOST_PRODUCTS, MOST_UNUSED, MOST_LOADS, WEEKS, QUARTER = 100, 10, 10, 8, 91
_COUNTED = "use of a dataset that the reader sees; only counts are shown"
WHY = "the far ends are judged by grade before anything of them is shown"


@dataclass(frozen=True)
class Shown:
    """The use of one product as one reader may know it: few people are not counted out to those without a duty."""

    use: ProductUse
    is_kept_back: bool

    @property
    def active(self) -> int | None:
        return None if self.is_kept_back else self.use.rate.numerator

    @property
    def percent(self) -> float | None:
        return None if self.is_kept_back else self.use.percent

    @property
    def style(self) -> str:
        return "" if self.use.is_on_target else "warn"

    @property
    def words(self) -> str:
        """The rate in words, as text beside the meter and as its alternative."""
        rate = self.use.rate
        if not rate.denominator:
            return _("Nobody has said whom it was built for.")
        if self.is_kept_back:
            return _("Fewer than %(few)s of %(all)s people") % {"few": FEWEST, "all": rate.denominator}
        return _("%(n)s of %(all)s people, %(percent)s %%") % {
            "n": rate.numerator, "all": rate.denominator, "percent": rate.percent()
        }  # fmt: skip


def shown(*uses: ProductUse, actor: Any) -> list[Shown]:
    """The use of products for a reader; whether one answers for them is asked for all at once, and only for few."""
    few = [use.product.pk for use in uses if 0 < use.rate.numerator < FEWEST]
    held = held_on(actor, few) if few and not actor.has_role(*OVERSEERS) else None
    return [
        Shown(use, use.product.pk in few and held is not None and not _answers(held.get(use.product.pk, [])))
        for use in uses
    ]


def _answers(held: Iterable[Held]) -> bool:
    return any(standing.reason in DUTIES for standing in held)


def has_duty(actor: Any, thing: Any) -> bool:
    """Whether a reader answers for a thing or oversees all of them."""
    return actor.has_role(*OVERSEERS) or _answers(held_by(actor, thing))


def products_of(actor: Any) -> list[Shown]:
    """Live products that the reader may see, with their use; the farthest below their target first."""
    rows = with_use(Product.objects.visible_to(actor).filter(thing__state__in=LIVE))
    uses = [use_of(product) for product in rows.order_by("thing__title")[:MOST_PRODUCTS]]
    uses.sort(key=lambda use: (use.percent or 0) - float(use.target or 0))
    return shown(*uses, actor=actor)


def overview(actor: Any) -> dict[str, Any]:
    """Everything on the page of usage."""
    products = products_of(actor)
    unused = unused_datasets(actor)
    has_loads, was_shifted = _loads()
    return {
        "products": products, "rates": rates_of(products, actor), "unused": unused[:MOST_UNUSED],
        "more_unused": len(unused) > MOST_UNUSED, "window": WINDOW_DAYS, "has_loads": has_loads,
        "loads": loads_for(actor), "may_load": MAY_LOAD.permits(actor.principal), "is_shifted": was_shifted,
    }  # fmt: skip


def rates_of(products: list[Shown], actor: Any) -> list[tuple[str, Rate]]:
    """The rates over all live products that the reader may see (formulas of domain.md)."""
    live = [str(one.use.product.pk) for one in products]
    used = [str(one.use.product.pk) for one in products if one.use.rate.numerator]
    lately = Count("pk", filter=Q(attested_at__gte=clock.now() - timedelta(days=QUARTER)))
    made = counted_decisions(actor).order_by().values_list("verdict").annotate(n=Count("pk"), lately=lately)
    verdicts, recent = Counter[str](), 0
    for verdict, number, late in made:
        verdicts[verdict] += number
        recent += late
    return [
        (_("Products used by people"), asset_usage_rate(live, used)),
        (_("Decisions a product, 91 days"), decision_rate(recent, live)),
        (_("Decisions that held"), decision_hit_rate(verdicts.elements())),
    ]


def unused_datasets(actor: Any) -> list[Dataset]:
    """Datasets whose use the reader may see and that nobody used in the window; one more than is shown."""
    since = clock.now().date() - timedelta(days=WINDOW_DAYS)
    used = UsageDaily.objects.unrestricted(WHY).filter(
        dataset_id=OuterRef("pk"), day__gt=since, actor_kind=ActorKind.HUMAN
    )
    rows = Dataset.objects.visible_to(actor, action="columns").filter(~Exists(used))
    return list(rows.order_by("thing__title")[: MOST_UNUSED + 1])


def loads_for(actor: Any) -> list[dict[str, Any]]:
    """The last loads, for those who look after data: a table that no dataset is has no owner who could object."""
    if not actor.has_role(*LOADERS):
        return []
    rows = UsageLoad.objects.select_related("by")[:MOST_LOADS]
    return [{"load": row, "parsed": Rate(row.parsed_rows, row.rows).percent()} for row in rows]


def of_dataset(dataset: Dataset, actor: Any) -> dict[str, Any]:
    """The use of one dataset over the last weeks; the caller has opened its columns."""
    today = clock.now().date()
    mine = UsageDaily.objects.visible_to(actor).filter(dataset_id=dataset.pk)
    weeks = _weeks(mine, today)
    recent = mine.filter(day__gt=today - timedelta(days=WINDOW_DAYS))
    people = recent.filter(actor_kind=ActorKind.HUMAN).aggregate(n=Count("login", distinct=True))["n"]
    machines = recent.exclude(actor_kind=ActorKind.HUMAN).aggregate(n=Sum("events"))["n"] or 0
    few = 0 < people < FEWEST and not has_duty(actor, dataset.thing)
    said = _("Fewer than %(few)s people") % {"few": FEWEST} if few else (
        ngettext("%(n)s person", "%(n)s people", people) % {"n": people}
    )  # fmt: skip
    totals = past_the_policy(_COUNTED, QueryShape.objects).filter(tables__dataset_id=dataset.pk, tables__is_write=False)
    return {
        "chart": bars(weeks, _("Uses by people, by week")) if any(week.value for week in weeks) else "",
        "people": people, "people_words": said, "machines": machines, "window": WINDOW_DAYS,
        "totals": totals.aggregate(n=Sum("total_calls"))["n"] or 0, "is_shifted": is_shifted(),
    }  # fmt: skip


def of_product(product: Product, actor: Any) -> dict[str, Any]:
    """The use of one product, with the weeks of what it contains as far as the reader may see that."""
    today = clock.now().date()
    inside = Link.objects.unrestricted(WHY).filter(source_id=product.pk, relation="contains").values("target_id")
    weeks = _weeks(UsageDaily.objects.visible_to(actor).filter(dataset_id__in=inside), today)
    return {
        "shown": shown(use_of(product), actor=actor)[0], "window": WINDOW_DAYS, "is_shifted": is_shifted(),
        "chart": bars(weeks, _("Uses by people, by week")) if any(week.value for week in weeks) else "",
        "decisions": decisions_with(product, actor),
    }  # fmt: skip


def is_shifted() -> bool:
    """Whether dates of any load were moved, as in the demo: every page with usage says so."""
    return _loads()[1]


@once
def _loads() -> tuple[bool, bool]:
    """Whether anything was ever loaded, and whether dates of any load were moved."""
    found = UsageLoad.objects.aggregate(n=Count("pk"), shifted=Count("pk", filter=Q(is_shifted=True)))
    return found["n"] > 0, found["shifted"] > 0


def decisions_with(product: Product, actor: Any) -> list[Decision]:
    """The decisions made with a product that the reader may see, newest first."""
    joints = Link.objects.unrestricted(WHY).filter(target_id=product.pk, relation="uses", source__kind="decision")
    rows = Decision.objects.visible_to(actor).filter(pk__in=joints.values("source_id"))
    return list(rows.order_by("-thing__created_at")[:5])


def _weeks(rows: Any, today: date) -> list[Bar]:
    """Executions by people in each of the last weeks, the oldest first."""
    first = today - timedelta(days=7 * WEEKS - 1)
    found = rows.filter(day__gte=first, actor_kind=ActorKind.HUMAN).values_list("day").annotate(n=Sum("events"))
    sums = [0] * WEEKS
    for day, count in found.order_by():
        if day <= today:
            sums[(day - first).days // 7] += count
    starts = [first + timedelta(days=7 * week) for week in range(WEEKS)]
    return [
        Bar(_("from %(day)s") % {"day": short_day(start)}, value) for start, value in zip(starts, sums, strict=True)
    ]


def of_decision(decision: Decision, actor: Any) -> dict[str, Any]:
    """Everything on the page of one decision."""
    held = {getattr(standing, "reason", standing) for standing in held_by(actor, decision.thing)}
    evidence, more_evidence = evidence_of(decision, actor)
    is_open = decision.state == "proposed"
    return {
        "decision": decision, "evidence": evidence, "more_evidence": more_evidence,
        "makers": things.standing_people(decision, "decision_maker"), "lacks": why_not_counted(decision),
        "product": _far(decision, "uses", actor), "raised": raised_by(decision, actor),
        "earlier": _far(decision, "replaces", actor), "later": _near(decision, "replaces", actor),
        "is_open": is_open, "may_edit": is_open and ("author" in held or "decision_maker" in held
                                                     or actor.has_role("data_pm")),
        "may_raise": decision.state != "rejected" and DRAFTERS.permits(actor.principal, held_by(actor, decision.thing)),
        "may_look_back": decision.state in ("accepted", "implemented") and "decision_maker" in held,
        "is_due": decision.review_on is not None and decision.review_on <= clock.now().date() and not decision.verdict,
    }  # fmt: skip


def evidence_of(decision: Decision, actor: Any) -> tuple[list[Evidence], int]:
    """Pinned evidence that the reader may see, and how many items they may only know of."""
    rows = list(Evidence.objects.visible_to(actor).filter(decision=decision).select_related("thing__domain"))
    grades = grades_of(actor, [row.thing for row in rows])
    seen = [row for row in rows if grades[row.thing_id] >= READ]
    return seen, sum(grades[row.thing_id] == 1 for row in rows)


def counts(actor: Any, keys: Iterable[int]) -> set[int]:
    """Which of these decisions count."""
    return set(Decision.objects.visible_to(actor).filter(counted(), pk__in=keys).values_list("pk", flat=True))


def raised_by(decision: Decision, actor: Any) -> list[Any]:
    """The requests that a decision led to, as far as the reader may see them."""
    return _far(decision, "raises", actor)


def _far(decision: Decision, relation: str, actor: Any) -> list[Any]:
    return _read([joint.target for joint in joints_from([decision.pk], relation)], actor)


def _near(decision: Decision, relation: str, actor: Any) -> list[Any]:
    near = [joint.source for joint in joints_into([decision.pk], relation)]
    return _read([thing for thing in near if thing.kind == "decision"], actor)


def _read(far: list[Any], actor: Any) -> list[Any]:
    grades = grades_of(actor, far)
    return [thing for thing in far if grades[thing.pk] >= READ]
