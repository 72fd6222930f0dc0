"""The lint on PRDs that verbs made: each rule that asks the database fires on rows, and stops when they are mended."""

from __future__ import annotations

from typing import Any

import pytest

from catalog import actions as catalog_verbs
from demand import actions as demand_verbs
from guard import clock
from guard.models import Domain
from guard.refusals import Invalid
from people.models import User
from prds import actions
from prds.checking import lint_of
from prds.models import Prd
from tests.catalog import make as catalog
from tests.demand import make as demand
from tests.metrics import make as metrics
from tests.prds import make
from tests.usage import make as usage
from usage import actions as usage_verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    return make.world(cast, growth)


def fired(prd: Prd, rule: str, reader: Any = None) -> list[str]:
    """The sentences of one rule."""
    return [found.message for found in lint_of(make.fresh(prd), reader) if found.rule_id == rule]


def citing(here: make.World, **said: Any) -> tuple[Prd, Any]:
    """A PRD that cites an accepted request, which says this."""
    request = demand.accepted(here.cast["sam"], here.cast["priya"], here.domain, **said)
    text = make.TEXT.replace("## 3.", "{{request:" + request.key + "}} asks for it.\n## 3.")
    return make.written(here, text), request


def revise(here: make.World, prd: Prd, **bodies: str) -> None:
    actions.revise_prd(by=here.cast["priya"], prd=make.fresh(prd), bodies=bodies)


def test_tool_004_a_certified_metric_with_the_same_fingerprint(here: make.World) -> None:
    twin = metrics.atomic(here.cast, here.dataset, "buyers_paid", expr="client")
    metrics.certified(here.cast, twin)  # before the other, which nobody could certify beside it (MET-3)
    metrics.atomic(here.cast, here.dataset, "clients_paid", expr="client")
    prd = make.written(here)
    assert fired(prd, "TOOL-004", here.cast["priya"]) == []
    revise(here, prd, metrics="{{metric:pay_buyer_cnt role=success}} by client, UTC. {{metric:clients_paid}}.")
    assert fired(prd, "TOOL-004", here.cast["priya"]) == ["“Buyers paid” does nearly the same."]
    assert fired(prd, "TOOL-004", here.cast["otto"]) == []  # its name is not for everybody
    assert fired(prd, "TOOL-004") == []
    revise(here, prd, deliverable="A dashboard. Reuse of Buyers paid: it has no client. No build: a mail is too late.")
    assert fired(prd, "TOOL-004", here.cast["priya"]) == []


def test_tool_004_a_live_product_for_the_same(here: make.World) -> None:
    prd = make.written(here)
    product = usage.product(here.cast, here.domain, title="Checkout funnel", stage="trial")
    assert fired(prd, "TOOL-004", here.cast["priya"]) == []
    with clock.loading(usage.noon(3)):
        catalog_verbs.load_stage(by=here.cast["priya"], product=product, stage="live")
    assert fired(prd, "TOOL-004", here.cast["priya"]) == ["“Checkout funnel” does nearly the same."]
    own = make.written(here, product=product)
    assert fired(own, "TOOL-004", here.cast["priya"]) == []  # its own product is no look-alike
    revise(here, prd, deliverable=f"A dashboard. Reuse: {product.key} shows no steps. No build: a mail is too late.")
    assert fired(prd, "TOOL-004", here.cast["priya"]) == []


def test_sec_103_slices_through_a_source_that_the_text_does_not_name(here: make.World) -> None:
    omar, source = here.cast["omar"], metrics.dataset(here.cast, here.domain, "shop.dws_step")
    catalog_verbs.describe_dataset(by=omar, dataset=source, row_count=1_000)
    atomic = metrics.atomic(here.cast, source, "steps", expr="amount", agg="sum", definition={"dimensions": ["client"]})
    rate = metrics.composite(
        here.cast, here.domain, "step_share", "steps / pay_buyer_cnt", dimensions=["client"], min_group_size=20
    )
    prd = make.written(here, make.TEXT.replace("## 8.", "{{metric:step_share}} by client, {{metric:steps}}.\n## 8."))
    assert fired(prd, "SEC-103") == []  # nobody counted the clients
    with pytest.raises(Invalid):
        catalog_verbs.count_values(by=omar, dataset=source, counts={"zebra": 3})
    catalog_verbs.count_values(by=omar, dataset=source, counts={"client": 60})
    assert len(fired(prd, "SEC-103")) == 1  # 60 slices of 20 are more than 1,000 rows; 60 of 10 for the other are not
    assert f"“{rate.code}”" in fired(prd, "SEC-103")[0] and atomic.code not in fired(prd, "SEC-103")[0]
    catalog_verbs.count_values(by=omar, dataset=source, counts={"client": 4})
    assert fired(prd, "SEC-103") == []


