"""How the demo's stories are told: by the verbs that people call, at claimed times in the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from catalog import actions as catalog
from catalog.models import Dataset, Product, Warehouse
from demand import actions as demand
from demand.models import Insight, Interview, Quote
from demo.warehouse_tables import typed
from governance import actions as governance
from guard import clock
from guard.models import Domain
from metrics import actions as metrics
from metrics.models import Metric
from people.models import User

WHY = "the demo's teller reads what it has just written"


@dataclass
class Teller:
    """Tells one domain's story. Days count backwards from today; ledger lines say that they were loaded."""

    cast: Mapping[str, User]
    domain: Domain
    today: date = field(default_factory=lambda: timezone.now().date())
    made: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        cast: Mapping[str, User] = self.__dict__.get("cast", {})
        if name in cast:
            return cast[name]
        raise AttributeError(name)

    @contextmanager
    def ago(self, days: int, hour: int = 10) -> Iterator[datetime]:
        """Inside, verbs happened so many days ago."""
        at = datetime.combine(self.today - timedelta(days=days), time(hour), tzinfo=timezone.get_current_timezone())
        with clock.loading(at):
            yield at

    def day(self, days: int) -> date:
        """A day from today; negative lies in the past."""
        return self.today + timedelta(days=days)

    # -- demand
    def hear(self, days: int, title: str, who: Mapping[str, Any], text: str, *, question: str = "") -> Interview:
        """An interview with its transcript, frozen."""
        with self.ago(days):
            interview = demand.plan_interview(
                by=self.priya, domain=self.domain, title=title, new_participant=who, research_question=question,
                consent_status="obtained",
            )  # fmt: skip
            demand.conduct_interview(by=self.priya, interview=interview)
            return demand.record_transcript(by=self.priya, interview=interview, text=text, freeze=True)

    def quote(self, days: int, interview: Interview, exact: str, *codes: str) -> Quote:
        """Words of the transcript, verbatim."""
        with self.ago(days, 11):
            return demand.code_quote(by=self.priya, interview=interview, exact=exact, codes=codes)

    def insight(self, days: int, statement: str, quotes: Sequence[Quote], **more: Any) -> Insight:
        """An insight, supported unless told otherwise; a contradicting quote is answered first."""
        answer, is_supported = more.pop("answer", ""), more.pop("is_supported", True)
        with self.ago(days, 12):
            insight = demand.draft_insight(
                by=self.priya, domain=self.domain, statement=statement, supporting=quotes, **more
            )
            if answer:
                insight = demand.answer_contradictions(by=self.priya, insight=insight, answer=answer)
            return demand.support_insight(by=self.priya, insight=insight) if is_supported else insight

    # -- catalogue
    def warehouse(self, name: str, title: str) -> Warehouse:
        """Where the datasets lie."""
        with self.ago(200):
            return catalog.add_warehouse(by=self.omar, name=name, domain=self.domain, title=title)

    def dataset(
        self, warehouse: Warehouse, name: str, levels: Mapping[str, int | None], *, owner: str = "omar",
        steward: str = "ravi", days: int = 190, review: bool = True,
        personal: Sequence[str] = (), **fields: Any,
    ) -> Dataset:  # fmt: skip
        """A dataset with owner and steward, its levels proposed by one person and reviewed by others.

        `levels` gives the rank by column; None stays unclassified. Types are those of the warehouse.
        """
        types = typed(name)
        with self.ago(days):
            dataset = catalog.add_dataset(
                by=self.omar, warehouse=warehouse, name=name, domain=self.domain,
                columns=[{**types[c], "pii_kind": "personal" * (c in personal)} for c in levels],
                has_personal_data=bool(personal), **fields,
            )  # fmt: skip
            catalog.appoint_owner(by=self.grace, of=dataset, person=self.cast[owner])
            catalog.appoint_steward(by=self.grace, of=dataset, person=self.cast[steward])
        known = {column: rank for column, rank in levels.items() if rank}
        if review and known:
            self.review(dataset, known, days=days - 1)
        return self.fresh(dataset)

    def review(self, dataset: Dataset, levels: Mapping[str, int], *, days: int) -> None:
        """Levels proposed by the engineer, agreed to by whom the level asks for."""
        with self.ago(days):
            review = governance.propose_levels(
                by=self.omar,
                dataset=self.fresh(dataset),
                levels=levels,
                reason="First classification after the import.",
            )
        with self.ago(days, 15):
            governance.approve_review(by=self.grace if max(levels.values()) >= 4 else self.ravi, review=review)

    def product(self, days: int, title: str, **fields: Any) -> Product:
        """A data product of Priya's."""
        with self.ago(days):
            return catalog.add_product(by=self.priya, title=title, domain=self.domain, pm=self.priya, **fields)

    # -- metrics
    def metric(
        self, days: int, code: str, title: str, definition: Mapping[str, Any], *, kind: str = "atomic", owner: str = "",
        certify: bool = True, steward: str = "ravi", **words: Any,
    ) -> Metric:  # fmt: skip
        """A metric, defined by its owner, or by Priya without one; certified by two others unless told otherwise."""
        with self.ago(days):
            metric = metrics.propose_metric(
                by=self.priya, domain=self.domain, code=code, title=title, metric_kind=kind, **words
            )
            if owner:
                metrics.appoint_owner(by=self.priya, metric=metric, person=self.cast[owner])
            metrics.appoint_steward(by=self.priya, metric=metric, person=self.cast[steward])
            definer = self.cast[owner] if owner else self.priya  # who may see the columns
            metrics.define_metric(by=definer, metric=self.fresh(metric), definition=definition)
        if owner and certify:
            with self.ago(days, 14):
                metrics.submit_metric(by=self.cast[owner], metric=self.fresh(metric))
                metrics.certify_metric(by=self.cast[steward], metric=self.fresh(metric))
                metrics.certify_metric(by=self.grace, metric=self.fresh(metric))
        return self.fresh(metric)

    @staticmethod
    def fresh(obj: Any) -> Any:
        """The row as the database has it now."""
        return type(obj).objects.unrestricted(WHY).get(pk=obj.pk)
