"""The import as one act: all or nothing, repeatable, previewed by the same code that carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.actions import add_warehouse, load_datasets, tell_column_edges
from catalog.column_edges import Told
from catalog.loading import Plan
from catalog.models import Warehouse
from exchange.bundle import Bundle
from exchange.columns import Known, edges_of
from guard.doors import act, acting
from guard.gates import Finding
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Blocked, Invalid
from people.models import Role

IMPORTERS = Who(roles={Role.DATA_ENGINEER, Role.DATA_PM, Role.GOVERNANCE_LEAD})


@dataclass
class Report:
    """What an import did, or in a dry run would do, as far as the importer may know."""

    plans: list[tuple[str, Plan]] = field(default_factory=list)
    flows: dict[str, Told] = field(default_factory=dict)
    is_dry: bool = False

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing differs from what is there."""
        return all(plan.is_empty for _source, plan in self.plans) and all(told.is_empty for told in self.flows.values())

    def as_dict(self) -> dict[str, Any]:
        """The form for --json and the API."""
        return {
            "dry_run": self.is_dry,
            "unchanged": self.is_unchanged,
            "sources": [
                {"source": source, **plan.as_dict()}
                | ({"column_edges": asdict(self.flows[source])} if source in self.flows else {})
                for source, plan in self.plans
            ],
        }


@act("import.done", who=IMPORTERS)
def import_bundles(*, by: Any, bundles: Sequence[Bundle], domain: Domain | None = None) -> Report:
    """Bring every bundle in, or none.

    Args:
        by: the importer, by name; a command acts as the account `cli`.
        bundles: read by exchange.files.
        domain: of new datasets and warehouses; may be left out while there is only one domain.

    Raises:
        Blocked: an error in a file, each as a finding with its place.
        Invalid: no domain where several are.
    """
    found = [
        Finding(
            problem.rule_id, f"{bundle.source}: {problem.sentence}", excerpt=f"{problem.path} (line {problem.line})"
        )
        for bundle in bundles
        for problem in bundle.errors
    ]
    if found:
        raise Blocked(_("The files have faults. Mend them and import again; nothing was changed."), findings=found)
    report = Report()
    place = domain or _only_domain()
    for bundle in bundles:
        warehouse = _warehouse(by, bundle, place)
        plan = load_datasets(
            by=by, warehouse=warehouse, domain=place, datasets=bundle.datasets, edges=bundle.edges, source=bundle.kind
        )
        report.plans.append((bundle.source, plan))
        told = _tell_lineage(by, warehouse, bundle)
        if told is not None:
            report.flows[bundle.source] = told
    acting().note(sources=len(bundles), unchanged=report.is_unchanged)
    return report


def _tell_lineage(by: Any, warehouse: Warehouse, bundle: Bundle) -> Told | None:
    """Lineage by column, once the columns are there; None when the files say nothing of it."""
    rows, targets = list(bundle.flows), list(dict.fromkeys(row.target for row in bundle.flows))
    if bundle.statements:
        said, made = edges_of(bundle.statements, Known.of(by, warehouse.pk), bundle.dialect or warehouse.dialect)
        rows, targets = [*rows, *said], [*targets, *made]
    if not targets:
        return None
    return tell_column_edges(by=by, warehouse=warehouse, origin=bundle.kind, rows=rows, targets=targets)


class _OnlyLooking(Exception):
    """Rolls a dry run back."""


def preview(*, by: Any, bundles: Sequence[Bundle], domain: Domain | None = None) -> Report:
    """What `import_bundles` would do: it is carried out and rolled back, so the preview cannot differ from the deed.

    Raises:
        Blocked, Invalid: as the import would.
    """
    try:
        with transaction.atomic():
            report = import_bundles(by=by, bundles=bundles, domain=domain)
            report.is_dry = True
            raise _OnlyLooking
    except _OnlyLooking:
        return report


def _only_domain() -> Domain:
    domains = list(Domain.objects.all()[:2])
    if len(domains) != 1:
        raise Invalid(errors={"domain": [_("Say which domain new datasets belong to.")]})
    return domains[0]


def _warehouse(by: Any, bundle: Bundle, domain: Domain) -> Warehouse:
    rows = Warehouse.objects.visible_to(by)
    found = rows.filter(name=bundle.warehouse).first()
    return found or add_warehouse(
        by=by, name=bundle.warehouse, domain=domain, title=bundle.source, dialect=bundle.dialect or "postgres"
    )
