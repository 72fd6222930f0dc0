"""One search as one SQL text: what matches, under the policy and the filters; hits, facets and count from it.

The text is written here by hand because building it with the ORM took longer than PostgreSQL takes to answer it. The
reader's condition is not written here: `guard.doors.reading.visible_sql` gives it, and no text is made without it.
Values are always parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog import words
from guard.doors.reading import visible_sql

CAP = 1000  # matches that are ranked, counted and made into facets

_FROM = """FROM catalog_searchdocument d JOIN guard_thing ON guard_thing.id = d.thing_id
 JOIN guard_domain o ON o.id = guard_thing.domain_id WHERE """
_SCORE = "ts_rank('{0.05,0.2,0.4,1.0}', d.words, %s::tsquery) * (1.0::float8 + d.popularity * 0.1::float8)"
_IS_NAMED = "d.exact_names @> ARRAY[%s]::text[]"
_STATEMENT = """
WITH m (thing_id, kind, domain, level, state, score, popularity, updated_at) AS MATERIALIZED ({matches}),
page AS (SELECT thing_id, row_number() OVER (ORDER BY score DESC, popularity DESC, updated_at DESC, thing_id DESC) AS n
           FROM m ORDER BY n LIMIT %s OFFSET %s),
about AS (SELECT (SELECT count(*) FROM m) AS count,
       (SELECT coalesce(json_agg(json_build_array(facet, value, n) ORDER BY facet, n DESC, value), '[]') FROM (
            SELECT 'kind' AS facet, kind AS value, count(*) AS n FROM m GROUP BY kind
            UNION ALL SELECT 'domain', domain, count(*) FROM m GROUP BY domain
            UNION ALL SELECT 'level', level::text, count(*) FROM m GROUP BY level
            UNION ALL SELECT 'state', state, count(*) FROM m WHERE state <> '' GROUP BY state) f)::text AS facets)
SELECT about.count, about.facets, {fields} FROM about
  LEFT JOIN (page JOIN guard_thing t ON t.id = page.thing_id JOIN guard_domain o ON o.id = t.domain_id) ON true
 ORDER BY page.n"""


@dataclass(frozen=True)
class Filters:
    """What a reader narrows a search to; empty members narrow nothing."""

    kinds: Sequence[str] = ()
    domain: str = ""
    level: int | None = None
    state: str = ""

    def clause(self) -> tuple[str, list[Any]]:
        """`AND …`, and its parameters."""
        parts: list[tuple[str, Any]] = []
        if self.kinds:
            parts.append(("guard_thing.kind = ANY(%s)", list(self.kinds)))
        if self.domain:
            parts.append(("o.slug = %s", self.domain))
        if self.level is not None:
            parts.append(("guard_thing.level = %s", self.level))
        if self.state:
            parts.append(("guard_thing.state = %s", self.state))
        return "".join(f" AND {text}" for text, _value in parts), [value for _text, value in parts]


@dataclass(slots=True)
class Place:
    """A domain by slug and name."""

    slug: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class Hit:
    """A thing that was found: as much of it as a page of hits shows; a model's row would cost more than its search."""

    pk: int
    key: str
    kind: str
    title: str
    state: str
    level: int
    domain: Place


_FIELDS = "t.id, t.key, t.kind, t.title, t.state, t.level, o.slug, o.name"


@dataclass(frozen=True)
class Found:
    """The page of a search and what stands beside it; `facets` are (facet, value, count)."""

    things: list[Hit]
    count: int
    facets: list[Sequence[Any]]


def page(actor: Any, folded: str, asked: Sequence[str], filters: Filters, *, most: int, offset: int) -> Found:
    """Send the one statement: matches under the policy, and from them the page, the count and the facets.

    Args:
        actor: who reads.
        folded: the whole text that was asked, folded, to be found as an exact name; empty for none.
        asked: words, each also as a beginning; none lists everything, newest first.
        filters: what the reader narrows it to.
        most: hits at most.
        offset: hits left out before.
    """
    where, values = _readable(actor, filters)
    score, marks = _score(folded, asked)
    head = (
        "(SELECT d.thing_id, guard_thing.kind, o.slug, guard_thing.level, guard_thing.state,"
        f" {score} AS score, d.popularity, guard_thing.updated_at {_FROM}{where}"
    )
    branches = [("", [])] if not asked else [_matching(actor, [words.query([word]) for word in asked])]
    if folded:
        branches.append((f" AND {_IS_NAMED}", [folded]))
    order = "" if asked else " ORDER BY guard_thing.updated_at DESC, d.thing_id DESC"
    parts = [f"{head}{text}{order} LIMIT {CAP + 1})" for text, _params in branches]
    given = [value for _text, params in branches for value in (*marks, *values, *params)]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(matches=" UNION ".join(parts), fields=_FIELDS), [*given, most, offset])
        rows = cursor.fetchall()
    count, facets = rows[0][:2]
    return Found(_hits(row[2:] for row in rows if row[2] is not None), count, json.loads(facets))


def is_found(actor: Any, queries: Sequence[str], filters: Filters) -> bool:
    """Whether the reader may see anything that matches all of these tsqueries."""
    where, values = _readable(actor, filters)
    text, params = _matching(actor, queries)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 {_FROM}{where}{text})", [*values, *params])
        return bool(cursor.fetchone()[0])


def _readable(actor: Any, filters: Filters) -> tuple[str, list[Any]]:
    """What the reader may read, and of it what they narrowed the search to."""
    policy, params = visible_sql(actor, "read")
    narrowed, values = filters.clause()
    return f"({policy}){narrowed}", [*params, *values]


def _matching(actor: Any, queries: Sequence[str]) -> tuple[str, list[Any]]:
    """All words in what every reader may read, or, for readers of columns, in the column names as well."""
    policy, params = visible_sql(actor, "columns")
    either = " AND (d.words @@ %s::tsquery OR d.column_words @@ %s::tsquery)" * len(queries)
    text = f" AND (d.words @@ %s::tsquery OR (({policy}){either}))"
    return text, [" & ".join(queries), *params, *(query for query in queries for _side in (0, 1))]


def _score(folded: str, asked: Sequence[str]) -> tuple[str, list[Any]]:
    if not asked:
        return "0.0::float8", []
    if not folded:
        return _SCORE, [words.query(asked)]
    return f"({_SCORE} + CASE WHEN {_IS_NAMED} THEN 10.0::float8 ELSE 0.0::float8 END)", [words.query(asked), folded]


def _hits(rows: Iterable[Sequence[Any]]) -> list[Hit]:
    """What was found, as the reading door hands it out."""
    return [
        Hit(pk, key, kind, title, state, level, Place(slug, name))
        for pk, key, kind, title, state, level, slug, name in rows
    ]
