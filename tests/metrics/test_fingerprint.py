"""MET-3 stands on this: two definitions of one number share a fingerprint, two numbers never do."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.definition import Definition, additivity_of, timezone_of, unit_of
from metrics.fingerprint import DefinitionError, fingerprint, fingerprints, inputs_of

BUYERS = Definition(
    kind="atomic",
    source_dataset="dwd.trade_order_detail",
    joins=("join dim.shop s on s.id = shop_id",),
    agg="count_distinct",
    expr="buyer_id",
    event_time_column="pay_time",
    period="1d",
    limits=("status = 'paid'", "not is_test"),
    grain=("category", "day"),
    dimensions=("client",),
    timezone="UTC+8",
    fiscal_calendar="calendar",
    null_policy="ignore",
    late_data_policy="restate_3d",
    unit="people",
    display_name="Paying buyers",
    caliber="Everybody who paid.",
    synonyms=("payers",),
)
APP = Definition(kind="derived", base="pay_buyer_cnt", period="1d", limits=("client = 'app'",), grain=("category",))
RATIO = Definition(
    kind="composite", calc_type="ratio", numerator="buyers", denominator="visits", denominator_policy="null", unit="%"
)
INPUTS = {"buyers": "b" * 64, "visits": "v" * 64, "pay_buyer_cnt": "p" * 64, "same_buyers": "b" * 64}


def same(one, other):
    return fingerprint(one, INPUTS) == fingerprint(other, INPUTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"expr": "T.Buyer_ID"},
        {"agg": "", "expr": "count( DISTINCT buyer_id ) as buyers"},
        {"source_dataset": "DWD.Trade_Order_Detail"},
        {"limits": ("NOT is_test AND 'paid' = STATUS",)},
        {"limits": ("not is_test", "status = 'paid'", "status='paid'")},
        {"grain": ("Day", "category", "day")},
        {"timezone": "utc+08:00"},
        {"unit": "Person"},
        {"joins": ("JOIN dim.shop s  ON s.id = shop_id",)},
        {"display_name": "Buyers who paid", "caliber": "Other words.", "synonyms": ("customers",)},
        {"dimensions": ("client", "channel")},
        {"extra_expressions": {"bigquery": "COUNT(DISTINCT buyer_id)"}},
        {"additivity": "non_additive", "non_additive_dimensions": ("day",)},
    ],
)
def test_another_way_to_say_it_changes_nothing(changes):
    assert same(BUYERS, replace(BUYERS, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"source_dataset": "dwd.trade_order"},
        {"joins": ()},
        {"agg": "count"},
        {"agg_parameter": "0.8"},
        {"expr": "device_id"},
        {"expr": '"Buyer_ID"'},
        {"event_time_column": "order_time"},
        {"period": "7d"},
        {"limits": ("status = 'paid'",)},
        {"limits": ("status = 'PAID'", "not is_test")},
        {"limits": ("status = 'paid' or not is_test",)},
        {"grain": ("category",)},
        {"timezone": "UTC"},
        {"fiscal_calendar": "4-4-5"},
        {"null_policy": "zero"},
        {"late_data_policy": "ignore"},
        {"unit": "thousand"},
    ],
)
def test_whatever_can_change_the_number_changes_the_fingerprint(changes):
    assert not same(BUYERS, replace(BUYERS, **changes))


def test_a_derived_metric_stands_on_the_fingerprint_of_its_base():
    assert same(APP, replace(APP, base="pay_buyer_cnt", limits=("'app' = Client",)))
    assert not same(APP, replace(APP, base="visits"))
    assert not same(APP, replace(APP, period="7d"))
    assert not same(APP, replace(APP, limits=()))


def test_a_ratio_is_one_as_fields_and_as_arithmetic():
    assert same(RATIO, replace(RATIO, numerator="", denominator="", expression="buyers / nullif(visits, 0)"))
    assert same(RATIO, replace(RATIO, numerator="", denominator="", calc_type="", expression="(buyers)/visits"))
    assert same(RATIO, replace(RATIO, numerator="same_buyers"))


@pytest.mark.parametrize(
    "changes",
    [
        {"numerator": "visits", "denominator": "buyers"},
        {"denominator_policy": ""},
        {"denominator_policy": "zero"},
        {"calc_type": "difference"},
        {"calc_type": "growth"},
        {"calc_type": "conversion"},
        {"calc_type": "conversion", "conversion_window": "30d"},
        {"calc_type": "conversion", "entity": "account"},
        {"unit": "ratio"},
    ],
)
def test_a_composite_that_computes_otherwise_is_another_metric(changes):
    assert not same(RATIO, replace(RATIO, **changes))


def test_growth_and_difference_are_their_arithmetic():
    growth = replace(RATIO, calc_type="growth", expression="(buyers - visits) / visits", numerator="", denominator="")
    assert same(growth, replace(RATIO, calc_type="growth"))


def test_a_change_below_is_seen_above():
    house = {"pay_buyer_cnt": BUYERS, "buyers": APP, "visits": replace(APP, limits=()), "cr": RATIO}
    before = fingerprints(house)
    after = fingerprints(house | {"pay_buyer_cnt": replace(BUYERS, timezone="UTC")})
    assert all(before[code] != after[code] for code in house)
    renamed = {"a": BUYERS, "b": replace(APP, base="a"), "c": replace(APP, base="a", limits=())}
    renamed["d"] = replace(RATIO, numerator="b", denominator="c")
    assert fingerprints(renamed)["d"] == before["cr"]


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        (replace(BUYERS, expr="drop table x"), "expr"),
        (replace(BUYERS, limits=("a) or (b",)), "limits"),
        (replace(APP, base="nobody"), "base"),
        (replace(RATIO, numerator="nobody"), "expression"),
        (replace(RATIO, numerator="buyers +"), "numerator"),
        (replace(RATIO, expression="sum(a)"), "expression"),
        (replace(RATIO, calc_type="index"), "expression"),
        (Definition(kind="wish"), "kind"),
    ],
)
def test_it_says_which_field_cannot_be_understood(definition, field):
    with pytest.raises(DefinitionError) as refused:
        fingerprint(definition, INPUTS)
    assert refused.value.field == field
    assert refused.value.sentence


def test_a_circle_is_refused_with_its_path():
    ring = {"a": replace(APP, base="b"), "b": replace(APP, base="a")}
    with pytest.raises(DefinitionError, match="a → b → a"):
        fingerprints(ring)


def test_inputs_are_read_from_the_definition():
    assert inputs_of(BUYERS) == []
    assert inputs_of(APP) == ["pay_buyer_cnt"]
    assert inputs_of(RATIO) == ["buyers", "visits"]


def test_a_distinct_count_is_not_additive_unless_its_author_says_so():
    assert additivity_of(BUYERS) == "non_additive"
    assert additivity_of(replace(BUYERS, agg="sum")) == "additive"
    assert additivity_of(replace(BUYERS, agg="sum", additivity="semi_additive")) == "semi_additive"


def test_units_and_zones_have_one_spelling():
    assert unit_of("%") == unit_of("Percentage") != unit_of("ratio")
    assert unit_of("orders") == unit_of("people") == unit_of("人") == "count"
    assert unit_of("RMB") == unit_of("元")
    assert timezone_of("+08:00") == timezone_of("GMT+8") == "utc+08:00"
    assert timezone_of("UTC") == timezone_of("utc+0") == "utc"
    assert timezone_of("Asia/Shanghai") == "asia/shanghai"


WORDS_ONLY = {
    "display_name", "caliber", "synonyms", "dimensions", "extra_expressions", "additivity", "non_additive_dimensions",
    "dialect",
}  # fmt: skip
ATOMIC_FIELDS = [
    "source_dataset", "expr", "event_time_column", "period", "timezone", "fiscal_calendar", "null_policy",
    "late_data_policy", "unit", "agg", "agg_parameter",
]  # fmt: skip
CODES = st.from_regex(r"[a-z]{3,8}", fullmatch=True)
PREDICATE = st.builds("{} {} {}".format, CODES, st.sampled_from(["=", "<", ">=", "<>"]), st.integers(0, 99))


@given(st.sampled_from(ATOMIC_FIELDS), CODES)
def test_any_mutation_of_a_field_that_counts_is_seen(field, value):
    changed = replace(BUYERS, **{field: f"z{value}9"})
    assert not same(BUYERS, changed)


@given(st.lists(PREDICATE, min_size=1, max_size=5), st.data())
def test_limits_may_be_shuffled_joined_spaced_and_shouted(predicates, data):
    order = data.draw(st.permutations(predicates))
    cut = data.draw(st.integers(0, len(order)))
    joined = tuple(text for text in (" AND ".join(order[:cut]), "  and\n".join(order[cut:])) if text)
    loud = tuple(text.upper() for text in joined)
    assert same(replace(BUYERS, limits=tuple(predicates)), replace(BUYERS, limits=loud))


@given(st.lists(PREDICATE, min_size=2, max_size=5, unique=True))
def test_dropping_a_limit_is_seen(predicates):
    assert not same(replace(BUYERS, limits=tuple(predicates)), replace(BUYERS, limits=tuple(predicates[1:])))


def test_every_field_is_known_to_count_or_not_to_count():
    counts = set(ATOMIC_FIELDS) | {
        "kind", "joins", "base", "limits", "grain", "calc_type", "numerator", "denominator", "expression",
        "conversion_window", "entity", "denominator_policy",
    }  # fmt: skip
    assert {field.name for field in fields(Definition)} == counts | WORDS_ONLY
