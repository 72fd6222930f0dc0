"""What the usage room looks after by itself."""

from __future__ import annotations

from guard.outbox import nightly
from people.first import actor_named
from usage.actions import call_reviews


@nightly("usage.reviews")
def call_what_is_due() -> None:
    """Decisions whose day to look back has come: their makers are told once."""
    call_reviews(by=actor_named(None))
