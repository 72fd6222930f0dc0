"""Lineage by column out of SQL: what goes into a column, what only chooses rows, what nobody can follow."""

from __future__ import annotations

import pytest

from catalog.column_edges import EdgeRow
from exchange.bundle import Statement
from exchange.columns import Known, edges_of, statements_in

KNOWN = Known({
    "shop.public.cust": ["id_card", "city", "age"],
    "shop.public.orders": ["cust", "amount", "at"],
    "shop.public.view": ["who", "city", "total"],
})  # fmt: skip


def said(sql: str, target: str = "shop.public.view") -> set[tuple[str, str, str]]:
    """(kind, source column, target column)."""
    rows, targets = edges_of([Statement(target, sql)], KNOWN, "postgres")
    assert targets == [target]
    return {
        (row.kind, f"{row.source.rpartition('.')[2]}.{row.source_column}".rstrip("."), row.target_column)
        for row in rows
    }


def test_an_expression_takes_all_of_its_columns_and_an_alias_its_name() -> None:
    assert said("SELECT upper(c.id_card) || c.city AS who FROM public.cust c") == {
        ("derives", "cust.id_card", "who"), ("derives", "cust.city", "who"),
    }  # fmt: skip


def test_predicates_joins_groups_and_having_only_filter() -> None:
    sql = """
        SELECT c.city, sum(o.amount) AS total FROM public.cust c JOIN public.orders o ON o.cust = c.id_card
         WHERE o.at > now() GROUP BY c.city HAVING max(c.age) > 30"""
    assert said(sql) == {
        ("derives", "cust.city", "city"), ("derives", "orders.amount", "total"),
        ("filters", "orders.cust", ""), ("filters", "cust.id_card", ""), ("filters", "orders.at", ""),
        ("filters", "cust.city", ""), ("filters", "cust.age", ""),
    }  # fmt: skip


def test_both_sides_of_a_union_and_a_star_are_followed_through_a_cte() -> None:
    sql = """
        WITH a AS (SELECT id_card AS who, city FROM public.cust WHERE age > 17),
             b AS (SELECT cust AS who, 'x' AS city FROM public.orders)
        SELECT * FROM a UNION ALL SELECT * FROM b"""
    assert said(sql) == {
        ("derives", "cust.id_card", "who"), ("derives", "orders.cust", "who"), ("derives", "cust.city", "city"),
        ("filters", "cust.age", ""),
    }  # fmt: skip


def test_a_subquery_in_a_predicate_filters_with_its_own_predicates() -> None:
    sql = "SELECT city FROM public.cust WHERE id_card IN (SELECT cust FROM public.orders WHERE amount > 5)"
    assert {row for row in said(sql) if row[0] == "filters"} == {
        ("filters", "cust.id_card", ""), ("filters", "orders.cust", ""), ("filters", "orders.amount", ""),
    }  # fmt: skip


def test_what_cannot_be_followed_is_read_nobody_knows_how() -> None:
    found = said("SELECT wonder(x.*) AS who, city FROM public.cust, LATERAL unnest(cust.names) AS x")
    assert ("unknown", "cust", "") in found
    assert ("unknown", "cust", "") in said("SELECT to_json(c) AS who FROM public.cust c")


def test_a_whole_row_in_an_expression_takes_every_column() -> None:
    assert said("SELECT to_json(c.*) AS who FROM public.cust c") == {
        ("derives", f"cust.{name}", "who") for name in ("id_card", "city", "age")
    }  # fmt: skip


def test_text_that_is_no_query_says_nothing() -> None:
    assert said("MERGE INTO oh dear") == said("{{ ref('cust') }}") == set()


@pytest.mark.parametrize(
    ("sql", "target", "edges"),
    [
        ("CREATE VIEW public.view AS SELECT id_card AS who FROM public.cust", "public.view", [("id_card", "who")]),
        ("CREATE TABLE public.view (who, city) AS SELECT id_card, city FROM public.cust", "public.view",
         [("id_card", "who"), ("city", "city")]),
        ("INSERT INTO public.view (who) SELECT id_card FROM public.cust", "public.view", [("id_card", "who")]),
    ],
)  # fmt: skip
def test_statements_that_make_tables_are_found(sql: str, target: str, edges: list[tuple[str, str]]) -> None:
    statements, faults = statements_in(f"DROP TABLE x; {sql}; ANALYZE", "postgres")
    assert ([statement.target for statement in statements], faults) == ([target], [])
    rows, targets = edges_of(statements, KNOWN, "postgres")
    assert targets == ["shop.public.view"]
    assert [(row.source_column, row.target_column) for row in rows] == edges
    assert len({row.sql_hash for row in rows}) == 1


def test_layout_and_comments_do_not_change_what_is_bound_and_a_literal_does() -> None:
    def digest(sql: str) -> str:
        rows, _targets = edges_of([Statement("shop.public.view", sql)], KNOWN, "postgres")
        return next(row.sql_hash for row in rows if isinstance(row, EdgeRow))

    first = digest("SELECT left(id_card, 6) AS who FROM public.cust")
    assert digest("select  LEFT(id_card,6) as who -- six\nfrom public.cust") == first
    assert digest("SELECT left(id_card, 7) AS who FROM public.cust") != first
