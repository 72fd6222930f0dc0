"""The one canonical name of a dataset: pure, so that catalog, usage and exchange say the same word for one table.

Rule. A part that equals what its dialect would make of the same word written without quotes is written in lower case
and bare; any other part keeps its letters between double quotes. So ``ANALYTICS.ORDERS`` of Snowflake and
``analytics.orders`` of PostgreSQL both become ``analytics.orders``, while ``"Orders"`` of PostgreSQL keeps its quotes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What a dialect makes of a word without quotes. "any" dialects ignore case even between quotes.
_FOLD = {
    "postgres": "lower", "postgresql": "lower", "redshift": "any", "snowflake": "upper", "oracle": "upper",
    "db2": "upper", "bigquery": "none", "clickhouse": "none", "duckdb": "any", "sqlite": "any", "mysql": "any",
    "tsql": "any", "sqlserver": "any", "fabric": "any", "synapse": "any", "databricks": "any", "spark": "any",
    "hive": "any", "trino": "any", "presto": "any", "athena": "any", "dremio": "any",
}  # fmt: skip
# those that a person may choose by hand; others come with an import
DIALECTS = ("postgres", "snowflake", "bigquery", "redshift", "databricks", "spark", "hive", "trino", "clickhouse",
            "duckdb", "mysql", "tsql", "oracle", "sqlite")  # fmt: skip
_QUOTES = {'"': '"', "`": "`", "[": "]"}
_DECORATOR = re.compile(r"\$(?:\d{4,10}|__[A-Z]+__)$")
_SHARD = re.compile(
    r"_(?:(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d{2}(?:0[1-9]|1[0-2])?\*|\*)$"
)


@dataclass(frozen=True, slots=True)
class NamePart:
    """One word of a qualified name, and whether its author wrote it between quotes."""

    text: str
    quoted: bool = False


def split_name(text: str) -> tuple[NamePart, ...]:
    """Cut a qualified name at the dots outside quotes.

    Args:
        text: ``db.schema.table`` with parts in ``"…"``, `` `…` `` or ``[…]``; one pair of backticks around a whole
            BigQuery path is understood too. A doubled closing quote stands for itself.

    Returns:
        The parts from the outermost to the table; empty parts are left out.
    """
    text = text.strip()
    if text.count("`") == 2 and text[:1] == text[-1:] == "`" and "." in text:
        text = text[1:-1]
    parts: list[NamePart] = []
    at = 0
    while at < len(text):
        closing = _QUOTES.get(text[at])
        if closing is None:
            end = text.find(".", at)
            end = len(text) if end < 0 else end
            word, quoted = text[at:end].strip(), False
        else:
            word, end = _quoted_word(text, at + 1, closing)
            quoted = True
            dot = text.find(".", end)
            end = len(text) if dot < 0 else dot
        if word:
            parts.append(NamePart(word, quoted))
        at = end + 1
    return tuple(parts)


def canonical_name(
    name: str | Sequence[NamePart | str | None], dialect: str = "", *, default: Sequence[str] = ()
) -> str:
    """The canonical text of a dataset's name.

    Args:
        name: a qualified name as written, or its parts; a plain string part counts as written without quotes.
        dialect: the warehouse's dialect (sqlglot or dbt adapter name); empty folds as PostgreSQL does.
        default: (database, schema) to put in front of a name that lacks them; the database may be empty.

    Returns:
        ``database.schema.table``, or fewer parts when nothing names them. BigQuery partition decorators are dropped and
        date shards become ``table_*``. The empty string for no name.
    """
    parts = split_name(name) if isinstance(name, str) else tuple(_as_part(part) for part in name if part)
    parts = tuple(part for part in parts if part.text.strip())
    if not parts:
        return ""
    if dialect.lower() == "bigquery":
        parts = _without_shards(parts)
    parts = (*_front(len(parts), default), *parts)
    fold = _FOLD.get(dialect.lower(), "lower")
    return ".".join(_write(part, fold) for part in parts)


def parts_of(canonical: str) -> tuple[str, ...]:
    """The parts of a canonical name, still canonical (a quoted part keeps its quotes)."""
    return tuple(_bare_or_quoted(part.text, part.quoted) for part in split_name(canonical))


def column_name(name: str, dialect: str = "", *, quoted: bool = False) -> str:
    """A column's name folded as its dialect does, for joining lists from several sources."""
    return _write(NamePart(name, quoted), _FOLD.get(dialect.lower(), "lower"))


class NameIndex:
    """Finds the full canonical name behind a shorter one, as a search path would; ambiguity is no answer."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_tail: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for name in names:
            parts = parts_of(name)
            for start in range(len(parts)):
                self._by_tail[parts[start:]].add(name)

    def resolve(self, name: str, search_path: Sequence[str] = ()) -> str | None:
        """The one known name that ends with ``name``.

        Args:
            name: canonical, of one to three parts; a name longer than the known ones matches by its own tail.
            search_path: schemas tried in order when a bare table name is found in several.

        Returns:
            The known canonical name, or ``None`` when there is none or more than one.
        """
        parts = parts_of(name)
        for start in range(max(1, len(parts) - 1)):
            found = self._by_tail.get(parts[start:], set())
            if len(found) == 1:
                return next(iter(found))
            for schema in search_path if len(parts) == 1 else ():
                inside = self._by_tail.get((*parts_of(schema), *parts), set())
                if len(inside) == 1:
                    return next(iter(inside))
            if found:
                return None
        return None


def _quoted_word(text: str, start: int, closing: str) -> tuple[str, int]:
    word: list[str] = []
    at = start
    while at < len(text):
        if text[at] == closing:
            if text[at + 1 : at + 2] != closing:
                return "".join(word), at + 1
            at += 1
        word.append(text[at])
        at += 1
    return "".join(word), at


def _front(length: int, default: Sequence[str]) -> tuple[NamePart, ...]:
    """What the defaults put before a name of so many parts; a database without a schema says nothing."""
    if length >= 3 or len(default) != 2:
        return ()
    front = tuple(NamePart(word) for word in default[: 3 - length])
    return tuple(part for part in front if part.text) if front[-1].text else ()


def _as_part(part: NamePart | str) -> NamePart:
    return part if isinstance(part, NamePart) else NamePart(part)


def _write(part: NamePart, fold: str) -> str:
    text = part.text.strip() if not part.quoted else part.text
    lower = text.lower()
    if fold == "any":
        return _bare_or_quoted(lower)
    if fold == "upper":
        same = not part.quoted or text == text.upper()
        return _bare_or_quoted(lower) if same else _quote(text)
    if fold == "lower" and not part.quoted:
        return _bare_or_quoted(lower)
    return _bare_or_quoted(text)


def _bare_or_quoted(text: str, quoted: bool = False) -> str:
    plain = not quoted and text == text.lower() and not set('."`[]') & set(text) and text == text.strip()
    return text if plain else _quote(text)


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _without_shards(parts: tuple[NamePart, ...]) -> tuple[NamePart, ...]:
    last = parts[-1]
    text = _SHARD.sub("_*", _DECORATOR.sub("", last.text))
    return (*parts[:-1], NamePart(text, last.quoted))
