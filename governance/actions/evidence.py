"""Handing evidence out is itself recorded: who took which days, and the digest of what they got."""

from __future__ import annotations

from datetime import date
from typing import Any

from governance.evidence import pack
from guard.doors import act, acting
from guard.policy import Who


@act("evidence.packed", who=Who(anyone=True))
def pack_evidence(*, by: Any, first: date, last: date) -> tuple[bytes, dict[str, Any]]:
    """An evidence pack of some days, as `by` may see them.

    Args:
        first: first day (UTC).
        last: last day, included.

    Returns:
        The zip, and what the record says of it.

    Raises:
        ValueError: the days end before they begin, or the ledger's chain does not hold.
    """
    made, facts = pack.make(pack.span_of(reader=by, first=first, last=last))
    acting().note(first=first, last=last, **facts)
    return made, facts
