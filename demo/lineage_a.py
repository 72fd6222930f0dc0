"""Column lineage of case A: two transformations that two people agreed to each, and a stop on a filter."""

from __future__ import annotations

from catalog import actions as catalog
from catalog.column_edges import EdgeRow
from catalog.models import ColumnEdge
from catalog.sql_text import hash_of_sql
from demo.teller import Teller
from governance import actions as governance
from governance.attesting import Wish

FUNNEL_SQL = """
SELECT date_trunc('hour', e.ts) AS hour, e.page AS step, count(DISTINCT e.device_id) AS uv,
       count(DISTINCT hmac(o.buyer_id, current_setting('lumio.key'), 'sha256')) AS buyers
  FROM lumio.ods_app_event e LEFT JOIN lumio.dwd_trade_order_detail o ON o.buyer_id = e.user_id
 WHERE o.pay_card_token IS NOT NULL OR o.order_id IS NULL
 GROUP BY 1, 2 HAVING count(DISTINCT e.device_id) >= 20"""
EVENT, ORDER, FUNNEL = "lumio.ods_app_event", "lumio.dwd_trade_order_detail", "lumio.dws_trade_funnel_1h"


def tell(t: Teller) -> None:
    """What flows into the hourly funnel, and why it stays L2."""
    digest = hash_of_sql(FUNNEL_SQL, "postgres")
    flows = [(EVENT, "ts", "hour"), (EVENT, "page", "step"), (EVENT, "device_id", "uv"), (ORDER, "buyer_id", "buyers")]
    rows = [EdgeRow(source, name, FUNNEL, into, sql_hash=digest) for source, name, into in flows]
    rows.append(EdgeRow(ORDER, "pay_card_token", FUNNEL, "", "filters", sql_hash=digest))
    with t.ago(30):
        catalog.tell_column_edges(by=t.omar, warehouse=t.made["warehouse"], origin="sql", rows=rows, targets=[FUNNEL])
        _vouch(
            t, "buyer_id",
            Wish("transformation", "The model counts keyed hashes; the key lies in the vault and is read by the loader "
                 "alone.", t.day(200), "keyed_hash", 2),
            t.omar, t.ravi,
        )  # fmt: skip
        _vouch(
            t, "device_id",
            Wish("transformation", "Groups under 20 devices are left out by the HAVING clause; the contract says so.",
                 t.day(200), "aggregate_k", 2, {"k": 20}),
            t.omar, t.ravi,
        )  # fmt: skip
        _vouch(
            t, "pay_card_token",
            Wish("stop", "Only whether there is a token chooses rows, not which: see the WHERE clause.", t.day(45)),
            t.omar, t.grace,
        )  # fmt: skip


def _vouch(t: Teller, column: str, wish: Wish, *people: object) -> None:
    rows = ColumnEdge.objects.unrestricted("the demo's teller reads what it has just written")
    rows = rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain")
    edge = rows.get(target_dataset=t.made["funnel"].pk, source_name=column)
    found = governance.propose_attestation(by=t.priya, edge=edge, wish=wish)
    for person in people:
        governance.approve_attestation(by=person, attestation=found)
