"""What governance lets end by itself."""

from __future__ import annotations

import logging

from catalog import warehouse as connections
from catalog.models import Warehouse
from governance.actions import expire_grants, verify_enforcement
from governance.enforcement import desk
from guard import outbox
from guard.refusals import Refusal
from people.first import actor_named

log = logging.getLogger(__name__)
HOURS = 20  # looked at hourly, verified about once a day


@outbox.nightly("governance.grants")
def end_grants() -> None:
    """Access that has reached its day."""
    expire_grants(by=actor_named(None))


@outbox.nightly("governance.warehouses")
def verify_warehouses() -> None:
    """Every warehouse on which something was applied, once a day; what is wider than the levels is told at once."""
    by = actor_named(None)
    for warehouse in Warehouse.objects.unrestricted("every warehouse is verified, whoever may see it"):
        if not connections.can_be_administered(warehouse.name) or desk.last_applied(warehouse) is None:
            continue
        if desk.is_fresh(warehouse, hours=HOURS):
            continue
        try:
            verify_enforcement(by=by, warehouse=warehouse)
        except Refusal as refusal:
            log.warning("warehouse not verified", extra={"warehouse": warehouse.name, "code": refusal.code})