def test_src_103_an_open_quality_incident(here: make.World) -> None:
    prd = make.written(here)
    incident = demand_verbs.ask_for_data(
        by=here.cast["sam"], domain=here.domain, kind="quality_incident", business_question="Hours are missing.",
        about=[here.dataset.thing],
    )  # fmt: skip
    assert fired(prd, "SRC-103") == ["“shop.dwd_order” has an open quality incident."]
    demand_verbs.withdraw_request(by=here.cast["sam"], request=incident)
    assert fired(prd, "SRC-103") == []


def test_src_103_a_source_that_is_less_fresh_than_promised(here: make.World) -> None:
    prd = make.written(here, make.TEXT.replace("loaded by 20 minutes past the hour", "at most 2 hours old"))
    catalog_verbs.describe_dataset(by=here.cast["omar"], dataset=here.dataset, freshness_minutes=1_440)
    assert fired(prd, "SRC-103") == ["“shop.dwd_order” is less fresh than what is promised."]
    catalog_verbs.describe_dataset(by=here.cast["omar"], dataset=catalog.fresh(here.dataset), freshness_minutes=60)
    assert fired(prd, "SRC-103") == []


def test_src_101_says_which_of_the_three_faults_of_a_review_it_is(here: make.World) -> None:
    prd = make.written(here)
    assert fired(prd, "SRC-101") == []
    catalog_verbs.add_columns(by=here.cast["omar"], dataset=here.dataset, columns=[{"name": "note"}])
    assert fired(prd, "SRC-101") == ["“shop.dwd_order” has columns that are newer than its review."]
    make.reviewed(by=here.cast["grace"], dataset=catalog.fresh(here.dataset))
    assert fired(prd, "SRC-101") == []


def test_prb_004_a_request_that_says_what_waiting_costs(here: make.World) -> None:
    prd, request = citing(here)
    revise(here, prd, problem="Seen late: {{insight:" + here.insight.key + "}}, {{request:" + request.key + "}}.")
    assert fired(prd, "PRB-004") == ["It is not said what doing nothing costs."]
    demand_verbs.revise_request(by=here.cast["sam"], request=request, changes={"delay_value_per_week": 9_000})
    assert fired(prd, "PRB-004") == []


def test_prb_003_a_contradiction_that_is_answered_later(here: make.World) -> None:
    prd, priya = make.written(here), here.cast["priya"]
    against = demand.quote(priya, here.domain, demand.ARGUE, alias="P-77")
    disputed = demand_verbs.dispute_insight(by=here.cast["sam"], insight=here.insight, quote=against)
    assert len(fired(prd, "PRB-003")) == 1
    demand_verbs.answer_contradictions(by=priya, insight=disputed, answer="Two teams argue; both saw it late.")
    assert fired(prd, "PRB-003") == []


def test_eff_101_confidence_above_the_evidence_and_a_date_without_a_source(here: make.World) -> None:
    prd, request = citing(here, details={"delay_profile": "fixed_date"})
    demand_verbs.score_request(by=here.cast["priya"], request=request, confidence=90)
    said = " ".join(fired(prd, "EFF-101"))
    assert "A confidence of 90 % is claimed; the evidence allows 50 %." in said
    assert "claims a fixed date" in said
    fresh = type(request).objects.visible_to(here.cast["sam"]).get(pk=request.pk)
    demand_verbs.score_request(by=here.cast["priya"], request=fresh, confidence=50)
    demand_verbs.revise_request(
        by=here.cast["sam"], request=type(request).objects.visible_to(here.cast["sam"]).get(pk=request.pk),
        changes={"purpose_note": "The date is set by the payments act, article 4."},
    )  # fmt: skip
    assert fired(prd, "EFF-101") == []


