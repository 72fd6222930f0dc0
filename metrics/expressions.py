"""The arithmetic of composite metrics: codes, numbers, ``+ - * /``, parentheses and ``nullif``. Pure and safe.

Nothing of the text is ever executed: an own reader makes a small tree, and everything else asks the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from django.utils.translation import gettext as _

LONGEST = 4_000
DEEPEST = 60

_TOKEN = re.compile(r"\s*(?:(\d{1,18}(?:\.\d{1,18})?)|([^\W\d]\w{0,99})|([-+*/(),]))")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "÷": "/", "（": "(", "）": ")", "，": ","})


class ExpressionError(ValueError):
    """The text is no expression; the message says where and why."""


@dataclass(frozen=True)
class Number:
    value: Decimal


@dataclass(frozen=True)
class Code:
    """The code of a metric."""

    name: str


@dataclass(frozen=True)
class Binary:
    """`sign` is one of + - * /."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Nullif:
    """``nullif(inner, value)``: no number when `inner` equals `value`; guards a denominator."""

    inner: Node
    value: Node


Node = Number | Code | Binary | Nullif


class _Reader:
    """Recursive descent over tokens; depth is bounded so that no text can exhaust the stack."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(_("The expression is longer than %(count)d characters.") % {"count": LONGEST})
        self.tokens = list(_tokens(text.translate(_SIGNS)))
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise ExpressionError(
                _("Expected “%(expected)s” but found “%(found)s”.")
                % {"expected": expected or _("a metric"), "found": token or _("the end")}
            )
        self.at += 1
        return token

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("The expression is nested too deeply."))
        node = self.product()
        while self.peek() in {"+", "-"}:
            node = Binary(self.take(), node, self.product())
        self.depth -= 1
        return node

    def product(self) -> Node:
        node = self.atom()
        while self.peek() in {"*", "/"}:
            node = Binary(self.take(), node, self.atom())
        return node

    def atom(self) -> Node:
        minus = 0
        while self.peek() in {"-", "+"}:
            minus += self.take() == "-"
        word = self.take()
        if word == "(":
            node = self.sum()
            self.take(")")
        elif word[0].isdigit():
            node = Number(Decimal(word))
        elif word.lower() == "nullif" and self.peek() == "(":
            node = self.nullif()
        elif word in {")", ",", "*", "/"}:
            raise ExpressionError(_("“%(found)s” stands where a metric or a number should.") % {"found": word})
        elif self.peek() == "(":
            raise ExpressionError(_("“%(name)s” is no function here; only nullif is.") % {"name": word})
        else:
            node = Code(word)
        return Binary("-", Number(Decimal(0)), node) if minus % 2 else node

    def nullif(self) -> Node:
        self.take("(")
        inner = self.sum()
        self.take(",")
        value = self.sum()
        self.take(")")
        return Nullif(inner, value)


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if not match:
            shown = text[at:].lstrip()[:1]
            raise ExpressionError(_("“%(sign)s” does not belong in an expression.") % {"sign": shown})
        yield match.group(1) or match.group(2) or match.group(3)
        at = match.end()


def parse_expression(text: str) -> Node:
    """Read an expression over metric codes.

    Raises:
        ExpressionError: with a sentence, for anything that is not such an expression.
    """
    reader = _Reader(text)
    node = reader.sum()
    if reader.peek():
        raise ExpressionError(_("“%(found)s” stands after the end of the expression.") % {"found": reader.peek()})
    return node


def _walk(node: Node) -> Iterator[Node]:
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, Binary):
            waiting += [current.right, current.left]
        elif isinstance(current, Nullif):
            waiting += [current.value, current.inner]


def codes_in(node: Node) -> list[str]:
    """The metric codes that the expression reads, each once, from left to right."""
    return list(dict.fromkeys(part.name for part in _walk(node) if isinstance(part, Code)))


def evaluate(node: Node, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The number, or ``None`` when an input is missing, a `nullif` bites, or something is divided by zero."""
    try:
        with localcontext() as context:
            context.prec = 34
            return _value(node, values)
    except (DivisionByZero, InvalidOperation, Overflow):
        return None


def _value(node: Node, values: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Code):
        return values.get(node.name)
    if isinstance(node, Nullif):
        inner = _value(node.inner, values)
        return None if inner is None or inner == _value(node.value, values) else inner
    left, right = _value(node.left, values), _value(node.right, values)
    if left is None or right is None:
        return None
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    return left * right if node.sign == "*" else left / right


def _terms(node: Node, sign: int = 1) -> Iterator[tuple[int, Node]]:
    """The signed terms of a chain of + and -."""
    if isinstance(node, Binary) and node.sign in {"+", "-"}:
        yield from _terms(node.left, sign)
        yield from _terms(node.right, sign if node.sign == "+" else -sign)
    elif not (isinstance(node, Number) and node.value == 0):
        yield sign, node


