"""Statements that mislead a search for table names, with what they touch written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.sql.tables import TableUse, tables_of

# name: (statement, what it reads, what it writes)
TRICKY: dict[str, tuple[str, set[str], set[str]]] = {
    "a CTE that shadows a real table": (
        "WITH orders AS (SELECT * FROM orders WHERE paid) SELECT * FROM orders", {"orders"}, set()),
    "a CTE that hides a real table wholly": ("WITH orders AS (SELECT 1 AS a) SELECT * FROM orders", set(), set()),
    "a CTE seen by the next, not by the one before": (
        "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM c) SELECT * FROM a JOIN b USING (id)", {"b", "c"}, set()),
    "a CTE of a subquery, not visible outside": (
        "SELECT * FROM (WITH x AS (SELECT * FROM t) SELECT * FROM x) AS s, x", {"t", "x"}, set()),
    "a CTE that a nested subquery sees": (
        "WITH x AS (SELECT * FROM t) SELECT * FROM u WHERE id IN (SELECT id FROM x)", {"t", "u"}, set()),
    "a schema before the name is never a CTE": (
        "WITH orders AS (SELECT 1) SELECT * FROM dwd.orders, orders", {"dwd.orders"}, set()),
    "a recursive CTE": (
        "WITH RECURSIVE up AS (SELECT id, boss FROM staff WHERE id = 1 UNION ALL "
        "SELECT s.id, s.boss FROM staff s JOIN up ON s.id = up.boss) SELECT * FROM up", {"staff"}, set()),
    "a CTE that deletes": (
        "WITH gone AS (DELETE FROM queue WHERE done RETURNING id) SELECT * FROM gone JOIN log USING (id)",
        {"log"}, {"queue"}),
    "a lateral join": (
        "SELECT * FROM users u CROSS JOIN LATERAL (SELECT * FROM orders o WHERE o.buyer = u.id LIMIT 1) last",
        {"users", "orders"}, set()),
    "a correlated subquery": (
        "SELECT (SELECT max(p.at) FROM payments p WHERE p.order_id = o.id) FROM orders o",
        {"orders", "payments"}, set()),
    "EXISTS": ("SELECT 1 FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.id)", {"a", "b"}, set()),
    "a derived table with the name of a table": ("SELECT * FROM (SELECT * FROM b) AS a", {"b"}, set()),
    "an alias with the name of another table": ("SELECT b.x FROM a AS b", {"a"}, set()),
    "set operations": (
        "(SELECT id FROM a UNION SELECT id FROM b) EXCEPT (SELECT id FROM c INTERSECT SELECT id FROM d)",
        {"a", "b", "c", "d"}, set()),
    "INSERT … SELECT": ("INSERT INTO t (a) SELECT a FROM s JOIN r USING (id)", {"s", "r"}, {"t"}),
    "INSERT after WITH": ("WITH x AS (SELECT * FROM s) INSERT INTO t SELECT * FROM x", {"s"}, {"t"}),
    "INSERT … ON CONFLICT": (
        "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a", set(), {"t"}),
    "INSERT that reads its own table": ("INSERT INTO t SELECT * FROM t WHERE a > 1", {"t"}, {"t"}),
    "CREATE TABLE AS": ("CREATE TABLE mart.t AS SELECT * FROM raw.s", {"raw.s"}, {"mart.t"}),
    "CREATE VIEW": ("CREATE OR REPLACE VIEW v AS SELECT * FROM a, b", {"a", "b"}, {"v"}),
    "SELECT INTO": ("SELECT * INTO t FROM s", {"s"}, {"t"}),
    "MERGE": (
        "MERGE INTO target t USING (SELECT * FROM source) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a "
        "WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)", {"source"}, {"target"}),
    "UPDATE … FROM": ("UPDATE a SET x = b.x FROM b JOIN c USING (id) WHERE a.id = b.id", {"b", "c"}, {"a"}),
    "UPDATE with a subquery": ("UPDATE a SET x = (SELECT max(x) FROM b)", {"b"}, {"a"}),
    "DELETE … USING": ("DELETE FROM a USING b WHERE a.id = b.id", {"b"}, {"a"}),
    "TRUNCATE": ("TRUNCATE a, s.b", set(), {"a", "s.b"}),
    "quoted names keep their letters": (
        'SELECT * FROM "Sales"."Order Lines" AS "x.y"', {'"Sales"."Order Lines"'}, set()),
    "letter case and quotes that mean the same": (
        'SELECT * FROM Public.ORDERS, "public"."orders"', {"public.orders"}, set()),
    "three parts": ("SELECT * FROM shop.public.orders", {"shop.public.orders"}, set()),
    "comments with words of SQL": (
        "SELECT * -- FROM secret\nFROM a /* JOIN hidden */ WHERE b = 'FROM nothing'", {"a"}, set()),
    "dollar quotes": ("SELECT $$ FROM x $$, $q$ JOIN y $q$ FROM a", {"a"}, set()),
    "numbered placeholders": ("SELECT * FROM a WHERE id = $1 AND at > $2::date LIMIT $3", {"a"}, set()),
    "COPY of a query": ("COPY (SELECT * FROM a JOIN b USING (id)) TO STDOUT WITH CSV", {"a", "b"}, set()),
    "COPY out and in": ("COPY a TO STDOUT; COPY b FROM STDIN", {"a"}, {"b"}),
    "EXPLAIN": ("EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM a", {"a"}, set()),
    "a cursor": ("DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT * FROM a", {"a"}, set()),
    "PREPARE": ("PREPARE p (int) AS SELECT * FROM a WHERE id = $1", {"a"}, set()),
    "VALUES as a table": ("SELECT * FROM (VALUES (1), (2)) AS v(x) JOIN a ON a.id = v.x", {"a"}, set()),
    "functions as tables": (
        "SELECT * FROM generate_series(1, 3) g, unnest(ARRAY[1, 2]) u, json_to_recordset('[]') AS r(a int), a",
        {"a"}, set()),
    "TABLE": ("TABLE a", {"a"}, set()),
    "ONLY and TABLESAMPLE": ("SELECT * FROM ONLY a, b TABLESAMPLE SYSTEM (10)", {"a", "b"}, set()),
    "a temporary table and its use": (
        "CREATE TEMP TABLE w AS SELECT * FROM a; INSERT INTO t SELECT * FROM w JOIN b USING (id)", {"a", "b"}, {"t"}),
    "tables of the server": (
        "SELECT * FROM pg_catalog.pg_class, information_schema.tables, pg_stat_activity, a", {"a"}, set()),
    "a window and a filter": (
        "SELECT count(*) FILTER (WHERE x), sum(y) OVER (PARTITION BY z) FROM a WINDOW w AS (ORDER BY y)", {"a"}, set()),
    "several statements": ("BEGIN; UPDATE a SET x = 1; SELECT * FROM b; COMMIT", {"b"}, {"a"}),
    "joins in parentheses": (
        "SELECT * FROM (a JOIN b USING (id)) LEFT JOIN (c CROSS JOIN d) ON true", {"a", "b", "c", "d"}, set()),
    "a column with the name of a table": ("SELECT orders, a.users FROM a", {"a"}, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", TRICKY)
def test_it_finds_what_the_statement_touches(name: str) -> None:
    sql, reads, writes = TRICKY[name]
    use = tables_of(sql, "postgres")
    assert use.is_parsed
    assert (use.inputs, use.outputs) == (reads, writes)


@pytest.mark.parametrize(
    ("dialect", "sql", "reads"),
    [
        ("bigquery", "SELECT l.sku FROM `p.d.orders_20240131` o, o.lines l, UNNEST(l.tags)", {"p.d.orders_*"}),
        ("bigquery", "SELECT * FROM `p.d.events_*` WHERE _TABLE_SUFFIX > '20240101'", {"p.d.events_*"}),
        ("bigquery", "SELECT * FROM p.d.t FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()", {"p.d.t"}),
        ("snowflake", "SELECT f.value FROM RAW.ORDERS, LATERAL FLATTEN(input => items) f", {"raw.orders"}),
        ("snowflake", 'SELECT * FROM "RAW"."ORDERS" QUALIFY row_number() OVER (ORDER BY 1) = 1', {"raw.orders"}),
        ("tsql", "SELECT TOP 5 * FROM [Sales].[dbo].[Orders] o WITH (NOLOCK)", {"sales.dbo.orders"}),
        ("mysql", "SELECT * FROM `shop`.`orders` USE INDEX (i)", {"shop.orders"}),
        ("duckdb", "SELECT * FROM read_csv('a.csv'), 'b.parquet', t", {"t"}),
        ("redshift", "UNLOAD ('select 1') TO 's3://x'", set()),
    ],
)
def test_it_knows_the_ways_of_other_warehouses(dialect: str, sql: str, reads: set[str]) -> None:
    assert tables_of(sql, dialect).inputs == reads


def test_it_puts_the_default_database_and_schema_in_front() -> None:
    use = tables_of("SELECT * FROM orders JOIN dwd.users USING (id)", default=("shop", "public"))
    assert use.inputs == {"shop.public.orders", "shop.dwd.users"}


def test_temporary_tables_of_the_session_can_be_left_out_later() -> None:
    made = tables_of("CREATE TEMPORARY TABLE w AS SELECT * FROM a")
    assert (made.inputs, made.outputs, made.temporary) == ({"a"}, frozenset(), {"w"})
    later = tables_of("SELECT w.x, b.y FROM w JOIN b USING (id)")
    assert later.without(made.temporary) == TableUse(
        frozenset({"b"}), columns=frozenset({("b", "y")}), kind="select"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT a, t.b AS c FROM t WHERE d > 1 ORDER BY a", {("t", "a"), ("t", "b"), ("t", "d")}),
        ("SELECT * FROM t", {("t", "*")}),
        ("SELECT t.*, u.x FROM t JOIN u ON t.id = u.id", {("t", "*"), ("t", "id"), ("u", "x"), ("u", "id")}),
        ("SELECT count(*) FROM t", set()),
        ("SELECT x FROM t, u", set()),
        ("SELECT d.x FROM (SELECT x, y FROM t) d", {("t", "x"), ("t", "y")}),
        ("SELECT (SELECT max(u.a) FROM u WHERE u.id = t.id) FROM t", {("u", "a"), ("u", "id"), ("t", "id")}),
        ("WITH c AS (SELECT x FROM t) SELECT c.x, x FROM c", {("t", "x")}),
        ('SELECT "X" FROM t', {("t", '"X"')}),
        ("UPDATE t SET a = u.b FROM u WHERE t.id = u.id", {("t", "id"), ("u", "id"), ("u", "b")}),
    ],
)
def test_it_names_columns_only_where_it_is_sure_whose_they_are(sql: str, columns: set[tuple[str, str]]) -> None:
    found = tables_of(sql).columns
    assert found - {("t", "a")} == columns - {("t", "a")}


def test_known_columns_tell_whose_an_unqualified_one_is() -> None:
    known = {"t": frozenset({"id", "x"}), "u": frozenset({"id", "y"})}
    assert tables_of("SELECT x, y, id FROM t, u", columns_of=known).columns == {("t", "x"), ("u", "y")}
    inner = tables_of("SELECT 1 FROM u WHERE EXISTS (SELECT 1 FROM t WHERE x = y)", columns_of=known)
    assert inner.columns == {("t", "x"), ("u", "y")}


@pytest.mark.parametrize(
    "sql",
    ["", "   ", "garbage (((", "SELECT FROM WHERE", "SELECT 'unclosed", "(" * 3000,
     "SELECT " + "(" * 2000 + "1" + ")" * 2000,
     "SELECT 1;" * 40_000, "\x00\x01", "-- only a comment"],
    ids=range(10),
)  # fmt: skip
def test_what_cannot_be_parsed_is_said_and_never_raised(sql: str) -> None:
    use = tables_of(sql)
    assert not use.is_parsed
    assert use.tables == frozenset()


@given(st.text("selectfromwhr ab(),.*'\"$1;-/\n", max_size=60))
def test_no_text_at_all_raises(sql: str) -> None:
    for dialect in ("postgres", "bigquery", "tsql", ""):
        tables_of(sql, dialect)
