"""Searching every kind of thing under the policy: one statement for hits, facets and count.

The reader's condition is part of the statement, so hits, facets, count, mended words and the next page all come from
what the reader may see. Counts are capped and say so (performance.md section 2). Ranking reads only what every reader
of the thing may read: column names match, for readers of columns, but never change the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, ExpressionWrapper, F, FloatField, Func, IntegerField, Q, Value, When

from catalog import matching, words
from catalog.documents import put_document, remove_document, set_popularity
from catalog.matching import CAP, Filters, Hit
from catalog.models import SearchDocument, SearchWord
from guard.models import Thing
from guard.refusals import Invalid

__all__ = ["Results", "Similar", "put_document", "remove_document", "search", "set_popularity", "similar"]

DEEPEST = 1000  # how far paging goes; further, another word helps more than another page
FACETS = ("kind", "domain", "level", "state")


class LexemeQuery(SearchQuery):
    """A tsquery made of ready lexemes, past PostgreSQL's parser, which does not cut Chinese."""

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[-1])
        return f"{sql}::tsquery", params


@dataclass(frozen=True)
class Facet:
    """How many of the matches have this value; `value` is a kind, a domain's slug, a rank or a state."""

    value: str
    count: int


@dataclass(frozen=True)
class Results:
    """What one reader finds.

    Args:
        things: the page of hits, best first.
        count: matches, at most CAP.
        is_capped: there are more than were counted; the facets are then a sample, too.
        facets: by kind, domain, level and state, most frequent first.
        next: cursor of the next page, empty at the end.
        mended: the words searched for instead, when those asked for occur nowhere.
    """

    things: Sequence[Hit] = ()
    count: int = 0
    is_capped: bool = False
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    next: str = ""
    mended: str = ""


@dataclass(frozen=True)
class Similar:
    """A thing that speaks of the same: the share of the asked words that it has, 0 to 1."""

    thing: Thing
    share: float


def search(
    actor: Any,
    q: str,
    *,
    kinds: Iterable[str] = (),
    domain: str = "",
    level: int | None = None,
    state: str = "",
    limit: int = 20,
    cursor: str = "",
) -> Results:
    """Find things by words, names and keys.

    Args:
        actor: who reads.
        q: what was typed; empty lists everything that the filters leave, newest first.
        kinds: only these.
        domain: slug.
        level: effective rank.
        state: of the thing.
        limit: hits a page, at most 100.
        cursor: `next` of the page before.

    Raises:
        Invalid: a cursor that no page gave.
    """
    offset = _offset(cursor)
    filters = Filters(tuple(kinds), domain, level, state)
    asked = list(dict.fromkeys(words.words_of(q)))[:10]
    if q.strip() and not asked:
        return Results()
    results = _page(actor, q, asked, filters, limit=limit, offset=offset)
    if results.count or not asked:
        return results
    mended = _mend(actor, asked, filters)
    if not mended:
        return results
    found = _page(actor, "", mended, filters, limit=limit, offset=offset)
    return Results(found.things, found.count, found.is_capped, found.facets, found.next, " ".join(mended))


def similar(actor: Any, text: str, kinds: Iterable[str] = (), *, limit: int = 5, share: float = 0.34) -> list[Similar]:
    """Things that speak of the same as `text`, most alike first (REQ-4).

    Args:
        actor: who reads; what they may not see is not there.
        text: a question, a name.
        kinds: only these.
        limit: at most so many.
        share: how much of the telling words a thing must have.
    """
    rows = _alike(actor, text, kinds, limit, share)
    pairs = list(rows.values_list("thing_id", "hits")) if rows is not None else []
    things = Thing.objects.visible_to(actor).in_bulk([pk for pk, _hits in pairs]) if pairs else {}
    return [Similar(things[pk], hits / len(words.content_words(text))) for pk, hits in pairs if pk in things]


def similar_ids(actor: Any, text: str, kinds: Iterable[str] = (), *, limit: int = 5, share: float = 0.34) -> Any:
    """The ids of what `similar` finds, as a query to put into another one; empty when nothing is asked."""
    rows = _alike(actor, text, kinds, limit, share)
    return rows.values("thing_id") if rows is not None else []


def _alike(actor: Any, text: str, kinds: Iterable[str], limit: int, share: float) -> Any:
    """The documents that are most like a text; None when it has no word that tells anything."""
    asked, kinds = words.content_words(text), list(kinds)
    if not asked:
        return None
    hits = sum((_has(word) for word in asked[1:]), _has(asked[0]))
    return (
        SearchDocument.objects.visible_to(actor)
        .filter(Q(thing__kind__in=kinds) if kinds else Q(), words=LexemeQuery(words.query(asked, join=" | ")))
        .annotate(hits=ExpressionWrapper(hits, IntegerField()))
        .filter(hits__gte=max(min(2, len(asked)), round(share * len(asked))))
        .order_by("-hits", "-popularity", "-thing_id")[:limit]
    )


def _has(word: str) -> Any:
    return Case(When(words=LexemeQuery(words.query([word])), then=Value(1)), default=Value(0))


def _page(actor: Any, q: str, asked: Sequence[str], filters: Filters, *, limit: int, offset: int) -> Results:
    """One page; one hit more than the page holds is asked for, to know whether another page follows."""
    limit = max(1, min(limit, 100))
    found = matching.page(actor, words.fold(q).strip(), asked, filters, most=limit + 1, offset=offset)
    more_there = len(found.things) > limit and offset + limit < DEEPEST
    return Results(
        things=found.things[:limit],
        count=min(found.count, CAP),
        is_capped=found.count > CAP,
        facets=_facets(found.facets),
        next=str(offset + limit) if more_there else "",
    )


def _facets(rows: Iterable[Sequence[Any]]) -> dict[str, list[Facet]]:
    found: dict[str, list[Facet]] = {name: [] for name in FACETS}
    for name, value, count in rows:
        found[name].append(Facet(value, count))
    return found


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= DEEPEST):
        raise Invalid(errors={"cursor": ["This is not the cursor of a page."]})
    return int(cursor)


def _mend(actor: Any, asked: Sequence[str], filters: Filters) -> list[str]:
    """The nearest words with which this reader finds something; empty when there are none.

    A word of the vocabulary may come from a thing that the reader may not see. It is used only when a visible thing has
    this very word, beside the words before it: a visible "albatross" must not let out a hidden "alba".
    """
    mended: list[str] = []
    held: list[str] = []
    for word in asked:
        for candidate in _nearest(word):
            query = words.query([candidate], is_prefix=candidate == word)
            if matching.is_found(actor, [*held, query], filters):
                mended.append(candidate)
                held.append(query)
                break
        else:
            return []
    return mended if mended != list(asked) else []


def _nearest(word: str) -> list[str]:
    """The word itself, then words of the vocabulary by likeness."""
    if not word.isascii() or len(word) < 3:
        return [word]
    near = (
        SearchWord.objects.filter(word__trigram_similar=word)
        .annotate(far=Func(F("word"), Value(word), function="similarity", output_field=FloatField()))
        .order_by("-far", "word")
        .values_list("word", flat=True)[:5]
    )
    return [word, *(other for other in near if other != word)]
