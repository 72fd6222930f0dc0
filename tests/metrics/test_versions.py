"""model.revision.addition comes from the diff; a person may raise it and never lower it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.checks import problems
from metrics.fingerprint import fingerprint
from metrics.versions import Kind, VersionError, change_kind, model_of, next_version, parse_kind, parse_version
from tests.metrics.test_fingerprint import APP, BUYERS, INPUTS, RATIO


def kind_of(old, **changes):
    return change_kind(old, replace(old, **changes), old_inputs=INPUTS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expr": "device_id"}, "expr"),
        ({"limits": ("status = 'paid'",)}, "limits"),
        ({"period": "7d"}, "period"),
        ({"source_dataset": "dwd.other"}, "source"),
        ({"grain": ("shop",)}, "grain"),
        ({"timezone": "UTC"}, "timezone"),
        ({"null_policy": "zero"}, "nulls"),
        ({"unit": "%"}, "unit"),
    ],
)
def test_a_change_that_can_give_another_number_is_a_model(changes, field):
    change = kind_of(BUYERS, **changes)
    assert (change.kind, change.fields) == (Kind.MODEL, (field,))


@pytest.mark.parametrize("changes", [{"numerator": "visits"}, {"denominator": "buyers"}, {"calc_type": "difference"}])
def test_so_is_a_change_of_what_is_divided(changes):
    assert kind_of(RATIO, **changes).kind == Kind.MODEL


@pytest.mark.parametrize("changes", [{"joins": ()}, {"late_data_policy": "ignore"}, {"dimensions": ()}])
def test_a_change_that_touches_history_in_part_is_a_revision(changes):
    assert kind_of(BUYERS, **changes).kind == Kind.REVISION


@pytest.mark.parametrize(
    "changes",
    [
        {"dimensions": ("client", "channel")},
        {"synonyms": ("payers", "customers")},
        {"caliber": "Other words."},
        {"display_name": "Buyers"},
        {"extra_expressions": {"bigquery": "COUNT(DISTINCT buyer_id)"}},
    ],
)
def test_a_new_view_or_new_words_are_an_addition(changes):
    assert kind_of(BUYERS, **changes).kind == Kind.ADDITION


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"expr": "BUYER_ID"},
        {"limits": ("not is_test and status = 'paid'",)},
        {"synonyms": ("Payers",)},
        {"caliber": "Everybody  who\npaid."},
    ],
)
def test_saving_the_same_in_other_letters_changes_nothing(changes):
    change = kind_of(BUYERS, **changes)
    assert (change.kind, change.reasons) == (Kind.NONE, ())


def test_a_changed_input_is_a_model_change_of_what_stands_on_it():
    change = change_kind(APP, APP, old_inputs=INPUTS, new_inputs=INPUTS | {"pay_buyer_cnt": "n" * 64})
    assert (change.kind, change.fields) == (Kind.MODEL, ("base",))


def test_the_heaviest_reason_decides_and_all_are_told():
    change = kind_of(BUYERS, expr="device_id", late_data_policy="ignore", synonyms=())
    assert change.kind == Kind.MODEL
    assert change.fields == ("expr", "late", "synonyms")
    assert (change.reasons[0].before, change.reasons[0].after) == ('"buyer_id"', '"device_id"')


@pytest.mark.parametrize(
    ("kind", "version"),
    [(Kind.NONE, "1.2.3"), (Kind.ADDITION, "1.2.4"), (Kind.REVISION, "1.3.0"), (Kind.MODEL, "2.0.0")],
)
def test_the_next_version_counts_up_what_changed(kind, version):
    assert next_version("1.2.3", kind) == version


def test_the_first_version_is_the_first():
    assert next_version("", Kind.MODEL) == next_version("", Kind.NONE) == "1.0.0"


def test_a_person_may_raise_and_never_lower():
    assert next_version("1.2.3", Kind.ADDITION, raised=Kind.MODEL) == "2.0.0"
    for raised in (Kind.NONE, Kind.ADDITION, Kind.REVISION):
        with pytest.raises(VersionError, match="never lowered"):
            next_version("1.2.3", Kind.MODEL, raised=raised)


def test_it_refuses_what_is_no_version_or_kind():
    for text in ("1.0", "v1.0.0", "1.0.0.0", "a.b.c", "", "1.0.-1"):
        with pytest.raises(VersionError):
            parse_version(text)
    with pytest.raises(VersionError):
        parse_kind("huge")
    assert parse_kind("Model") == Kind.MODEL
    assert model_of("12.3.4") == 12


@given(st.lists(st.sampled_from([Kind.ADDITION, Kind.REVISION, Kind.MODEL]), max_size=12))
def test_versions_only_ever_go_up(kinds):
    version, seen = "1.0.0", [(1, 0, 0)]
    for kind in kinds:
        version = next_version(version, kind)
        seen.append(parse_version(version))
    assert seen == sorted(set(seen))


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "expr": st.sampled_from(["buyer_id", "BUYER_ID", "device_id"]),
        "limits": st.sampled_from([BUYERS.limits, BUYERS.limits[::-1], ("a = 1",)]),
        "joins": st.sampled_from([BUYERS.joins, ()]),
        "dimensions": st.sampled_from([("client",), ("client", "shop"), ()]),
        "synonyms": st.sampled_from([("payers",), ("customers",)]),
        "timezone": st.sampled_from(["UTC+8", "+08:00", "UTC"]),
    },
)


@given(CHANGES)
def test_fingerprint_and_kind_tell_one_story(changes):
    new = replace(BUYERS, **changes)
    change = change_kind(BUYERS, new)
    if fingerprint(new) != fingerprint(BUYERS):
        assert change.kind >= Kind.REVISION
    else:
        assert change.kind <= Kind.ADDITION or change.fields[0] == "dimensions"


def ids(definition, **facts):
    return [(problem.id, problem.field) for problem in problems(definition, **facts)]


def test_a_ratio_must_say_what_it_is_when_nothing_is_below():
    assert ids(replace(RATIO, denominator_policy="")) == [("MET-2", "denominator_policy")]
    assert ids(RATIO) == []
    assert ids(replace(RATIO, denominator_policy="", expression="buyers / nullif(visits, 0)")) == []


def test_a_sum_of_distinct_counts_is_refused_and_a_sum_of_amounts_is_not():
    total = replace(RATIO, calc_type="", expression="web_uv + app_uv")
    assert ids(total, additivity={"web_uv": "non_additive", "app_uv": "additive"}) == [("MET-4", "expression")]
    assert ids(total, additivity={"web_uv": "additive", "app_uv": "semi_additive"}) == []
    assert len(ids(total)) == 2  # unknown is not additive


def test_a_weighted_mean_of_rates_is_no_sum():
    mean = replace(RATIO, calc_type="weighted", expression="0.5 * web_cr + 0.5 * app_cr")
    assert ids(mean) == []
    assert len(ids(replace(mean, calc_type="ratio"))) == 2


def test_a_circle_and_a_missing_base_are_found():
    assert ids(RATIO, code="buyers_cr", inputs={"visits": ["buyers_cr"]}) == [("MET-2", "expression")]
    assert ids(RATIO, code="buyers_cr", inputs={"visits": ["other"]}) == []
    assert ids(replace(APP, base="")) == [("MET-2", "base")]
    assert ids(replace(RATIO, expression="a +")) == [("MET-2", "expression")]
