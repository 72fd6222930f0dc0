"""PRD-G1 to G12, branch by branch: each way in which a gate objects, and what it lets be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.actions import describe_dataset
from catalog.levels import record_review
from catalog.models import Column
from guard import clock, gates, things
from guard.doors import act
from guard.models import Domain
from guard.policy import Who
from people.actions import clear
from people.models import User
from prds import actions
from tests.catalog import make as catalog
from tests.metrics import make as metrics
from tests.prds import make

SOURCES = "{{dataset:shop.dwd_order columns=order_id,buyer_id}}"


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    return make.world(cast, growth)


def said(here: make.World, rule: str) -> list[str]:
    """What one gate says, to a reader who may see everything."""
    prd = make.fresh(here.prd)  # type: ignore[arg-type]
    return [f.sentence for result in gates.judge(prd, (rule,), here.cast["grace"]) for f in result.findings]


@act("test.ground_changed", who=Who(anyone=True))
def change(*, by: Any, what: Any) -> None:
    """Bring about what no verb does."""
    what()


def test_g3_says_each_thing_that_a_dataset_lacks(here: make.World) -> None:
    catalog.dataset(here.cast["omar"], here.domain, "shop.raw_event", {"ts": 2})
    make.written(here, make.TEXT + "\n## 9. Model [model]\n{{dataset:shop.raw_event}} and {{dataset:shop.nowhere}}.\n")
    assert set(said(here, "PRD-G3")) == {
        "raw_event has no data owner.", "raw_event has no steward.", "The level of raw_event was never reviewed.",
        "There is no dataset “shop.nowhere” that the author may see. Once there is, save the section again.",
    }  # fmt: skip


def test_g3_a_review_whose_day_has_passed_blocks(here: make.World) -> None:
    make.written(here)
    assert said(here, "PRD-G3") == []
    due = clock.now().date() - timedelta(days=1)
    dataset = catalog.fresh(here.dataset)
    change(by=here.cast["grace"], what=lambda: record_review(dataset, reviewer=here.cast["grace"], due=due))
    assert len(said(here, "PRD-G3")) == 1 and "was due on" in said(here, "PRD-G3")[0]


def test_g4_follows_inputs_and_looks_only_at_columns_that_are_read(here: make.World) -> None:
    clear(by=here.cast["ada"], person=here.cast["priya"], rank=4, domain=here.domain)  # unclassified counts as L4
    here.cast["priya"] = User.objects.get(pk=here.cast["priya"].pk)
    events = catalog.dataset(here.cast["omar"], here.domain, "shop.event", {"ts": 2, "payload": None})
    metrics.atomic(here.cast, events, "seen_cnt", expr="ts", agg="count")
    metrics.atomic(here.cast, events, "event_cnt", expr="payload", agg="count")
    metrics.composite(here.cast, here.domain, "event_rate", "event_cnt / seen_cnt")
    make.written(here, make.TEXT.replace("{{metric:step_loss}}", "{{metric:seen_cnt}}"), declared_level=4)
    assert said(here, "PRD-G4") == []  # the column without a level is not read
    bodies = {"decision": "Tom decides daily if {{metric:event_rate}} is above 12 %."}
    actions.revise_prd(by=here.cast["priya"], prd=make.fresh(here.prd), bodies=bodies)  # type: ignore[arg-type]
    assert said(here, "PRD-G4") == ["event: payload read by a metric and not classified."]


def test_g5_no_level_declared_blocks(here: make.World) -> None:
    make.written(here, declared_level=None)
    assert said(here, "PRD-G5") == ["No level is declared."]


def test_g6_changes_asked_for_block_and_a_mere_comment_takes_nothing_back(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    assert said(here, "PRD-G6") == []
    sam = make.slot(prd, "business")
    actions.review_prd(by=here.cast["sam"], slot=sam, verdict="comment", body="A nice chart.")
    assert said(here, "PRD-G6") == []
    actions.review_prd(by=here.cast["sam"], slot=sam, verdict="request_changes", body="Name the hours.")
    assert said(here, "PRD-G6") == ["Business: Sam Weller asked for changes."]


def test_g7_a_reviewer_who_wrote_later_does_not_count(here: make.World) -> None:
    make.written(here)
    mei = here.cast["mei"]
    actions.name_reviewer(by=here.cast["priya"], prd=here.prd, role="engineering", person=mei)
    make.REVIEWERS["engineering"], before = "mei", make.REVIEWERS["engineering"]
    try:
        prd = make.approve_all(here)
    finally:
        make.REVIEWERS["engineering"] = before
    assert said(here, "PRD-G7") == []
    actions.revise_prd(by=mei, prd=prd, bodies={"fairness": "Nobody is ranked, by anybody."})
    assert said(here, "PRD-G7") == ["Engineering: approved by somebody who wrote it."]


def test_g10_a_decision_maker_who_left_or_an_empty_section_blocks(here: make.World) -> None:
    make.written(here)
    assert said(here, "PRD-G10") == []
    actions.revise_prd(by=here.cast["priya"], prd=make.fresh(here.prd), bodies={"decision": ""})  # type: ignore[arg-type]
    assert said(here, "PRD-G10") == ["The section on the decision is empty."]
    User.objects.filter(pk=here.cast["tom"].pk).update(is_active=False)
    assert said(here, "PRD-G10") == ["Tom Okafor, the decision maker, has left."]


def test_g11_a_twin_that_was_retired_is_no_double(here: make.World) -> None:
    twin = metrics.atomic(here.cast, here.dataset, "buyers")
    make.written(here)
    assert said(here, "PRD-G11") == ["Pay buyer cnt is the same number as Buyers. Merge the two."]
    change(by=here.cast["grace"], what=lambda: things.touch(twin, state="retired"))
    assert said(here, "PRD-G11") == []


def personal(here: make.World, column: str) -> None:
    rows = Column.objects.unrestricted("a test marks a column").filter(dataset=here.dataset, name=column)
    change(by=here.cast["omar"], what=lambda: rows.update(pii_kind="personal"))


def test_g12_asks_for_purpose_and_end_where_personal_columns_are_read(here: make.World) -> None:
    make.written(here, purpose="", retention_days=400)
    personal(here, "client")  # nobody reads it
    assert said(here, "PRD-G12") == []
    personal(here, "buyer_id")
    assert said(here, "PRD-G12") == ["dwd_order holds personal data and no purpose is named."]
    actions.declare_prd(by=here.cast["priya"], prd=make.fresh(here.prd), purpose="operations", retention_days=None)  # type: ignore[arg-type]
    assert said(here, "PRD-G12") == ["dwd_order holds personal data and nothing says how long it is kept."]


def test_g12_sees_what_is_read_through_metrics_and_refuses_a_purpose_not_allowed(here: make.World) -> None:
    make.written(here, make.TEXT.replace(SOURCES, "The order table"))
    personal(here, "buyer_id")
    assert said(here, "PRD-G12") == []
    dataset = catalog.fresh(here.dataset)
    describe_dataset(by=here.cast["omar"], dataset=dataset, allowed_purposes=["fraud prevention"])
    assert said(here, "PRD-G12") == ["dwd_order may not be used for “operations”."]
