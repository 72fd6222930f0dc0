"""Rows of Lumio Market and of two tables of Northline Freight, from number series, the same every time."""

from __future__ import annotations

CATEGORIES = ("chairs", "tables", "lamps", "rugs", "kitchen", "garden")

# Each number is `n` times a prime, cut to size: it looks scattered and is the same in every load. Days count back from
# the start of today, so that the boards show recent hours. Phones and cards are of shapes that nobody can have.
ROWS = """
INSERT INTO "lumio"."ods_app_event"
SELECT 'dev-' || n * 7919 % 4001, CASE WHEN n % 3 = 0 THEN 'user-' || n * 7919 % 1999 END,
       (ARRAY['product', 'product', 'checkout', 'help'])[1 + n * 31 % 4],
       CASE WHEN n % 11 = 0 THEN (ARRAY['chairs', 'tables', 'lamps', 'rugs', 'kitchen', 'garden'])[1 + n % 6] END,
       date_trunc('day', now()) - make_interval(secs => n * 104729 % (35 * 86400))
FROM generate_series(1::bigint, 20000) AS n;

INSERT INTO "lumio"."dwd_trade_order_detail"
SELECT 'ord-' || n, 'user-' || n * 7919 % 1999, '000-' || lpad((n * 48611 % 10000000)::text, 7, '0'),
       n % 90 || ' Sample Street', 'tok_demo_' || md5(n::text), 10 + n * 6151 % 30000 / 100.0,
       CASE WHEN n % 20 <> 0
            THEN date_trunc('day', now()) - make_interval(secs => n * 93187 % (35 * 86400)) END,
       (ARRAY['app', 'app', 'web'])[1 + n % 3], n * 271 % 1000 < 38
FROM generate_series(1::bigint, 4000) AS n;

INSERT INTO "lumio"."dws_trade_funnel_1h"
SELECT date_trunc('day', now()) - make_interval(hours => h), c, s, uv, greatest(1, uv * (28 + h * 13 % 11) / 1000)
FROM generate_series(1, 35 * 24) AS h
CROSS JOIN unnest(ARRAY['chairs', 'tables', 'lamps', 'rugs', 'kitchen', 'garden']) WITH ORDINALITY AS categories (c, cn)
CROSS JOIN unnest(ARRAY['product', 'basket', 'coupon', 'payment']) WITH ORDINALITY AS steps (s, sn)
CROSS JOIN LATERAL (SELECT (600 + (h * 37 + cn * 101) % 400) / sn::integer AS uv) AS counted
WHERE uv >= 20;

INSERT INTO "lumio"."ads_checkout_funnel"
SELECT "hour", "category", round(100.0 * sum("buyers") / nullif(sum("uv"), 0), 3),
       3 + extract(hour FROM "hour") % 10 / 10
FROM "lumio"."dws_trade_funnel_1h" WHERE "step" = 'product' GROUP BY "hour", "category";

INSERT INTO "northline"."dws_lane_perf_1d"
SELECT current_date - d, 'N-' || lpad(l::text, 2, '0'), (ARRAY['Arrow', 'Birch', 'Comet'])[1 + l % 3], s,
       s * (86 + l * 7 % 9) / 100, 5 + d * 13 % 40, k * 17 / 100, k
FROM generate_series(1, 35) AS d CROSS JOIN generate_series(1, 12) AS l
CROSS JOIN LATERAL (SELECT 40 + d * l % 60 AS s, 2000 + d * 37 % 900 AS k) AS counted;

INSERT INTO "northline"."ads_public_transit_time"
SELECT 'N-' || lpad(l::text, 2, '0'), 1 + l % 4 FROM generate_series(1, 12) AS l;
"""

# What people ask of the monitor's tables, by turns; %s is a category.
QUESTIONS = (
    "SELECT hour, cr, refund_rate FROM lumio.ads_checkout_funnel WHERE category = '%s' ORDER BY hour DESC LIMIT 24",
    "SELECT hour, step, uv, buyers FROM lumio.dws_trade_funnel_1h WHERE category = '%s' ORDER BY hour DESC LIMIT 48",
    "SELECT step, sum(uv) AS uv, sum(buyers) AS buyers FROM lumio.dws_trade_funnel_1h WHERE category = '%s'"
    " GROUP BY step",
    "SELECT f.hour, f.uv, b.cr FROM lumio.dws_trade_funnel_1h AS f JOIN lumio.ads_checkout_funnel AS b"
    " ON b.hour = f.hour AND b.category = f.category WHERE f.category = '%s' AND f.step = 'coupon'"
    " ORDER BY f.hour DESC LIMIT 24",
)
LANES = ("N-01", "N-04", "N-07", "N-11")
LANE_QUESTIONS = (
    "SELECT day, shipments, otif FROM northline.dws_lane_perf_1d WHERE lane = '%s' ORDER BY day DESC LIMIT 14",
    "SELECT p.day, p.eta_err, t.typical_days FROM northline.dws_lane_perf_1d AS p"
    " JOIN northline.ads_public_transit_time AS t ON t.lane = p.lane WHERE p.lane = '%s' ORDER BY p.day DESC LIMIT 7",
)
BOARD = "SELECT hour, category, cr FROM lumio.ads_checkout_funnel WHERE category = '%s' ORDER BY hour DESC LIMIT 12"
