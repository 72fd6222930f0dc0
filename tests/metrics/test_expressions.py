"""Composite metrics are arithmetic over codes: read safely, compared by meaning, checked for sums that lie."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.expressions import (
    Binary,
    Code,
    ExpressionError,
    Nullif,
    Number,
    canonical,
    codes_in,
    evaluate,
    find_cycle,
    guard_denominators,
    parse_expression,
    summed_codes,
    unguarded_divisions,
)

NRR = "(start_mrr − churn_mrr_1m − contraction_mrr_1m + expansion_mrr_1m) / nullif(start_mrr, 0)"


def test_it_reads_the_net_revenue_retention_of_the_demo():
    node = parse_expression(NRR)
    assert codes_in(node) == ["start_mrr", "churn_mrr_1m", "contraction_mrr_1m", "expansion_mrr_1m"]
    values = {"start_mrr": "100", "churn_mrr_1m": "5", "contraction_mrr_1m": "2.5", "expansion_mrr_1m": "9"}
    assert evaluate(node, {code: Decimal(value) for code, value in values.items()}) == Decimal("1.015")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a + b", "b+a"),
        ("a * (b * c)", "(c*a)*b"),
        ("a - b + c", "c - (b - a)"),
        ("a / nullif(b, 0)", "( a )/NULLIF( b ,0.00)"),
        ("2 * a", "a*2.0"),
        ("-a + b", "b - a"),
        ("a × b ÷ c", "b*a/c"),
    ],
)
def test_ways_to_write_one_number_are_one(one, other):
    assert canonical(parse_expression(one)) == canonical(parse_expression(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a / b", "b / a"),
        ("a - b", "b - a"),
        ("a / b / c", "a / (b / c)"),
        ("a * b / c", "a / c * b"),
        ("a + b * c", "(a + b) * c"),
        ("a / b", "a / nullif(b, 0)"),
        ("a + a", "a"),
        ("10 * a", "1 * a"),
        ("0 * a", "a"),
    ],
)
def test_different_numbers_stay_different(one, other):
    assert canonical(parse_expression(one)) != canonical(parse_expression(other))


@pytest.mark.parametrize(
    "text",
    [
        "", "a +", "a b", "(a", "a)", "a + * b", "sum(a)", "nullif(a)", "nullif(a, 0", "a; drop", "__import__('os')",
        "a.b", "a ** b", "'x'", "a % b", "1..2", "a == b", "lambda: 0", "+", ",", "a" * 5_000,
        "(" * 200 + "a" + ")" * 200, "nullif(" * 100 + "a",
    ],
)  # fmt: skip
def test_it_refuses_everything_else_with_a_sentence(text):
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert str(refused.value)


def test_a_missing_input_or_a_zero_below_gives_no_number():
    ratio = parse_expression("a / b")
    assert evaluate(ratio, {"a": Decimal(1), "b": None}) is None
    assert evaluate(ratio, {"a": Decimal(1), "b": Decimal(0)}) is None
    assert evaluate(ratio, {"a": Decimal(0), "b": Decimal(0)}) is None
    assert evaluate(parse_expression("a / nullif(b, 0)"), {"a": Decimal(1), "b": Decimal(0)}) is None
    assert evaluate(ratio, {"a": Decimal(1)}) is None


def test_it_names_the_denominators_that_nobody_guards():
    assert unguarded_divisions(parse_expression("a / b + c / (d - e)")) == ["b", "d, e"]
    assert unguarded_divisions(parse_expression("a / 100 + c / nullif(d, 0) / (2 * nullif(e, 0))")) == []
    assert unguarded_divisions(parse_expression("a / nullif(b, 1)")) == ["b"]
    assert unguarded_divisions(guard_denominators(parse_expression("a / b / (c - d)"))) == []


def test_it_finds_what_is_added_up():
    assert summed_codes(parse_expression("visit_uv + app_uv")) == ["visit_uv", "app_uv"]
    assert summed_codes(parse_expression("(a + b) / nullif(a + b + c, 0)")) == ["a", "b", "c"]
    assert summed_codes(parse_expression("2 * a + b")) == ["a", "b"]


@pytest.mark.parametrize("text", ["a - b", "a / b", "(a - b) / b", "a / b + c / d", "a + 1", "a * b"])
def test_a_difference_or_a_quotient_adds_nothing_up(text):
    assert summed_codes(parse_expression(text)) == []


def test_weights_excuse_a_sum_only_where_the_kind_says_so():
    node = parse_expression("0.4 * a + 0.6 * b")
    assert summed_codes(node) == ["a", "b"]
    assert summed_codes(node, weights_excuse=True) == []
    assert summed_codes(parse_expression("a + 0.6 * b"), weights_excuse=True) == ["a"]


def test_it_finds_a_circle_and_none_where_there_is_none():
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["a"]}) == ["a", "b", "c", "a"]
    assert find_cycle({"a": ["a"]}) == ["a", "a"]
    assert find_cycle({"a": ["b", "c"], "b": ["d"], "c": ["d"]}) is None


def test_a_chain_of_ten_thousand_metrics_is_no_trouble():
    chain = {f"m{number:05}": [f"m{number + 1:05}"] for number in range(10_000)}
    assert find_cycle(chain) is None
    assert len(find_cycle(chain | {"m10000": ["m00000"]})) == 10_002


LEAVES = st.one_of(st.sampled_from("abcd").map(Code), st.integers(1, 9).map(lambda n: Number(Decimal(n))))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Nullif, inner, st.just(Number(Decimal(0)))),
    ),
    max_leaves=8,
)


def shuffled(node, draw):
    """The same number written in another way."""
    if isinstance(node, Nullif):
        return Nullif(shuffled(node.inner, draw), node.value)
    if not isinstance(node, Binary):
        return node
    left, right = shuffled(node.left, draw), shuffled(node.right, draw)
    swap = draw(st.booleans())
    return Binary(node.sign, right, left) if swap and node.sign in "+*" else Binary(node.sign, left, right)


def written(node):
    if isinstance(node, Number):
        return f"{node.value}"
    if isinstance(node, Code):
        return node.name
    if isinstance(node, Nullif):
        return f"nullif({written(node.inner)}, {written(node.value)})"
    return f"({written(node.left)} {node.sign} {written(node.right)})"


@given(TREES)
def test_what_is_written_is_what_is_read(node):
    assert canonical(parse_expression(written(node))) == canonical(node)


@given(TREES, st.data())
def test_the_order_of_what_commutes_does_not_matter(node, data):
    other = shuffled(node, data.draw)
    assert canonical(other) == canonical(node)
    values = {"a": Decimal(2), "b": Decimal(3), "c": Decimal(5), "d": Decimal(0)}
    one, two = evaluate(node, values), evaluate(other, values)
    assert (one is None) == (two is None)
    assert one is None or abs(one - two) < Decimal("1e-20") * max(1, abs(one))


@given(TREES, TREES)
def test_equal_canonical_forms_have_equal_values(one, other):
    values = {"a": Decimal(7), "b": Decimal(3), "c": Decimal(11), "d": Decimal(13)}
    first, second = evaluate(one, values), evaluate(other, values)
    if canonical(one) == canonical(other):
        assert first == second or abs(first - second) < Decimal("1e-20") * max(1, abs(first))


@given(st.text(alphabet="ab1+-*/(), .nulif", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse_expression(text)
    except ExpressionError as refused:
        assert str(refused)
