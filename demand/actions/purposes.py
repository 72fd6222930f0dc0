"""The managed list of purposes: governance changes it, everybody chooses from it."""

from __future__ import annotations

from typing import Any

from demand import handed
from demand.models import Purpose
from guard.doors import act, acting
from guard.policy import Who
from people.models import Role


@act("purpose.kept", who=Who(roles={Role.GOVERNANCE_LEAD, Role.PRIVACY}))
def keep_purpose(
    *, by: Any, code: str, name: str, name_zh: str = "", covers_personal: bool = False, is_active: bool = True
) -> Purpose:
    """Add a purpose or bring it up to date.

    Args:
        by: a governance lead or the privacy office.
        code: short, stable, of letters and dashes.
        name: for people.
        name_zh: for people who read Chinese.
        covers_personal: whether it may justify personal data (REQ-5).
        is_active: whether it can still be chosen.
    """
    handed.require(code=code, name=name)
    purpose, _made = Purpose.objects.update_or_create(
        code=code,
        defaults={"name": name, "name_zh": name_zh, "covers_personal": covers_personal, "is_active": is_active},
    )
    acting().note(purpose=code, covers_personal=covers_personal)
    return purpose