def test_tyr_003_a_purpose_about_persons_needs_an_attested_one_way_decision(here: make.World) -> None:
    product = usage.product(here.cast, here.domain, stage="design")
    prd = make.written(here, product=product, purpose="appraisal")
    assert fired(prd, "TYR-003") == ["The purpose “appraisal” needs a one-way decision."]
    decision = usage.decision(
        here.cast, here.domain, product=product, reversibility="one_way", counter_evidence="Two teams differ.",
        affected_people="64 category managers",
    )  # fmt: skip
    for on in (here.metrics["refund_cnt"], here.insight):
        usage.pin(here.cast, decision, on)
    assert len(fired(prd, "TYR-003")) == 1  # drafted is not decided
    usage_verbs.attest_decision(by=here.cast["tom"], decision=decision)
    assert fired(prd, "TYR-003") == []


def test_tyr_003_a_decision_that_raised_the_request_counts_a_two_way_one_does_not(here: make.World) -> None:
    prd, request = citing(here)
    actions.declare_prd(by=here.cast["priya"], prd=prd, purpose="appraisal")
    for title, way in (("Try it", "two_way"), ("Do it", "one_way")):
        decision = usage.decision(
            here.cast, here.domain, title=title, reversibility=way, counter_evidence="Two teams differ.",
            affected_people="64 category managers",
        )  # fmt: skip
        usage.pin(here.cast, decision, here.dataset)
        usage_verbs.raise_request(by=here.cast["priya"], decision=decision, request=request)
        usage_verbs.attest_decision(by=here.cast["tom"], decision=decision)
        assert bool(fired(prd, "TYR-003")) == (way == "two_way")


def test_sec_102_personal_data_that_only_a_metric_reads(here: make.World) -> None:
    cast, domain = here.cast, here.domain
    people = catalog.dataset(cast["omar"], domain, "shop.dim_person", {"client": 2})
    catalog_verbs.add_columns(
        by=cast["omar"], dataset=people, columns=[{"name": "phone", "pii_kind": "phone", "distinct_count": 9}]
    )
    catalog.approve_levels(by=cast["omar"], dataset=people, levels={"phone": 3})
    metrics.atomic(cast, catalog.fresh(people), "called", expr="phone", agg="count")
    bare = make.TEXT.replace("kept for 400 days, ", "")
    assert fired(make.written(here, bare), "SEC-102") == []
    named = bare.replace("## 8.", "{{metric:called}} a day.\n## 8.")
    prd = make.written(here, named)
    assert fired(prd, "SEC-102") == ["There is personal data without a retention period."]
    revise(here, prd, security="L3. Purpose: operating the checkout. Access by role, kept for 400 days.")
    assert fired(prd, "SEC-102") == []


def test_rol_101_users_outside_the_house_need_a_trial(here: make.World) -> None:
    text = make.TEXT.replace("Trial group: 6 people for 2 weeks. ", "").replace("L3", "L2")
    prd = make.written(here, text.replace("64 people in category", "64 suppliers and people in category"))
    assert "a trial group" in fired(prd, "ROL-101")[0]
    revise(here, prd, rollout="Trial group: 6 people for 2 weeks. Rollback: the old mail is switched on again.")
    assert fired(prd, "ROL-101") == []


def test_an_organisations_own_words_count(here: make.World, settings: Any, tmp_path: Any) -> None:
    prd = make.written(here, make.TEXT.replace("The checkout lead moves", "With HouseDB the checkout lead moves"))
    assert fired(prd, "TOOL-001") == []
    own = tmp_path / "words.toml"
    own.write_text('[add]\ntechnologies = ["HouseDB"]\n', encoding="utf-8")
    settings.LINT_WORDS_FILE = str(own)
    assert len(fired(prd, "TOOL-001")) == 1
    misspelt = tmp_path / "misspelt.toml"
    misspelt.write_text('[added]\ntechnologies = ["HouseDB"]\n', encoding="utf-8")
    settings.LINT_WORDS_FILE = str(misspelt)
    with pytest.raises(KeyError):
        lint_of(make.fresh(prd))