def _factors(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.sign == "*":
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def canonical(node: Node, names: Mapping[str, str] | None = None) -> str:
    """One text for all ways to write the same arithmetic.

    The order of summands and factors, parentheses, white space and trailing zeros do not matter; the order around
    ``/`` and the signs do.

    Args:
        node: the expression.
        names: what stands for a code, usually the input's fingerprint; codes without one stand for themselves.
    """
    if isinstance(node, Number):
        return f"{node.value.normalize():f}"
    if isinstance(node, Code):
        return (names or {}).get(node.name, node.name)
    if isinstance(node, Nullif):
        return f"nullif({canonical(node.inner, names)},{canonical(node.value, names)})"
    if node.sign in {"+", "-"}:
        terms = sorted(("+" if sign > 0 else "-") + canonical(term, names) for sign, term in _terms(node))
        is_one = len(terms) == 1 and terms[0].startswith("+")
        return terms[0][1:] if is_one else f"sum({','.join(terms)})"
    if node.sign == "*":
        return f"mul({','.join(sorted(canonical(factor, names) for factor in _factors(node)))})"
    return f"div({canonical(node.left, names)},{canonical(node.right, names)})"


def unguarded_divisions(node: Node) -> list[str]:
    """The denominators that may be zero: what stands after ``/`` and is no number and no `nullif(…, 0)`."""
    found = []
    for part in _walk(node):
        if isinstance(part, Binary) and part.sign == "/" and not _never_zero(part.right):
            found.append(", ".join(codes_in(part.right)) or canonical(part.right))
    return list(dict.fromkeys(found))


def guard_denominators(node: Node) -> Node:
    """The expression with `nullif(…, 0)` round every denominator that may be zero."""
    if isinstance(node, Nullif):
        return Nullif(guard_denominators(node.inner), guard_denominators(node.value))
    if not isinstance(node, Binary):
        return node
    left, right = guard_denominators(node.left), guard_denominators(node.right)
    if node.sign == "/" and not _never_zero(right):
        right = Nullif(right, Number(Decimal(0)))
    return Binary(node.sign, left, right)


def _never_zero(node: Node) -> bool:
    if isinstance(node, Number):
        return node.value != 0
    if isinstance(node, Nullif):
        return isinstance(node.value, Number) and node.value.value == 0
    return isinstance(node, Binary) and node.sign == "*" and all(_never_zero(factor) for factor in _factors(node))


def _is_weighted(term: Node) -> bool:
    return any(isinstance(factor, Number) for factor in _factors(term))


def summed_codes(node: Node, weights_excuse: bool = False) -> list[str]:
    """The metric codes that the expression adds up: plain summands of a chain with two or more of them.

    A difference adds nothing up, nor does a summand that is itself a quotient.

    Args:
        node: the expression.
        weights_excuse: leave out summands with a constant factor, as in a weighted mean of rates.
    """
    found: list[str] = []
    for part in _chains(node):
        plus = [term for sign, term in _terms(part) if sign > 0 and codes_in(term)]
        if len(plus) < 2:
            continue
        for term in plus:
            bare = [factor for factor in _factors(term) if isinstance(factor, Code)]
            if not (weights_excuse and _is_weighted(term)):
                found += [factor.name for factor in bare]
    return list(dict.fromkeys(found))


def _chains(node: Node) -> Iterator[Node]:
    """The outermost nodes of each chain of + and -."""
    waiting: list[tuple[Node, bool]] = [(node, False)]
    while waiting:
        current, inside = waiting.pop()
        is_chain = isinstance(current, Binary) and current.sign in {"+", "-"}
        if is_chain and not inside:
            yield current
        if isinstance(current, Binary):
            waiting += [(current.left, is_chain), (current.right, is_chain)]
        elif isinstance(current, Nullif):
            waiting += [(current.inner, False), (current.value, False)]


def find_cycle(inputs: Mapping[str, Iterable[str]]) -> list[str] | None:
    """A circle among metrics, as codes from the first to itself again, or ``None``.

    Args:
        inputs: for each metric the codes that it is computed from. Works without recursion at any depth.
    """
    done: set[str] = set()
    for start in sorted(inputs):
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            stack.append((start, iter(sorted(inputs.get(start, ())))))
            path.append(start)
            on_path.add(start)
        while stack:
            code, following = stack[-1]
            step = next((other for other in following if other not in done), None)
            if step is None:
                stack.pop()
                on_path.discard(path.pop())
                done.add(code)
            elif step in on_path:
                return [*path[path.index(step) :], step]
            else:
                stack.append((step, iter(sorted(inputs.get(step, ())))))
                path.append(step)
                on_path.add(step)
    return None
