"""What search may find of demand; a participant's identity is never among it, nor words that were withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from catalog.search import put_document, remove_document
from demand.models import Insight, Interview, Quote, Request
from talk.actions import forget_words


def _of_interview(row: Interview) -> tuple[str, list[str]]:
    return "\n".join((row.research_question, row.transcript_md)), [row.method]


def _of_quote(row: Quote) -> tuple[str, list[str]]:
    return row.exact, list(row.codes)


def _of_insight(row: Insight) -> tuple[str, list[str]]:
    return row.statement, [row.kind]


def _of_request(row: Request) -> tuple[str, list[str]]:
    body = (row.business_question, row.decision_to_make, row.action_rule, row.response_md)
    return "\n".join(part for part in body if part), [row.kind]


DOCUMENTS: dict[type, Callable[[Any], tuple[str, list[str]]]] = {
    Interview: _of_interview,
    Quote: _of_quote,
    Insight: _of_insight,
    Request: _of_request,
}


def put(row: Any) -> None:
    """Bring the search document of an interview, quote, insight or request up to date, inside the act under way."""
    text, tags = DOCUMENTS[type(row)](row)
    put_document(row.thing, text=text, tags=tags, is_learnt=isinstance(row, (Insight, Request)))


def clear(row: Any) -> None:
    """Take a quote or an interview out of search: its words are gone."""
    remove_document(row.thing)


def forget_comments(rows: Sequence[Any]) -> None:
    """Blank the comments that stand on withdrawn words: they may repeat them."""
    for row in rows:
        forget_words(row.thing)
