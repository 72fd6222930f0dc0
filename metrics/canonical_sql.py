"""SQL brought into one form, so that two ways to write the same expression are one text. Pure; nothing is run.

Only rewritings that cannot change a result: case and quoting of names, aliases, order of AND, OR, +, *, IN and =,
direction of < and >, BETWEEN, != and <>, casts in either spelling, ELSE NULL, comments, parentheses.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from django.utils.translation import gettext as _
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

LONGEST = 20_000
DEFAULT_DIALECT = "postgres"

_MIRRORED = {exp.GT: exp.LT, exp.GTE: exp.LTE}
_SYMMETRIC = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ)
_ALLOWED = (
    exp.Condition, exp.Query, exp.Alias, exp.Distinct, exp.Interval, exp.Filter, exp.Star, exp.Window, exp.WithinGroup,
    exp.IgnoreNulls, exp.RespectNulls, exp.AtTimeZone, exp.Case,
)  # fmt: skip
_FORBIDDEN = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Command, exp.Into)
AGGREGATES: dict[str, type[exp.Expression]] = {
    "sum": exp.Sum, "count": exp.Count, "average": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median,
}  # fmt: skip


class SqlError(ValueError):
    """The text is not an expression that can be understood; the message is a sentence for the author."""


def _text(node: exp.Expression) -> str:
    return node.sql(identify=True, comments=False, normalize_functions="upper", unsupported_level=ErrorLevel.IGNORE)


def parse_sql(text: str, dialect: str = DEFAULT_DIALECT) -> exp.Expression:
    """Read one SQL expression or one SELECT.

    Raises:
        SqlError: for anything else: several statements, statements that write, text that is no SQL.
    """
    if len(text) > LONGEST:
        raise SqlError(_("The SQL is longer than %(count)d characters.") % {"count": LONGEST})
    try:
        parsed = [tree for tree in sqlglot.parse(text, read=dialect) if tree is not None]
    except (SqlglotError, RecursionError, ValueError) as fault:
        raise SqlError(_("The SQL cannot be read: %(fault)s") % {"fault": _first_line(fault)}) from fault
    if len(parsed) != 1:
        raise SqlError(_("Write one expression; this has %(count)d.") % {"count": len(parsed)})
    if not isinstance(parsed[0], _ALLOWED) or parsed[0].find(*_FORBIDDEN):
        raise SqlError(_("An expression may read and compute; this one writes or commands."))
    return parsed[0]


def _first_line(fault: Exception) -> str:
    return (str(fault) or type(fault).__name__).replace("\x1b[4m", "").replace("\x1b[0m", "").splitlines()[0][:200]


def _chain(kind: type[exp.Binary], parts: list[exp.Expression]) -> exp.Expression:
    """Join the parts from the left; the text shows the order, so the tree's shape is always the same."""
    joined = parts[0]
    for part in parts[1:]:
        joined = kind(this=joined, expression=part)
    return joined


def _flat(node: exp.Expression, kind: type[exp.Binary]) -> list[exp.Expression]:
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop().unnest()
        if isinstance(current, kind):
            waiting += [current.expression, current.this]
        else:
            found.append(current)
    return found


def _signed(node: exp.Expression) -> list[tuple[bool, exp.Expression]]:
    """The terms of a chain of + and -, each with whether it is subtracted."""
    found, waiting = [], [(False, node)]
    while waiting:
        minus, current = waiting.pop()
        current = current.unnest()
        if isinstance(current, exp.Add | exp.Sub):
            flip = isinstance(current, exp.Sub)
            waiting += [(minus != flip, current.expression), (minus, current.this)]
        elif isinstance(current, exp.Neg):
            waiting.append((not minus, current.this))
        else:
            found.append((minus, current))
    return found


def _in_parens(node: exp.Expression) -> exp.Expression:
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Between | exp.In | exp.Not) else node


def _rebuild_sum(node: exp.Expression) -> exp.Expression:
    terms = sorted(_signed(node), key=lambda term: (term[0], _text(term[1])))
    first_minus, joined = terms[0]
    if len(terms) == 1 and not first_minus:
        return joined
    joined = exp.Neg(this=_in_parens(joined)) if first_minus else _in_parens(joined)
    for minus, term in terms[1:]:
        joined = (exp.Sub if minus else exp.Add)(this=joined, expression=_in_parens(term))
    return joined


