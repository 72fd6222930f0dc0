"""Loading query logs: once each, people and machines apart, unknown tables named, days computed again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from guard.models import Domain
from guard.refusals import Denied, Invalid
from tests.catalog import make as catalog
from tests.usage import make
from usage import actions
from usage.models import QueryShape, UsageEvent, UsageLoad

Cast = dict[str, Any]


@pytest.fixture
def orders(cast: Cast, growth: Domain) -> Any:
    return catalog.dataset(cast["omar"], growth)


def some() -> list[Any]:
    return [
        make.row("sam"),
        make.row("sam", minute=1),
        make.row("sam", minute=2, days_ago=2),
        make.row("TOM", minute=3),
        make.row("svc_reports", minute=4, application="nightly dbt", calls=40),
        make.row("metabase", minute=5),
    ]


def test_executions_become_uses_of_datasets_by_day(cast: Cast, orders: Any) -> None:
    load = make.load(cast["omar"], some())
    assert make.daily() == {
        ("dwd_order", "sam", "human", 2), ("dwd_order", "sam", "human", 1), ("dwd_order", "TOM", "human", 1),
        ("dwd_order", "svc_reports", "schedule", 40), ("dwd_order", "metabase", "service", 1),
    }  # fmt: skip
    assert (load.rows, load.new_rows, load.parsed_rows, load.unknown_tables) == (6, 6, 6, [])
    assert QueryShape.objects.count() == 1, "one shape, however often it ran"


def test_people_are_found_by_login_and_machines_are_nobody(cast: Cast, orders: Any) -> None:
    make.load(cast["omar"], some())
    found = dict(UsageEvent.objects.values_list("login", "person__username"))
    assert found == {"sam": "sam", "TOM": "tom", "svc_reports": None, "metabase": None}


@pytest.mark.parametrize("cuts", [(0, 6, 0, 6), (0, 3, 3, 6), (0, 4, 2, 6), (3, 6, 0, 3), (0, 6, 2, 2)])
def test_twice_overlapping_or_split_is_the_same_as_once(cast: Cast, orders: Any, cuts: tuple[int, ...]) -> None:
    make.load(cast["omar"], some())
    once, events = make.daily(), UsageEvent.objects.count()
    UsageEvent.objects.all().delete()
    rows = some()
    make.load(cast["omar"], rows[cuts[0] : cuts[1]])
    second = make.load(cast["omar"], iter(rows[cuts[2] : cuts[3]]))
    assert (make.daily(), UsageEvent.objects.count()) == (once, events)
    assert make.load(cast["omar"], rows).new_rows == 0
    assert second.rows == cuts[3] - cuts[2]


def test_executions_alike_to_the_millisecond_are_each_counted_and_none_twice(cast: Cast, orders: Any) -> None:
    rows = [make.row("metabase", minute=5) for _ in range(3)]
    assert make.load(cast["omar"], rows).new_rows == 3
    assert make.load(cast["omar"], rows).new_rows == 0


def test_a_table_that_no_dataset_is_is_named_and_found_later(cast: Cast, growth: Domain, orders: Any) -> None:
    rows = [make.row(sql="SELECT 1 FROM shop.dwd_order JOIN shop.dim_shop USING (id)")]
    assert make.load(cast["omar"], rows).unknown_tables == ["shop.dim_shop"]
    assert {row[0] for row in make.daily()} == {"dwd_order"}
    catalog.dataset(cast["omar"], growth, "shop.dim_shop")
    again = make.load(cast["omar"], rows)
    assert (again.unknown_tables, again.new_rows) == ([], 0)
    assert {row[0] for row in make.daily()} == {"dwd_order", "dim_shop"}


def test_writing_is_no_use(cast: Cast, growth: Domain, orders: Any) -> None:
    catalog.dataset(cast["omar"], growth, "shop.ads_day")
    make.load(cast["omar"], [make.row(sql="INSERT INTO shop.ads_day SELECT amount FROM shop.dwd_order")])
    assert {row[0] for row in make.daily()} == {"dwd_order"}


def test_what_cannot_be_parsed_is_counted_and_kept_without_its_text(cast: Cast, orders: Any) -> None:
    load = make.load(cast["omar"], [make.row(sql="GIVE ME (the 'numbers"), make.row(minute=1)])
    assert (load.rows, load.parsed_rows) == (2, 1)


def test_no_literal_of_a_query_is_stored_anywhere(cast: Cast, orders: Any, as_owner: Any) -> None:
    make.load(cast["omar"], [make.row(sql="SELECT amount FROM shop.dwd_order WHERE note = 'Lena Marsh'")])
    for model in (UsageEvent, QueryShape, UsageLoad):
        assert "Lena" not in repr(list(model.objects.values()))


def test_totals_have_no_people_and_no_days(cast: Cast, orders: Any) -> None:
    row = make.row(user="", calls=1200)
    load = make.load(cast["omar"], [row], kind="pg_stat_statements")
    assert (load.new_rows, UsageEvent.objects.count(), make.daily()) == (1, 0, set())
    assert QueryShape.objects.get().total_calls == 1200
    assert make.load(cast["omar"], [row], kind="pg_stat_statements").new_rows == 0


def test_shifted_dates_are_marked_and_counted_once(cast: Cast, orders: Any) -> None:
    shifted = make.load(cast["omar"], some(), shift=timedelta(days=-30))
    assert shifted.is_shifted and {event.at.date() for event in UsageEvent.objects.all()} == {
        (make.noon(31)).date(), make.noon(32).date(),
    }  # fmt: skip
    plain = make.load(cast["omar"], some())
    assert (plain.is_shifted, plain.new_rows) == (False, 0)


def test_an_agreed_login_puts_right_what_was_loaded(cast: Cast, orders: Any) -> None:
    make.load(cast["omar"], [make.row("wh_reader_17")])
    actions.name_login(by=cast["omar"], login="WH_Reader_17", person=cast["sam"])
    assert UsageEvent.objects.get().person == cast["sam"]
    make.load(cast["omar"], [make.row("wh_reader_17", minute=1)])
    assert set(UsageEvent.objects.values_list("person__username", flat=True)) == {"sam"}


@pytest.mark.parametrize("who", ["otto", "sam"])
def test_only_those_who_look_after_data_load(cast: Cast, orders: Any, who: str) -> None:
    with pytest.raises(Denied):
        make.load(cast[who], some())
    assert not UsageLoad.objects.exists()


def test_another_kind_is_refused(cast: Cast, orders: Any) -> None:
    with pytest.raises(Invalid):
        make.load(cast["omar"], [], kind="carrier-pigeon")


CSV = """ts,user_name,query
2026-11-20 09:00:00,sam,select amount from shop.dwd_order where order_id = 1
2026-11-20 09:01:00,svc_etl,select amount from shop.dwd_order where order_id = 2
yesterday,sam,select 1
2026-11-20 09:02:00,sam,select * from shop.nowhere
"""


def test_the_command_prints_rows_share_and_unknown_tables(cast: Cast, orders: Any, manage: Any, tmp_path: Path) -> None:
    path = tmp_path / "queries.csv"
    path.write_text(CSV)
    said = manage("usage", "load", "csv", str(path), by="omar")
    assert "queries.csv: 3 rows, 3 new, parsed share 100.0%" in said
    assert "1 bad" in said and "line 4: the time cannot be read" in said and "1 unknown tables: shop.nowhere" in said
    assert str(tmp_path) not in said
    again = json.loads(manage("usage", "load", "csv", str(path), "--json", by="omar"))
    assert (again["new_rows"], again["bad"]) == (0, [{"line": 4, "reason": "the time cannot be read"}])


PGLOG = """2026-11-20 09:00:00.123 UTC [77] user=sam,db=shop,app=psql LOG:  duration: 2.5 ms  statement: SELECT amount
\tFROM shop.dwd_order
2026-11-20 09:00:01.123 UTC [77] user=sam,db=shop,app=psql ERROR:  relation "x" does not exist at character 15
"""


def test_the_command_reads_the_servers_own_log_and_its_totals(
    cast: Cast, orders: Any, manage: Any, tmp_path: Path
) -> None:
    log, totals, lines = tmp_path / "pg.log", tmp_path / "totals.csv", tmp_path / "q.jsonl"
    log.write_text(PGLOG)
    totals.write_text("query,calls,total_exec_time\nSELECT amount FROM shop.dwd_order WHERE order_id = $1,90,12.5\n")
    lines.write_text(json.dumps({"ts": "2026-11-21T08:00:00Z", "user": "tom", "query": make.ORDERS}) + "\nnot json\n")
    assert "1 rows, 1 new" in manage("usage", "load", "postgres-log", str(log), by="omar")
    assert "no people" in manage("usage", "load", "pg_stat_statements", str(totals), by="omar")
    assert "line 2: the line is not JSON" in manage("usage", "load", "jsonl", str(lines), by="omar")
    assert make.daily() == {("dwd_order", "sam", "human", 1), ("dwd_order", "tom", "human", 1)}


@pytest.mark.parametrize(("words", "code"), [
    (("csv", "absent.csv"), 2), (("csv", "headless.csv"), 2), (("jsonl", "bad.jsonl"), 1), (("csv", "good.csv"), 1),
])  # fmt: skip
def test_the_command_says_by_its_exit_what_happened(
    cast: Cast, orders: Any, manage: Any, tmp_path: Path, words: tuple[str, str], code: int
) -> None:
    (tmp_path / "headless.csv").write_text("a,b\n1,2\n")
    (tmp_path / "bad.jsonl").write_text("nothing\n")
    (tmp_path / "good.csv").write_text(CSV)
    with pytest.raises(CommandError) as refused:
        manage("usage", "load", words[0], str(tmp_path / words[1]), by="otto" if code == 1 else "omar")
    assert refused.value.returncode == code
