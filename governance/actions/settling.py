"""Setting checkpoints aside after a backup was restored: one person says why, another agrees, the files stay."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from guard import clock, settlements
from guard.doors import act, acting
from guard.models import Entry
from guard.policy import Who
from guard.refusals import Absent, Denied, Invalid, Stale
from people.models import Role

KEEPERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY})
DOUBTED = "checkpoints.doubted"
OPEN_FOR = timedelta(days=7)
_WHY = "a settlement is looked for in the ledger by whoever may settle"


@act(DOUBTED, who=KEEPERS)
def doubt_checkpoints(*, by: Any, reason: str) -> tuple[str, list[settlements.Doubt]]:
    """Say why checkpoints break with the ledger. Nothing is set aside by this.

    Args:
        reason: what was restored, when, by whom; others read it.

    Returns:
        The name by which somebody else agrees, and the checkpoints that break.

    Raises:
        Invalid: no reason, or every checkpoint agrees.
        ValueError: the chain itself does not hold; that is never settled.
    """
    if not reason.strip():
        raise Invalid(errors={"reason": [_("Say why they break: what was restored, from when, by whom.")]})
    found = settlements.doubts(folder())
    if not found:
        raise Invalid(errors={"checkpoints": [_("Every checkpoint agrees with the record.")]})
    acting().note(doubt=settlements.name_of(found), checkpoints=[asdict(one) for one in found])
    return settlements.name_of(found), found


def settle(*, by: Any, doubt: str) -> Path:
    """Agree to a doubt and write the signed file; called again after it broke off, it finishes.

    Args:
        doubt: the name that `doubt_checkpoints` gave.

    Returns:
        The file beside the checkpoints.

    Raises:
        Absent, Denied, Stale: as `settle_checkpoints`.
    """
    if _settled(doubt) is None:
        settle_checkpoints(by=by, doubt=doubt)
    return settlements.seal(folder(), _settled(doubt))


@act(settlements.SETTLED, who=KEEPERS)
def settle_checkpoints(*, by: Any, doubt: str) -> None:
    """Agree that exactly these checkpoints are set aside.

    Raises:
        Absent: nobody said so in the last week.
        Denied: by whoever said it.
        Stale: other checkpoints break by now.
    """
    said = _newest(DOUBTED, doubt)
    if said is None or said.recorded_at < clock.now() - OPEN_FOR:
        raise Absent()
    if said.actor_id == by.pk:
        raise Denied(_("Somebody else agrees: one person alone sets nothing aside."))
    found = settlements.doubts(folder())
    if settlements.name_of(found) != doubt:
        raise Stale()
    facts = orjson.loads(said.payload)
    acting().note(
        doubt=doubt, doubted_by=facts["by"], doubted_in=said.pk, reason=facts["reason"],
        checkpoints=[asdict(one) for one in found],
    )  # fmt: skip


def folder() -> Path:
    """Where the checkpoints are."""
    return Path(settings.CHECKPOINT_DIR)


def _settled(doubt: str) -> Entry | None:
    return _newest(settlements.SETTLED, doubt)


def _newest(verb: str, doubt: str) -> Entry | None:
    rows = Entry.objects.unrestricted(_WHY).filter(verb=verb, outcome="done").order_by("-id")
    return next((row for row in rows[:50] if orjson.loads(row.payload).get("doubt") == doubt), None)
