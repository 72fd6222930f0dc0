"""Searching every kind of thing under the policy: one statement for hits, facets and count.

The reader's condition is part of the statement, so hits, facets, count, mended words and the next page all come from
what the reader may see. Counts are capped and say so (performance.md section 2). Ranking reads only what every reader
of the thing may read: column names match, for readers of columns, but never change the order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case, ExpressionWrapper, F, FloatField, Func, IntegerField, Q, Value, When
from django.db.models.functions import Cast

from catalog import words
from catalog.documents import put_document, remove_document, set_popularity
from catalog.models import SearchDocument, SearchWord
from guard.doors import visible_q
from guard.models import Thing
from guard.policy import COLUMNS
from guard.refusals import Invalid

__all__ = ["Results", "Similar", "put_document", "remove_document", "search", "set_popularity", "similar"]

CAP = 1000  # matches that are ranked, counted and made into facets
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

    things: Sequence[Thing] = ()
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
    filters = _filters(kinds, domain, level, state)
    asked = list(dict.fromkeys(words.words_of(q)))[:10]
    if q.strip() and not asked:
        return Results()
    results = _page(actor, q, asked, filters, limit=limit, offset=offset)
    if results.count or not asked or offset:
        return results
    mended = _mend(actor, asked, filters)
    if not mended:
        return results
    found = _page(actor, "", mended, filters, limit=limit, offset=0)
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
    asked = words.content_words(text)
    if not asked:
        return []
    hits = sum((_has(word) for word in asked[1:]), _has(asked[0]))
    rows = (
        SearchDocument.objects.visible_to(actor)
        .filter(_filters(kinds, "", None, ""), words=LexemeQuery(words.query(asked, join=" | ")))
        .annotate(hits=ExpressionWrapper(hits, IntegerField()))
        .filter(hits__gte=max(min(2, len(asked)), round(share * len(asked))))
        .order_by("-hits", "-popularity", "-thing_id")
        .values_list("thing_id", "hits")[:limit]
    )
    pairs = list(rows)
    things = Thing.objects.visible_to(actor).in_bulk([pk for pk, _hits in pairs])
    return [Similar(things[pk], hits / len(asked)) for pk, hits in pairs if pk in things]


def _has(word: str) -> Any:
    return Case(When(words=LexemeQuery(words.query([word])), then=Value(1)), default=Value(0))


def _filters(kinds: Iterable[str], domain: str, level: int | None, state: str) -> Q:
    condition = Q()
    if kinds := list(kinds):
        condition &= Q(thing__kind__in=kinds)
    if domain:
        condition &= Q(thing__domain__slug=domain)
    if level is not None:
        condition &= Q(thing__level=level)
    if state:
        condition &= Q(thing__state=state)
    return condition


def _matching(actor: Any, asked: Sequence[str]) -> Q:
    """All words in what every reader may read, or, for readers of columns, in the column names as well."""
    readable = Q(words=LexemeQuery(words.query(asked)))
    with_columns = visible_q(actor.principal, COLUMNS, "thing")
    for word in asked:
        one = LexemeQuery(words.query([word]))
        with_columns &= Q(words=one) | Q(column_words=one)
    return readable | with_columns


def _page(actor: Any, q: str, asked: Sequence[str], filters: Q, *, limit: int, offset: int) -> Results:
    """One statement: matches under the policy, and from them the page, the count and the facets."""
    limit = max(1, min(limit, 100))
    rows = SearchDocument.objects.visible_to(actor).filter(filters)
    folded = words.fold(q).strip()
    branches = [rows.filter(_matching(actor, asked)) if asked else rows]
    if folded:
        branches.append(rows.filter(exact_names__contains=[folded]))
    if not asked:
        branches = [rows.order_by("-thing__updated_at", "-thing_id")]
    parts, params = [], []
    for branch in branches:
        values = branch.annotate(score=_score(folded, asked)).values_list(
            "thing_id", "thing__kind", "thing__domain__slug", "thing__level", "thing__state", "score", "popularity",
            "thing__updated_at",
        )  # fmt: skip
        sql, more = values[: CAP + 1].query.sql_with_params()
        parts.append(f"({sql})")
        params += more
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(matches=" UNION ".join(parts)), [*params, limit + 1, offset])
        ids, count, facets = cursor.fetchone()
    ids, facets = (json.loads(x) if isinstance(x, str) else x for x in (ids, facets))
    things = Thing.objects.visible_to(actor).in_bulk(ids[:limit])
    more_there = len(ids) > limit and offset + limit < DEEPEST
    return Results(
        things=[things[pk] for pk in ids[:limit] if pk in things],
        count=min(count, CAP),
        is_capped=count > CAP,
        facets=_facets(facets),
        next=str(offset + limit) if more_there else "",
    )


_STATEMENT = """
WITH m (thing_id, kind, domain, level, state, score, popularity, updated_at) AS MATERIALIZED ({matches}),
page AS (SELECT thing_id, row_number() OVER (ORDER BY score DESC, popularity DESC, updated_at DESC, thing_id DESC) AS n
           FROM m ORDER BY n LIMIT %s OFFSET %s)
SELECT (SELECT coalesce(json_agg(thing_id ORDER BY n), '[]') FROM page),
       (SELECT count(*) FROM m),
       (SELECT coalesce(json_agg(json_build_array(facet, value, n) ORDER BY facet, n DESC, value), '[]') FROM (
            SELECT 'kind' AS facet, kind AS value, count(*) AS n FROM m GROUP BY kind
            UNION ALL SELECT 'domain', domain, count(*) FROM m GROUP BY domain
            UNION ALL SELECT 'level', level::text, count(*) FROM m GROUP BY level
            UNION ALL SELECT 'state', state, count(*) FROM m WHERE state <> '' GROUP BY state) f)
"""


def _score(folded: str, asked: Sequence[str]) -> Any:
    if not asked:
        return Value(0.0, FloatField())
    rank = Func(
        Value("{0.05,0.2,0.4,1.0}"), F("words"), Value(words.query(asked)), function="ts_rank",
        template="%(function)s(%(expressions)s::tsquery)", output_field=FloatField(),
    )  # fmt: skip
    score = rank * (Value(1.0) + Cast(F("popularity"), FloatField()) * Value(0.1))
    if folded:
        score += Case(When(exact_names__contains=[folded], then=Value(10.0)), default=Value(0.0))
    return ExpressionWrapper(score, FloatField())


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


def _mend(actor: Any, asked: Sequence[str], filters: Q) -> list[str]:
    """The nearest words with which this reader finds something; empty when there are none.

    A word of the vocabulary may come from a thing that the reader may not see: it is used only when, with it, a visible
    thing is found.
    """
    mended: list[str] = []
    rows = SearchDocument.objects.visible_to(actor).filter(filters)
    for word in asked:
        for candidate in _nearest(word):
            if rows.filter(_matching(actor, [*mended, candidate])).exists():
                mended.append(candidate)
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
