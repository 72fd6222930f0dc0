"""What search may find of demand; a participant's identity is never among it, nor words that were withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demand.models import Insight, Interview, Quote, Request


def _of_interview(row: Interview) -> tuple[str, str, list[str]]:
    return row.title, "\n".join((row.research_question, row.transcript_md)), [row.method]


def _of_quote(row: Quote) -> tuple[str, str, list[str]]:
    return row.title, row.exact, list(row.codes)


def _of_insight(row: Insight) -> tuple[str, str, list[str]]:
    return row.title, row.statement, [row.kind]


def _of_request(row: Request) -> tuple[str, str, list[str]]:
    body = (row.business_question, row.decision_to_make, row.action_rule, row.response_md)
    return row.title, "\n".join(part for part in body if part), [row.kind]


DOCUMENTS = {Interview: _of_interview, Quote: _of_quote, Insight: _of_insight, Request: _of_request}


def put(row: Any) -> None:
    """Bring the search document of an interview, quote, insight or request up to date, inside the act under way."""
    name, body, tags = DOCUMENTS[type(row)](row)
    try:
        from catalog import search
    except ImportError:
        return
    search.put_document(row.thing, name=name, body=body, tags=tags)


def clear(row: Any) -> None:
    """Take the words of an interview or quote out of search, keeping its name."""
    try:
        from catalog import search
    except ImportError:
        return
    search.put_document(row.thing, name=row.thing.title, body="", tags=[])


def forget_comments(rows: Sequence[Any]) -> None:
    """Blank the comments that stand on withdrawn words: they may repeat them."""
    try:
        from talk.actions import forget_words
    except ImportError:
        return
    for row in rows:
        forget_words(row.thing)
