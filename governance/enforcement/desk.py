"""Who may look at enforcement, and what of it: runs, verifications, the state on which the next run builds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from catalog import warehouse as connections
from catalog.models import Dataset, Warehouse
from governance.enforcement.world import Known
from governance.models import EnforcementRun, Verification
from guard import clock
from guard.doors import opened, visible_q
from guard.policy import COLUMNS
from guard.refusals import Absent, Denied
from people.models import Role

ADMITTED = (Role.GOVERNANCE_LEAD, Role.SECURITY, Role.DATA_ENGINEER, Role.AUDITOR)
CLOSES = "the desk stays closed to who does not see every table: whether there is such a table is asked, not which"
WHY = "the desk admitted a reader who may see every table of the warehouse"


def may_look(reader: Any, warehouse: Warehouse) -> bool:
    """Whether somebody may see plans of a warehouse: by role, and cleared for every table that they name."""
    if not reader.has_role(*ADMITTED):
        return False
    every = Dataset.objects.unrestricted(CLOSES).filter(warehouse=warehouse)
    return not every.exclude(visible_q(reader.principal, COLUMNS)).exists()


def admit(reader: Any, warehouse: Warehouse) -> None:
    """Let in or refuse.

    Raises:
        Denied: not one of the roles, or not cleared for everything that a plan names.
    """
    if not may_look(reader, warehouse):
        raise Denied(
            _("A plan names every table and column. Governance leads, security, engineers and auditors who are cleared"
              " for all of them see it.")
        )  # fmt: skip


def warehouse_for(reader: Any, key: str) -> Warehouse:
    """A warehouse by key or name.

    Raises:
        Absent: there is none that this person may see.
    """
    rows = Warehouse.objects.visible_to(reader).select_related("thing__domain")
    found = rows.filter(thing__key=key).first() or rows.filter(name=key).first()
    if found is None:
        raise Absent()
    return opened(reader, found)


def warehouses_for(reader: Any) -> list[dict[str, Any]]:
    """Every warehouse that one may see, with the newest verification and run where one may look; three statements."""
    unseen = Dataset.objects.unrestricted(CLOSES).filter(warehouse=OuterRef("pk"))
    rows = Warehouse.objects.visible_to(reader).select_related("thing__domain").order_by("name")
    every = list(rows.annotate(hides=Exists(unseen.exclude(visible_q(reader.principal, COLUMNS)))))
    open_ones = [one.pk for one in every if not one.hides] if reader.has_role(*ADMITTED) else []
    looks = Verification.objects.unrestricted(WHY).filter(warehouse__in=open_ones).select_related("by")
    applied = EnforcementRun.objects.unrestricted(WHY).filter(
        warehouse__in=open_ones, state=EnforcementRun.State.APPLIED
    )
    newest_look, newest_run = _newest(looks), _newest(applied)
    return [
        {
            "warehouse": one, "can_be_enforced": connections.can_be_administered(one.name),
            "may_look": one.pk in open_ones, "verification": newest_look.get(one.pk), "run": newest_run.get(one.pk),
        }
        for one in every
    ]  # fmt: skip


def _newest(rows: Any) -> dict[int, Any]:
    """The newest row of each warehouse, by its id."""
    return {row.warehouse_id: row for row in rows.order_by("warehouse", "-id").distinct("warehouse")}


def runs(warehouse: Warehouse) -> Any:
    """All runs, the newest first; for whoever was admitted."""
    rows = EnforcementRun.objects.unrestricted(WHY).filter(warehouse=warehouse)
    return rows.select_related("made_by", "applied_by", "reverted_by", "warehouse__thing__domain").order_by("-id")


def verifications(warehouse: Warehouse) -> Any:
    """All verifications, the newest first; for whoever was admitted."""
    return Verification.objects.unrestricted(WHY).filter(warehouse=warehouse).select_related("by").order_by("-id")


def is_fresh(warehouse: Warehouse, *, hours: int) -> bool:
    """Whether somebody verified it in the last hours."""
    return bool(verifications(warehouse).filter(at__gte=clock.now() - timedelta(hours=hours)).exists())


def run_for(reader: Any, warehouse: Warehouse, number: int) -> EnforcementRun:
    """One run.

    Raises:
        Absent: there is no such run of this warehouse, or none for this person.
    """
    found: EnforcementRun | None = runs(warehouse).filter(pk=number).first() if may_look(reader, warehouse) else None
    if found is None:
        raise Absent()
    opened(reader, warehouse, always=True)  # a plan names every table and column
    return found


def last_applied(warehouse: Warehouse) -> EnforcementRun | None:
    """The run that stands."""
    found: EnforcementRun | None = runs(warehouse).filter(state=EnforcementRun.State.APPLIED).first()
    return found


def known_of(warehouse: Warehouse) -> Known:
    """What the standing run left."""
    run = last_applied(warehouse)
    return read_known(run.known) if run else Known()


def read_known(stored: dict[str, Any]) -> Known:
    """From what `write_known` wrote."""
    views = {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in stored.get("views", [])}
    return Known(views, tuple(stored.get("keepers", [])), is_first=False)


def write_known(known: Known) -> dict[str, Any]:
    """As plain data."""
    return {"views": [[*key, *value] for key, value in sorted(known.views.items())], "keepers": list(known.keepers)}
