"""The verb that marks words of a frozen transcript, and how their place is found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from demand import documents, handed
from demand.models import Interview, Quote
from demand.states import HEARERS
from demand.verbatim import locate, nearest, speaker_at
from guard import things
from guard.doors import act, acting
from guard.models import Standing
from guard.refusals import Invalid
from guard.states import perform

TITLE = 80


@act("quote.coded", who=HEARERS, subject="interview")
def code_quote(
    *, by: Any, interview: Interview, exact: str, start: int | None = None, end: int | None = None,
    speaker: str = "", codes: Iterable[str] = (),
) -> Quote:  # fmt: skip
    """Mark words of the transcript as a quote.

    Args:
        by: who acts.
        interview: with a frozen transcript (INT-2) and consent (INT-1).
        exact: the words, verbatim (QUO-1).
        start: code point of the first character; found when None.
        end: code point after the last character; found when None.
        speaker: who said it; read from the line's beginning when empty.
        codes: words to find it by, at most 60 characters each.

    Returns:
        The quote, as strict as its interview.

    Raises:
        Blocked: INT-1, INT-2, INT-3, QUO-1 with the place where the words differ.
        Invalid: the same words are marked already.
    """
    interview.refresh_from_db()
    text, place = interview.transcript_md, ""
    if start is None or end is None:
        start, end, exact = locate(text, exact)
        place = "" if start is not None else nearest(text, exact)
    perform(interview, "code", by=by, start=start, end=end, exact=exact, place=place)
    if start is None or end is None:  # pragma: no cover - QUO-1 refused it above
        raise Invalid(errors={"exact": [place]})
    rows = Quote.objects.unrestricted("an act works on rows that it was handed").filter(interview=interview)
    if rows.filter(start_offset=start, end_offset=end).exists():
        raise Invalid(errors={"exact": [_("These words are marked already.")]})
    quote = _mark(interview, exact, (start, end), speaker=speaker.strip() or speaker_at(text, start), codes=codes)
    acting().note(counts={"characters": end - start}, quote=quote.key)
    interview.quote_count += 1
    interview.save(update_fields=["quote_count"])
    documents.put(quote)
    return quote


def _mark(interview: Interview, exact: str, place: tuple[int, int], *, speaker: str, codes: Iterable[str]) -> Quote:
    """Make the quote, join it to its interview and let the interviewers read it."""
    thing = things.new_thing(
        kind="quote", title=handed.line(exact, TITLE), domain=interview.domain, level=interview.thing.declared
    )
    quote: Quote = Quote.objects.create(
        thing=thing, interview=interview, transcript_sha256=interview.transcript_sha256, start_offset=place[0],
        end_offset=place[1], exact=exact, speaker=speaker,
        codes=sorted({code.strip().lower()[:60] for code in codes if code.strip()}),
    )  # fmt: skip
    things.link(quote, "from", interview)
    holders = Standing.objects.unrestricted("who holds an interview holds its quotes")
    for standing in holders.filter(thing_id=interview.pk, reason="interviewer").select_related("person", "team"):
        things.give(thing, person=standing.person, team=standing.team, reason="interviewer", grade=standing.grade)
    return quote
