"""Writing search documents: in the transaction of the act that changes the thing, so search is never behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection

from catalog import words
from catalog.models import SearchDocument
from guard.doors import in_act
from guard.models import Thing
from guard.wall import beyond

_WHY = "what can be found is written by the act that changes it"
_PUT = """
INSERT INTO catalog_searchdocument (thing_id, exact_names, words, column_words, popularity)
VALUES (%s, %s, %s::tsvector, %s::tsvector, 0) ON CONFLICT (thing_id) DO UPDATE
   SET exact_names = excluded.exact_names, words = excluded.words, column_words = excluded.column_words"""
_POPULAR = """
UPDATE catalog_searchdocument d SET popularity = n.bucket FROM unnest(%s::bigint[], %s::smallint[]) AS n(id, bucket)
 WHERE d.thing_id = n.id AND d.popularity <> n.bucket"""
_UNUSED = """
DELETE FROM catalog_searchword WHERE word NOT IN (SELECT word FROM ts_stat(
    'SELECT words FROM catalog_searchdocument
     UNION ALL SELECT column_words FROM catalog_searchdocument WHERE column_words IS NOT NULL'))"""


def put_document(
    thing: Thing,
    *,
    name: str = "",
    names: Iterable[str] = (),
    tags: Iterable[str] = (),
    body: str = "",
    text: str = "",
    column_text: str = "",
    is_learnt: bool = True,
) -> None:
    """Make or replace what can be found of a thing; every verb that changes a title or a text calls it.

    Args:
        thing: with its key and title.
        name: another name; together with key and title it is found exactly, too.
        names: further names.
        tags: short words beside the name.
        body, text: prose, one or both. Nothing in them may be stricter than the thing itself.
        column_text: names of columns, found only by readers who may see columns.
        is_learnt: whether its words may mend what somebody else mistypes; not for what people said in confidence,
            which must be gone when it is withdrawn (INT-3).
    """
    in_act(SearchDocument)
    named = [thing.key, thing.title, name, *names]
    found = words.vector({"A": named, "B": tags, "D": [body, text]})
    columns = words.vector({"D": [column_text]}) if column_text else None
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _PUT), [thing.pk, exact_names(named), found, columns])
    if is_learnt:
        learn([*named, *tags, body, text, column_text])


def remove_document(thing: Thing) -> None:
    """Let a thing be found no more."""
    SearchDocument.objects.unrestricted("an act works on rows that it was handed").filter(thing=thing).delete()


def set_popularity(buckets: Mapping[int, int]) -> int:
    """Bring popularity up to date; only documents whose bucket changed are rewritten.

    Args:
        buckets: log2 of the uses in 28 days, rounded up, by thing id.

    Returns:
        How many changed.
    """
    in_act(SearchDocument)
    if not buckets:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _POPULAR), [list(buckets), list(buckets.values())])
        return int(cursor.rowcount)


def exact_names(names: Iterable[str]) -> list[str]:
    """Names as they are compared: folded, without repetition."""
    return list(dict.fromkeys(words.fold(name).strip()[:400] for name in names if name))


def learn(texts: Iterable[str]) -> None:
    """Add the words to the vocabulary that misspelt ones are mended by."""
    found = sorted({word for text in texts for word in words.words_of(text) if len(word) > 2 and word.isascii()})
    if found:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO catalog_searchword (word) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [found]
            )


def forget_unused_words() -> int:
    """Take words out of the vocabulary that no document has any more (a withdrawn interview's); returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _UNUSED))
        return int(cursor.rowcount)
