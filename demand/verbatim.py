"""Where words stand in a transcript, and where it comes closest to words that were not said (QUO-1)."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from demand import handed

SPEAKER = re.compile(r"^\**([^\W\d_][\w .'’-]{0,60}?)\**\s*[:：]", re.MULTILINE)
_COMPARED = 20_000  # characters: beyond, the place of a near miss is not looked for


def locate(text: str, wanted: str) -> tuple[int | None, int | None, str]:
    """Find words in a transcript, first as they are, then with any white space between them.

    Returns:
        Start and end in code points and the words as the transcript has them; None, None and `wanted` when absent.
    """
    wanted = handed.text(wanted)
    at = text.find(wanted) if wanted else -1
    if at >= 0:
        return at, at + len(wanted), wanted
    words = wanted.split()
    found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return (found.start(), found.end(), found.group()) if found else (None, None, wanted)


def nearest(text: str, wanted: str) -> str:
    """A sentence that says where the transcript comes closest to `wanted`, and how it goes on there."""
    if not wanted or len(text) > _COMPARED * 20 or len(wanted) > _COMPARED:
        return _("These words are not in the transcript.")
    match = SequenceMatcher(None, text, wanted, autojunk=False).find_longest_match()
    if match.size < min(8, len(wanted)):
        return _("These words are not in the transcript.")
    at = match.a + match.size
    return _("Not verbatim: from character %(at)d the transcript says “%(says)s”, not “%(given)s”.") % {
        "at": at,
        "says": handed.line(text[at : at + 40]) or "…",
        "given": handed.line(wanted[match.b + match.size :][:40]) or "…",
    }


def speaker_at(text: str, start: int) -> str:
    """Who speaks at a place: the last "Name:" that begins a line before it."""
    spoken = [found.group(1).strip() for found in SPEAKER.finditer(text) if found.start() <= start]
    return spoken[-1] if spoken else ""
