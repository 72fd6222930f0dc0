"""Verbs about where things are: domains and warehouses."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Warehouse
from catalog.search import put_document
from guard import things
from guard.doors import act, acting
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Invalid
from people.models import Role

REGISTRARS = Who(roles={Role.DATA_ENGINEER, Role.GOVERNANCE_LEAD, Role.ADMIN})


@act("domain.opened", who=Who(roles={Role.GOVERNANCE_LEAD, Role.ADMIN}))
def open_domain(*, by: Any, slug: str, name: str, description: str = "") -> Domain:
    """Make a domain, or bring its name and description up to date.

    Raises:
        Invalid: an empty name, or a slug that cannot stand in an address.
    """
    errors = {}
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", slug or ""):
        errors["slug"] = [_("Use small letters, digits and dashes.")]
    if not name.strip():
        errors["name"] = [_("Give the domain a name.")]
    if errors:
        raise Invalid(errors=errors)
    domain, _made = Domain.objects.update_or_create(
        slug=slug, defaults={"name": name.strip()[:120], "description": description}
    )
    acting().note(domain=slug)
    return domain


@act("warehouse.added", who=REGISTRARS)
def add_warehouse(
    *, by: Any, name: str, domain: Domain, title: str = "", dialect: str = "postgres", description: str = "",
    level: int = 1,
) -> Warehouse:  # fmt: skip
    """Register a warehouse; its address is read from WAREHOUSE_<NAME>_URL and never stored.

    Args:
        by: who acts.
        name: small letters, digits, underscores.
        domain: where it belongs.
        title: for people; the name when empty.
        dialect: sqlglot's name of its SQL.
        description: plain text.
        level: how strict the mere existence of the warehouse is.

    Raises:
        Invalid: a name that cannot be used (taken ones look the same).
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name or "") or _is_taken(name):
        raise Invalid(errors={"name": [_("Choose another name: small letters, digits and underscores, not yet used.")]})
    thing = things.new_thing(kind=Warehouse.KIND, title=title or name, domain=domain, level=level, state="")
    warehouse: Warehouse = Warehouse.objects.create(thing=thing, name=name, dialect=dialect, description=description)
    put_document(thing, names=[name], body=description)
    return warehouse


def _is_taken(name: str) -> bool:
    rows = Warehouse.objects.unrestricted("a name is given once, whoever may see its bearer")
    return bool(rows.filter(name=name).exists())