def _rebuild_commutative(node: exp.Expression, kind: type[exp.Binary], dedupe: bool) -> exp.Expression:
    parts = {_text(part) + (f"#{at}" if not dedupe else ""): part for at, part in enumerate(_flat(node, kind))}
    ordered = [parts[key] for key in sorted(parts)]
    return _chain(kind, [_in_parens(part) for part in ordered]) if len(ordered) > 1 else ordered[0]


def _rebuild_in(node: exp.In) -> exp.Expression:
    options = {_text(option): option for option in node.expressions}
    ordered = [options[key] for key in sorted(options)]
    if len(ordered) == 1:
        return _rebuild_symmetric(exp.EQ(this=node.this, expression=ordered[0]))
    node.set("this", _in_parens(node.this.unnest()))
    node.set("expressions", ordered)
    return node


def _rebuild_symmetric(node: exp.Expression) -> exp.Expression:
    left, right = sorted((_in_parens(node.this.unnest()), _in_parens(node.expression.unnest())), key=_text)
    return type(node)(this=left, expression=right)


def _rebuild_comparison(node: exp.Expression) -> exp.Expression:
    mirrored = _MIRRORED.get(type(node))
    left, right = _in_parens(node.this.unnest()), _in_parens(node.expression.unnest())
    return mirrored(this=right, expression=left) if mirrored else type(node)(this=left, expression=right)


def _between(node: exp.Between) -> exp.Expression:
    low = _rebuild_comparison(exp.LTE(this=node.args["low"], expression=node.this))
    high = _rebuild_comparison(exp.LTE(this=node.this.copy(), expression=node.args["high"]))
    return _rebuild_commutative(exp.And(this=low, expression=high), exp.And, dedupe=True)


def _negation(node: exp.Not) -> exp.Expression:
    """``NOT a = b`` is ``a <> b`` and ``NOT NOT a`` is ``a``, with NULL too."""
    inner = node.this.unnest()
    if isinstance(inner, exp.EQ | exp.NEQ):
        other = exp.NEQ if isinstance(inner, exp.EQ) else exp.EQ
        return _rebuild_symmetric(other(this=inner.this, expression=inner.expression))
    if isinstance(inner, exp.Not):
        return inner.this.unnest()
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return exp.Is(this=inner.this, expression=exp.Null(), negate=not inner.args.get("negate"))
    node.set("this", _in_parens(inner))
    return node


def _literal(node: exp.Literal) -> exp.Expression:
    text = str(node.this)
    if node.is_string or not any(sign.isdigit() for sign in text) or "e" in text.lower() or "." not in text:
        return node
    whole, _point, part = text.partition(".")
    part = part.rstrip("0") or "0"  # 1.0 stays a decimal: dividing by 1 and by 1.0 are two things
    return exp.Literal.number(f"{whole or '0'}.{part}")


def _case(node: exp.Case) -> exp.Expression:
    if isinstance(node.args.get("default"), exp.Null):
        node.set("default", None)
    return node


def _rewrite(node: exp.Expression) -> exp.Expression:  # noqa: C901 one line a rule
    """One node, its children already rewritten."""
    if isinstance(node, exp.Paren):
        return node.this
    if isinstance(node, exp.Alias) and not isinstance(node.parent, exp.Select):
        return node.this
    if isinstance(node, exp.Not):
        return _negation(node)
    if isinstance(node, exp.And | exp.Or):
        return _rebuild_commutative(node, type(node), dedupe=True)
    if isinstance(node, exp.Mul):
        return _rebuild_commutative(node, exp.Mul, dedupe=False)
    if isinstance(node, exp.Add | exp.Sub | exp.Neg):
        return _rebuild_sum(node)
    if isinstance(node, exp.Between) and not node.args.get("symmetric"):
        return _between(node)
    if isinstance(node, exp.In) and node.expressions:
        return _rebuild_in(node)
    if isinstance(node, _SYMMETRIC):
        return _rebuild_symmetric(node)
    if isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE):
        return _rebuild_comparison(node)
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return exp.Count(this=exp.Star())
    if isinstance(node, exp.Literal):
        return _literal(node)
    return _case(node) if isinstance(node, exp.Case) else _shield(node)


