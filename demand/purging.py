"""Taking every word of an interview away, wherever it was put."""

from __future__ import annotations

from django.utils.translation import gettext as _

from demand import documents
from demand.models import Interview, Quote
from guard import clock, things

_WHY = "withdrawn words are purged wherever they stand"


def purge(interview: Interview) -> list[Quote]:
    """Remove transcript, quotes, their titles, search documents and comments on them, inside an act.

    Args:
        interview: locked.

    Returns:
        Its quotes, without words; offsets and codes stay, since they say nothing.
    """
    at = clock.now()
    quotes = list(Quote.objects.unrestricted(_WHY).filter(interview=interview))
    for quote in quotes:
        quote.exact, quote.speaker, quote.purged_at = "", "", at
        quote.save(update_fields=["exact", "speaker", "purged_at"])
        things.touch(quote, title=_("Withdrawn quote"))
        documents.clear(quote)
    interview.transcript_md, interview.consent_scope, interview.purged_at = "", "", at
    interview.save(update_fields=["transcript_md", "consent_scope", "purged_at"])
    documents.clear(interview)
    documents.forget_comments([interview, *quotes])
    return quotes
