"""Two ways to write one SQL expression are one text, and the text means what was written."""

import sqlite3
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.canonical_sql import SqlError, canonical_aggregate, canonical_conjunction, canonical_sql


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status = 'paid' AND NOT is_test", "not  IS_TEST\n and 'paid' = Status"),
        ("a AND (b AND c)", "c and b and a and a"),
        ("a or b", "B OR A"),
        ("x between 1 and 3", "3 >= x AND x >= 1"),
        ("x in ('b', 'a')", "x IN ('a','b','a')"),
        ("x in ('a')", "'a' = x"),
        ("x != 1", "NOT (1 = x)"),
        ("x is not null", "not x is null"),
        ("price * quantity", "o.quantity * O.PRICE"),
        ("a - b + c", "c - (b - a)"),
        ("amount::int", "CAST(amount AS INT)"),
        ("case when a > 1.50 then 1 else null end", "CASE WHEN 1.5 < a THEN 1 END"),
        ("amount /* net */ -- of tax", "Amount"),
        ('"amount"', "amount"),
        ("((amount))", "amount as total"),
        ("select sum(t.a) as s from dwd.x t where t.b > 1", "SELECT Sum(A) FROM DWD.X WHERE 1 < b"),
        ("select sum(o.a) from x o join u on o.i = u.i", "select sum(z.a) q from x z join u k on k.i = z.i"),
    ],
)
def test_rewritings_are_one(one, other):
    assert canonical_sql(one) == canonical_sql(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a - b", "b - a"),
        ("a / b", "b / a"),
        ("a || b", "b || a"),
        ("x > 1", "x >= 1"),
        ("x > 1", "x < 1"),
        ("status = 'paid'", "status = 'Paid'"),
        ("a and b or c", "a and (b or c)"),
        ("a / 1", "a / 1.0"),
        ('"Amount"', "amount"),
        ("coalesce(a, b)", "coalesce(b, a)"),
        ("a + a", "a"),
        ("x in (1, 2)", "x in (1, 3)"),
        ("x % (y % z)", "(x % y) % z"),
        ("not (a or b)", "not a or b"),
        ("sum(a) filter (where b)", "sum(a)"),
        ("select sum(a) from x where b", "select sum(a) from y where b"),
        ("select a.v from x a join x b on a.i = b.j", "select b.v from x a join x b on a.i = b.j"),
    ],
)
def test_different_meanings_stay_different(one, other):
    assert canonical_sql(one) != canonical_sql(other)


@pytest.mark.parametrize(
    "text",
    [
        "drop table x", "a; b", "delete from x", "select 1; select 2", "a +", "insert into x values (1)", "(((",
        "create table x as select 1", "with d as (delete from x returning *) select * from d", "x" * 30_000,
            "select a into b from c", "grant all on x to y", "copy x to '/etc/passwd'", "begin", "vacuum",
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_expression(text):
    with pytest.raises(SqlError) as refused:
        canonical_sql(text)
    assert str(refused.value)


def test_an_aggregate_is_one_in_the_field_or_in_the_text():
    assert canonical_aggregate("count_distinct", "buyer_id") == canonical_aggregate("", "COUNT(DISTINCT t.Buyer_ID)")
    assert canonical_aggregate("sum", "a + b") == canonical_aggregate("sum", "sum(b + a) as total")
    assert canonical_aggregate("avg", "x") == canonical_aggregate("average", "AVG(x)")
    assert canonical_aggregate("count", "*") == canonical_aggregate("count", "1") == canonical_aggregate("", "count(1)")
    assert canonical_aggregate("count", "x") != canonical_aggregate("count", "*")
    assert canonical_aggregate("count", "x") != canonical_aggregate("count_distinct", "x")
    assert canonical_aggregate("sum", "max(x)") != canonical_aggregate("max", "x")


def test_limits_are_one_however_they_are_split():
    assert canonical_conjunction(("a = 1 and b = 2",)) == canonical_conjunction(("b = 2", "a = 1", ""))
    assert canonical_conjunction(("a or b", "c")) != canonical_conjunction(("a", "b or c"))
    assert canonical_conjunction(()) == ""


def test_a_limit_cannot_reach_over_its_seam():
    with pytest.raises(SqlError):
        canonical_conjunction(("a) or (b",))


def test_names_fold_as_their_dialect_folds_them():
    assert canonical_sql("AMOUNT", "snowflake") == canonical_sql("amount", "snowflake")
    assert canonical_sql('"amount"', "snowflake") != canonical_sql("amount", "snowflake")


def test_deep_sql_is_refused_or_read_quickly():
    start = time.process_time()
    for text in ("(" * 5_000 + "a", " and ".join(["a = 1"] * 1_500), "not " * 4_000 + "a", "case when " * 900):
        try:
            canonical_sql(text)
        except SqlError as refused:
            assert str(refused)
    assert time.process_time() - start < 10


COLUMNS = st.sampled_from(["a", "b", "c"])
NUMBERS = st.recursive(
    st.one_of(COLUMNS, st.integers(0, 4).map(str)),
    lambda n: st.one_of(
        st.tuples(n, st.sampled_from("+-*"), n).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        n.map(lambda t: f"(- {t})"),
    ),
    max_leaves=5,
)
COMPARED = st.one_of(
    st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "=", "<>", "!="]), NUMBERS).map(" ".join),
    st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"),
    st.tuples(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=3)).map(lambda t: f"{t[0]} in ({', '.join(t[1])})"),
    NUMBERS.map(lambda n: f"{n} is not null"),
    NUMBERS.map(lambda n: f"{n} is null"),
)
PREDICATES = st.recursive(
    COMPARED,
    lambda p: st.one_of(
        st.tuples(p, st.sampled_from(["and", "or"]), p).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        p.map(lambda t: f"not ({t})"),
    ),
    max_leaves=6,
)
ROWS = [(a, b, c) for a in (None, 0, 2) for b in (None, 1) for c in (None, 0, 3)]


def answers(text: str) -> list:
    with sqlite3.connect(":memory:") as link:
        link.execute("create table t (a, b, c)")
        link.executemany("insert into t values (?, ?, ?)", ROWS)
        return [row[0] for row in link.execute(f"select ({text}) from t order by rowid")]


@settings(max_examples=100, deadline=None)
@given(st.one_of(PREDICATES, NUMBERS))
def test_the_canonical_text_computes_the_same_on_a_real_engine(text):
    canonical = canonical_sql(text)
    assert answers(canonical) == answers(text)
    assert canonical_sql(canonical) == canonical