def _shield(node: exp.Expression) -> exp.Expression:
    """Put parentheses back where an operator that is not ours to sort holds another one."""
    if isinstance(node, exp.Binary | exp.Unary) and not isinstance(node, exp.Dot | exp.Paren):
        for slot in ("this", "expression"):
            part = node.args.get(slot)
            if isinstance(part, exp.Expression):
                node.set(slot, _in_parens(part))
    return node


def _bottom_up(node: exp.Expression) -> exp.Expression:
    """Rewrite children before parents. Depth is that of the tree, which the reader has bounded already."""
    for key, value in list(node.args.items()):
        if isinstance(value, exp.Expression):
            node.set(key, _bottom_up(value))
        elif isinstance(value, list):
            node.set(key, [_bottom_up(part) if isinstance(part, exp.Expression) else part for part in value])
    return _rewrite(node)


def _drop_aliases(tree: exp.Expression) -> None:
    """Name columns by their table, or by nothing when there is only one; names of results say nothing about them."""
    tables = [table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier)]
    names: dict[str, str] = {}
    for table in tables:
        own = ".".join(part.name for part in table.parts)
        names[table.alias_or_name] = own if own not in names.values() else f"{own}~{table.alias_or_name}"
    for column in tree.find_all(exp.Column):
        if len(tables) <= 1:
            column.set("table", None)
            column.set("db", None)
            column.set("catalog", None)
        elif column.table in names:
            column.set("table", exp.to_identifier(names[column.table], quoted=True))
    for table in tables:
        own = ".".join(part.name for part in table.parts)
        if not names[table.alias_or_name].startswith(own + "~"):
            table.set("alias", None)
    if isinstance(tree, exp.Select):
        tree.set("expressions", [part.unalias() for part in tree.expressions])


@lru_cache(maxsize=4096)
def canonical_sql(text: str, dialect: str = DEFAULT_DIALECT) -> str:
    """The one text of an expression or a SELECT; empty for an empty text.

    Args:
        text: SQL in `dialect`.
        dialect: a dialect of sqlglot; decides how names without quotes are folded.

    Raises:
        SqlError: see `parse_sql`.
    """
    return _canonical_text(parse_sql(text, dialect), dialect) if text.strip() else ""


def _canonical_text(tree: exp.Expression, dialect: str) -> str:
    try:
        tree = normalize_identifiers(tree.copy(), dialect=dialect)
        _drop_aliases(tree)
        for quote in tree.find_all(exp.Anonymous):
            quote.set("this", str(quote.this).upper())
        return _text(_bottom_up(tree))
    except (RecursionError, SqlglotError) as fault:
        raise SqlError(_("The SQL is nested too deeply.")) from fault


@lru_cache(maxsize=4096)
def canonical_conjunction(predicates: tuple[str, ...], dialect: str = DEFAULT_DIALECT) -> str:
    """One text for predicates that must all hold, however they are split and ordered."""
    written = [f"({text})" for text in predicates if text.strip()]
    for text in predicates:
        if text.strip():
            parse_sql(text, dialect)  # each must stand alone: "a) OR (b" would join across the seam
    return canonical_sql(" AND ".join(written), dialect) if written else ""


@lru_cache(maxsize=4096)
def canonical_aggregate(agg: str, text: str, dialect: str = DEFAULT_DIALECT) -> tuple[str, str]:
    """The aggregate and what it is taken of, whether it was written as a field or inside the SQL.

    ``("count_distinct", "buyer_id")`` and ``("", "count(distinct t.BUYER_ID)")`` give the same answer.
    """
    name = {"avg": "average", "mean": "average", "distinct_count": "count_distinct"}.get(agg.lower(), agg.lower())
    if not text.strip():
        return name, ""
    tree = parse_sql(text, dialect)
    inner = tree.unalias().unnest() if isinstance(tree, exp.Alias | exp.Paren) else tree
    for code, kind in AGGREGATES.items():
        if isinstance(inner, kind) and name in {"", code, *(["count_distinct"] if code == "count" else [])}:
            distinct = inner.this if isinstance(inner.this, exp.Distinct) else None
            if distinct is not None and code == "count" and len(distinct.expressions) == 1:
                return "count_distinct", _canonical_text(distinct.expressions[0], dialect)
            if distinct is None and name in {"", code} and not inner.expressions:
                return code, _counted(code, _canonical_text(inner.this, dialect))
    return name, _counted(name, _canonical_text(inner, dialect))


def _counted(agg: str, text: str) -> str:
    return "*" if agg == "count" and (text == "*" or text.isdecimal()) else text
