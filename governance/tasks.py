"""What governance lets end by itself."""

from __future__ import annotations

from governance.actions import expire_grants
from guard import outbox
from people.first import actor_named


@outbox.nightly("governance.grants")
def end_grants() -> None:
    """Access that has reached its day."""
    expire_grants(by=actor_named(None))
