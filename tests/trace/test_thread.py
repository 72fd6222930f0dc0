"""The thread goes both ways, stays its own, keeps gaps visible and hidden things hidden."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain, Thing
from people.models import User
from tests.trace.ground import WHOLE, WHOLE_JOINTS, spin
from trace import formats
from trace.thread import thread_of

pytestmark = pytest.mark.django_db


def titles(thing: Thing, actor: Any, **how: Any) -> set[str]:
    return {n.thing.title for n in thread_of(thing, actor, **how).nodes if not n.is_restricted}


@pytest.fixture
def world(growth: Domain, omar: User) -> dict[str, Thing]:
    made: dict[str, Thing] = spin(by=omar, domain=growth, names=WHOLE, joints=WHOLE_JOINTS)
    return made


def test_it_reaches_from_the_interview_to_the_decision_and_back(world: dict[str, Thing], omar: User) -> None:
    assert titles(world["interview:pain"], omar) == set(WHOLE)
    assert titles(world["decision:move"], omar) == set(WHOLE)
    assert titles(world["product:monitor"], omar) == set(WHOLE)


def test_one_direction_leaves_the_other_out(world: dict[str, Thing], omar: User) -> None:
    assert titles(world["product:monitor"], omar, direction="demand") == {
        "product:monitor", "prd:funnel", "request:ask", "insight:late", "quote:words", "interview:pain",
    }  # fmt: skip


def test_depth_counts_joints_from_the_start(world: dict[str, Thing], omar: User) -> None:
    assert titles(world["product:monitor"], omar, depth=1) == {"product:monitor", "prd:funnel", "metric:cr"}


def test_two_products_on_one_dataset_do_not_share_a_thread(growth: Domain, omar: User) -> None:
    made = spin(
        by=omar, domain=growth, names=["product:one", "product:two", "dataset:shared"],
        joints=[("product:one", "contains", "dataset:shared"), ("product:two", "contains", "dataset:shared")],
    )  # fmt: skip
    assert titles(made["product:one"], omar) == {"product:one", "dataset:shared"}
    assert titles(made["dataset:shared"], omar) == {"product:one", "product:two", "dataset:shared"}


def test_lineage_is_followed_towards_the_sources_only(world: dict[str, Thing], omar: User) -> None:
    assert "dataset:dwd" in titles(world["metric:buyers"], omar, direction="decision")
    assert "dataset:ads" not in titles(world["dataset:dwd"], omar, direction="decision")


def test_a_restricted_item_is_counted_without_its_name(growth: Domain, omar: User, priya: User) -> None:
    made = spin(by=omar, domain=growth, names=WHOLE, joints=WHOLE_JOINTS, levels={"dataset:dwd": 4})
    answer = formats.as_dict(thread_of(made["product:monitor"], priya))
    assert answer["restricted"] == [{"kind": "dataset", "count": 1, "sentence": "1 restricted item"}]
    for text in (str(answer), formats.as_mermaid(thread_of(made["product:monitor"], priya))):
        assert "dataset:dwd" not in text and made["dataset:dwd"].key not in text


def test_what_one_may_not_even_know_of_is_a_plain_gap_and_hides_what_lies_beyond(
    growth: Domain, omar: User, grace: User, priya: User
) -> None:
    made = spin(
        by=omar, domain=growth, names=[*WHOLE, "dataset:ods"],
        joints=[*WHOLE_JOINTS, ("dataset:ods", "feeds", "dataset:dwd")],
        levels={"dataset:dwd": 5, "decision:move": 5},
    )  # fmt: skip
    seen = formats.as_dict(thread_of(made["product:monitor"], priya))
    assert seen["restricted"] == []
    assert seen["gaps"] == ["decision"]
    assert "dataset:ods" not in titles(made["product:monitor"], priya)
    assert {"dataset:dwd", "dataset:ods", "decision:move"} <= titles(made["product:monitor"], grace)


def test_a_cycle_of_metrics_ends(growth: Domain, omar: User) -> None:
    made = spin(
        by=omar, domain=growth, names=["metric:a", "metric:b"],
        joints=[("metric:a", "derives", "metric:b"), ("metric:b", "derives", "metric:a")],
    )  # fmt: skip
    assert titles(made["metric:a"], omar) == {"metric:a", "metric:b"}


def test_gaps_are_named_in_every_form(growth: Domain, omar: User) -> None:
    made = spin(by=omar, domain=growth, names=["product:alone"], joints=[])
    thread = thread_of(made["product:alone"], omar)
    assert "interview" in formats.gaps(thread)
    assert "gap: nothing here yet" in formats.as_text(thread)
    assert "gap_interview" in formats.as_mermaid(thread)


def test_a_title_cannot_break_out_of_the_diagram(growth: Domain, omar: User) -> None:
    made = spin(by=omar, domain=growth, names=['product:"]; click x "javascript:1'], joints=[])
    line = formats.as_mermaid(thread_of(next(iter(made.values())), omar)).splitlines()[1]
    assert line.count('"') == 2
