"""The shape of a statement: its words without literals, comments or layout. Literals hold people, so none is stored.

A pass over tokens, not a parse: it works on broken SQL too, and tells millions of log lines apart before one is parsed
(performance.md 5).
"""

from __future__ import annotations

import re
from hashlib import blake2b

MAX_SHAPE = 20_000
"""Characters of a shape that are kept; the fingerprint covers all of it."""

# Dialects in which "…" is a text and not a name, and in which \' does not end a text.
_DOUBLE_IS_TEXT = {"mysql", "bigquery", "spark", "spark2", "hive", "databricks", "doris", "starrocks"}
_BACKSLASH = _DOUBLE_IS_TEXT | {"clickhouse", "snowflake", "redshift"}

_SIGNED_AFTER = set("(,=<>+-*/%|&^[:;") | {
    "select", "where", "and", "or", "not", "in", "between", "limit", "offset", "then", "else", "when", "values",
    "interval", "return", "by", "on", "as", "like", "ilike", "is", "case", "set",
}  # fmt: skip
# A name between quotes is kept only when it is closed and looks like one; anything else may be a text in disguise.
_SAFE_NAME = re.compile(r"""(?:"[^'@\n"]{1,128}"|`[^'@\n`]{1,128}`|\[[^'@\n\]]{1,128}\])\Z""")
_LIST = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
_ROWS = re.compile(r"(\((?:[^()]*)\))(?:\s*,\s*\1)+")


def _pattern(dialect: str) -> re.Pattern[str]:
    plain = r"'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)" if dialect in _BACKSLASH else r"'(?:[^']|'')*(?:'|\Z)"
    double = r'"(?:[^"\\]|\\.|"")*(?:"|\\?\Z)' if dialect in _BACKSLASH else r'"(?:[^"]|"")*(?:"|\Z)'
    text = f"{plain}|{double}" if dialect in _DOUBLE_IS_TEXT else plain
    name = r"`(?:[^`]|``)*(?:`|\Z)|\[[A-Za-z_][^\]\n']*\](?=\s*[.\s,)]|\Z)"
    name = name if dialect in _DOUBLE_IS_TEXT else f"{double}|{name}"
    if dialect not in ("tsql", "fabric"):
        name = name.replace(r"|\[[A-Za-z_][^\]\n']*\](?=\s*[.\s,)]|\Z)", "")
    return re.compile(
        rf"""
        (?P<skip>\s+|--[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z))
        |(?P<text>(?:\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\\?\Z))|(?:\b(?:[nNxXbB]|[rR][bB]?|[bB][rR]|[uU]&))?(?:{text})
            |\$(?P<tag>[A-Za-z_]\w*)\$(?:.*?)(?:\$(?P=tag)\$|\Z)|\$\$(?:.*?)(?:\$\$|\Z))
        |(?P<param>\$\d+|\?|%s|%\(\w+\)s|(?<![:\w]):[A-Za-z_]\w*|@\w+(?=\s|[,)]|\Z))
        |(?P<number>(?<![\w.])(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))
        |(?P<name>{name})
        |(?P<word>[^\W\d][\w$]*)
        |(?P<other>::|<>|<=|>=|!=|\|\||->>|->|.)
        """,
        re.VERBOSE | re.DOTALL,
    )


_PATTERNS: dict[str, re.Pattern[str]] = {}


def shape_of(sql: str, dialect: str = "postgres") -> str:
    """The statement without its literals.

    Args:
        sql: one or more statements, valid or not.
        dialect: decides what quotes mean; ANSI rules when unknown.

    Returns:
        Tokens joined by single blanks: words in lower case, every literal, parameter and list of them as ``?``, no
        comments, names between quotes kept as written. What is not closed swallows the rest, so that nothing leaks.
    """
    key = dialect.lower()
    pattern = _PATTERNS.get(key)
    if pattern is None:
        pattern = _PATTERNS.setdefault(key, _pattern(key))
    words: list[str] = []
    for match in pattern.finditer(sql):
        kind = match.lastgroup if match.lastgroup != "tag" else "text"
        if kind == "skip":
            continue
        if kind in ("text", "param", "number") or (kind == "name" and not _SAFE_NAME.match(match.group())):
            _drop_sign(words)
            words.append("?")
        else:
            words.append(match.group().lower() if kind == "word" else match.group())
    while words and words[-1] == ";":
        words.pop()
    shape = _LIST.sub("( ? )", " ".join(words))
    return _ROWS.sub(r"\1", shape)


def fingerprint(sql: str, dialect: str = "postgres") -> str:
    """32 hex digits that are equal for statements of equal shape."""
    return fingerprint_of_shape(shape_of(sql, dialect))


def fingerprint_of_shape(shape: str) -> str:
    """The fingerprint of a shape that is at hand."""
    return blake2b(shape.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _drop_sign(words: list[str]) -> None:
    """``= -5`` and ``= 5`` are one shape; ``a - 5`` keeps its minus."""
    if words and words[-1] in ("-", "+") and (len(words) == 1 or words[-2] in _SIGNED_AFTER):
        words.pop()
