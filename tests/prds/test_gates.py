"""PRD-G1 to G12: the allowed path, and each blocker by its public id."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.actions import add_columns
from guard import gates, things
from guard.doors import act
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Blocked
from people.actions import clear
from people.models import User
from prds import actions
from talk.actions import add_comment, resolve_comment
from tests.catalog import make as catalog
from tests.metrics import make as metrics
from tests.prds import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    return make.world(cast, growth)


def ids(prd: Any, actor: Any) -> set[str]:
    return {finding.id for finding in gates.blockers(prd, "approve", actor)}


@act("test.standing_ended", who=Who(anyone=True))
def end_standing(*, by: Any, of: Any, reason: str) -> None:
    things.end_standing(of, reason=reason)


def test_it_is_approved_by_the_decision_maker_when_every_gate_holds(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    assert gates.blockers(prd, "approve", here.cast["tom"]) == []
    approved = actions.approve_prd(by=here.cast["tom"], prd=prd)
    assert (make.fresh(approved).state, make.fresh(approved).approved_id) == ("approved", prd.current_id)


def refused(here: make.World, rule: str) -> Blocked:
    """Approving by the verb is refused with this rule."""
    with pytest.raises(Blocked) as blocked:
        actions.approve_prd(by=here.cast["tom"], prd=make.fresh(here.prd))
    assert rule in {finding.id for finding in blocked.value.findings}
    assert make.fresh(here.prd).state == "in_review"
    return blocked.value


def test_g1_a_lint_error_blocks_and_names_its_rule(here: make.World) -> None:
    make.written(here, make.TEXT.replace("It costs about", "We will use Kafka. It costs about"))
    make.approve_all(here)
    blocked = refused(here, "PRD-G1")
    assert "TOOL-001" in {finding.rule for finding in blocked.findings}


def test_g2_a_metric_without_an_owner_blocks_until_one_is_appointed(here: make.World) -> None:
    make.written(here)
    make.approve_all(here)
    end_standing(by=here.cast["priya"], of=here.metrics["refund_cnt"], reason="owner")
    refused(here, "PRD-G2")
    metrics.actions.appoint_owner(by=here.cast["priya"], metric=here.metrics["refund_cnt"], person=here.cast["tom"])
    assert "PRD-G2" not in ids(here.prd, here.cast["tom"])


def test_g2_a_metric_that_nobody_defined_or_that_is_not_there_blocks(here: make.World) -> None:
    metrics.proposed(here.cast, here.domain, "bounce_rate")
    make.written(here, make.TEXT.replace("{{metric:step_loss}}", "{{metric:bounce_rate}} or {{metric:no_such_thing}}"))
    make.approve_all(here)
    sentences = [f.sentence for f in refused(here, "PRD-G2").findings if f.id == "PRD-G2"]
    assert any("not defined" in sentence for sentence in sentences)
    assert any("no_such_thing" in sentence for sentence in sentences)


def test_g3_a_column_added_after_the_review_blocks(here: make.World) -> None:
    make.written(here)
    make.approve_all(here)
    add_columns(by=here.cast["omar"], dataset=here.dataset, columns=[{"name": "coupon"}])
    refused(here, "PRD-G3")


def test_g3_an_unreviewed_dataset_without_keeper_blocks_with_one_finding_each(here: make.World) -> None:
    catalog.dataset(here.cast["omar"], here.domain, "shop.raw_event", {"ts": 2})
    make.written(here, make.TEXT + "\n## 9. Model [model]\n{{dataset:shop.raw_event}} as delivered, 90 days.\n")
    make.approve_all(here)
    said = [f.sentence for f in refused(here, "PRD-G3").findings if f.id == "PRD-G3"]
    assert len(said) >= 2


def test_g4_an_unclassified_column_that_a_metric_reads_blocks(here: make.World) -> None:
    clear(by=here.cast["ada"], person=here.cast["priya"], rank=4, domain=here.domain)  # unclassified counts as L4
    here.cast["priya"] = User.objects.get(pk=here.cast["priya"].pk)
    events = catalog.dataset(here.cast["omar"], here.domain, "shop.event", {"ts": 2, "payload": None})
    metrics.atomic(here.cast, events, "event_cnt", expr="payload", agg="count", by="tom")
    make.written(here, make.TEXT.replace("{{metric:step_loss}}", "{{metric:event_cnt}}"), declared_level=4)
    make.approve_all(here)
    refused(here, "PRD-G4")


def test_g5_a_declared_level_below_what_it_reads_blocks_until_raised(here: make.World) -> None:
    make.written(here, declared_level=2)
    make.approve_all(here)
    refused(here, "PRD-G5")
    actions.declare_prd(by=here.cast["priya"], prd=make.fresh(here.prd), declared_level=3)
    assert "PRD-G5" not in ids(make.fresh(here.prd), here.cast["tom"])


def test_g6_a_missing_review_blocks_and_says_whom_it_waits_for(here: make.World) -> None:
    make.written(here)
    make.approve_all(here, without="engineering")
    finding = next(f for f in refused(here, "PRD-G6").findings if f.id == "PRD-G6")
    assert finding.who == ("Ravi Shah",)


def test_g6_an_edit_in_a_slots_sections_voids_its_approval_and_an_edit_elsewhere_does_not(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    actions.revise_prd(by=here.cast["priya"], prd=prd, bodies={"fairness": "Nobody is ranked, ever."})
    said = {
        f.sentence.split(":")[0]
        for f in gates.blockers(make.fresh(prd), "approve", here.cast["tom"])
        if f.id == "PRD-G6"
    }
    assert said == {"Governance"}


def test_g6_a_save_without_a_change_keeps_every_approval(here: make.World) -> None:
    from prds.content import sections_of

    make.written(here)
    prd = make.approve_all(here)
    bodies = {section.slug: section.body.replace("\n", "  \n ") for section in sections_of(prd.current)}
    actions.revise_prd(by=here.cast["priya"], prd=prd, bodies=bodies)
    assert make.fresh(prd).current_id == prd.current_id
    assert ids(make.fresh(prd), here.cast["tom"]) == set()


def test_g7_who_wrote_a_word_of_it_cannot_approve_it(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    actions.revise_prd(by=here.cast["mei"], prd=prd, bodies={"rollout": "Trial group: 7 people. Rollback: mail."})
    with pytest.raises(Blocked) as blocked:
        actions.approve_prd(by=here.cast["mei"], prd=make.fresh(prd))
    assert "PRD-G7" in {finding.id for finding in blocked.value.findings}


def test_g8_an_open_blocking_comment_blocks_until_who_raised_it_settles_it(here: make.World) -> None:
    make.written(here)
    make.approve_all(here)
    comment = add_comment(by=here.cast["omar"], on=here.prd, body="A partial refund counts twice.", is_blocking=True)
    refused(here, "PRD-G8")
    resolve_comment(by=here.cast["omar"], comment=comment)
    assert "PRD-G8" not in ids(here.prd, here.cast["tom"])


def test_g9_a_prd_without_insight_or_request_blocks(here: make.World) -> None:
    make.written(here, make.TEXT.replace("{{insight:%(insight)s}}", "Somebody (%(insight)s)"))
    make.approve_all(here)
    refused(here, "PRD-G9")


@pytest.mark.parametrize("maker", [None, "priya"])
def test_g10_no_decision_maker_or_the_author_as_one_blocks(here: make.World, maker: str | None) -> None:
    make.written(here, decision_maker=here.cast[maker] if maker else None)
    make.approve_all(here)
    with pytest.raises(Blocked) as blocked:
        actions.approve_prd(by=here.cast["mei"], prd=make.fresh(here.prd))
    assert "PRD-G10" in {finding.id for finding in blocked.value.findings}


def test_g11_two_metrics_that_are_one_number_block_until_merged(here: make.World) -> None:
    metrics.atomic(here.cast, here.dataset, "buyers")
    make.written(here)
    make.approve_all(here)
    refused(here, "PRD-G11")


def test_g12_personal_data_without_purpose_or_end_blocks(here: make.World) -> None:
    from catalog.actions import describe_dataset

    describe_dataset(by=here.cast["omar"], dataset=catalog.fresh(here.dataset), has_personal_data=True)
    make.written(here, make.TEXT.replace(" columns=order_id,buyer_id", ""), purpose="", retention_days=None)
    make.approve_all(here)
    said = [f for f in refused(here, "PRD-G12").findings if f.id == "PRD-G12"]
    assert len(said) == 2


def test_a_hidden_dataset_is_one_restricted_item_to_who_may_not_see_it(here: make.World) -> None:
    secret = catalog.dataset(here.cast["omar"], here.domain, "shop.dwd_salary", {"pay": 4})
    make.written(here)
    prd = make.approve_all(here)

    @act("test.joined", who=Who(anyone=True), subject="prd")
    def join(*, by: Any, prd: Any) -> None:
        things.link(prd, "reads", secret)

    join(by=here.cast["omar"], prd=prd)
    seen = gates.blockers(make.fresh(prd), "approve", here.cast["priya"])
    assert any(f.id == "PRD-G3" and f.sentence == "1 restricted item" for f in seen)
    assert "salary" not in str([f.as_dict() for f in seen])
