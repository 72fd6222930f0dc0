"""Words shared by pages and API: levels, and how old a moment is."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

#: The house scheme's words by rank; other schemes name their levels in their own rows (guard.models.Level).
LEVEL_WORDS: dict[int, str | Promise] = {
    1: _("Public"),
    2: _("Internal"),
    3: _("Confidential"),
    4: _("Restricted"),
    5: _("Critical"),
}
#: With its number, put together when it is drawn: forms are made once, their readers have languages of their own.
LEVEL_NAMES: dict[int, str | Promise] = {rank: format_lazy("L{} {}", rank, word) for rank, word in LEVEL_WORDS.items()}
UNCLASSIFIED = _("Unclassified")

#: Why somebody stands where they stand (guard.Standing.reason), in words.
STANDING_WORDS: dict[str, str | Promise] = {
    "owner": _("Owner"),
    "steward": _("Steward"),
    "author": _("Author"),
    "reviewer": _("Reviewer"),
    "requester": _("Asked for it"),
    "decision_maker": _("Decides"),
    "pm": _("Product manager"),
    "interviewer": _("Holds the interview"),
    "contributor": _("Contributor"),
    "proposer": _("Proposed it"),
    "supporter": _("Supports it"),
    "grant": _("Was given access"),
    "scanner": _("Scans it"),
}

#: How a state is coloured; what is not listed is a quiet chip. Words are always shown, colour only helps.
_GO = (
    "approved certified live confirmed supported accepted attested granted launched reviewed held delivered answered "
    "coded active defined in_progress planned implemented measuring building trial"
)
_WARN = (
    "in_review needs_info changes_requested lapsed disputed proposed due triage submitted pending snoozed open on_hold "
    "owner_ok governance_ok reopened suspended"
)
_BAD = "rejected declined revoked failed withdrawn cancelled refused broken"
STATE_STYLES: dict[str, str] = {
    state: style for style, states in (("go", _GO), ("warn", _WARN), ("bad", _BAD)) for state in states.split()
}


def level_word(rank: int | None) -> str | Promise:
    """Return the level's word, or "Unclassified" for none."""
    return LEVEL_WORDS.get(rank or 0, UNCLASSIFIED)
