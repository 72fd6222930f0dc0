"""DEC-1 to DEC-7: the allowed path and each blocker, by verb and over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Absent, Blocked, Denied
from metrics.models import Tier
from tests.catalog import make as catalog
from tests.usage import call, make
from tests.whole import whole
from usage import actions
from usage.counting import why_not_counted
from usage.models import Decision

Cast = dict[str, Any]
Make = Callable[[Cast, Domain], Decision]
PAY = {"has_person_consequence": True, "purpose": "appraisal"}


def metrics_of(cast: Cast, growth: Domain, made: Decision, *tiers: str) -> Decision:
    source = catalog.dataset(cast["omar"], growth, "shop.dws_pay")
    for number, tier in enumerate(tiers):
        make.pin(cast, made, make.metric(cast, source, f"paid_amt_{number}", tier=tier), value="3.1")
    return make.fresh(made)


def with_purposes(cast: Cast, growth: Domain, purposes: list[str], **fields: Any) -> Decision:
    made = make.decision(cast, growth, **fields)
    make.pin(cast, made, catalog.dataset(cast["omar"], growth, allowed_purposes=purposes))
    return make.fresh(made)


def managed_by_tom(cast: Cast, growth: Domain, maker: str) -> Decision:
    product = catalog.product(cast["priya"], growth, pm=cast["tom"])
    return make.ready(cast, growth, product=product, decision_makers=[cast[maker]])


ALONE = {"data_role": "data_driven"}
BLOCKED: dict[str, Make] = {
    "DEC-1": lambda cast, growth: make.decision(cast, growth),
    "DEC-2": lambda cast, growth: make.ready(cast, growth, options=["Only this"], chosen_option="Only this"),
    "DEC-3": lambda cast, growth: make.ready(cast, growth, reversibility="one_way", counter_evidence="Costs."),
    "DEC-4": lambda cast, growth: metrics_of(cast, growth, make.decision(cast, growth, **ALONE), Tier.OUTCOME),
    "DEC-5": lambda cast, growth: make.ready(cast, growth, review_on=None),
    "DEC-6": lambda cast, growth: with_purposes(cast, growth, ["operations"], **PAY),
    "DEC-7": lambda cast, growth: managed_by_tom(cast, growth, "tom"),
}
WEIGHED = {"reversibility": "one_way", "counter_evidence": "Costs a week.", "affected_people": "Support"}
ALLOWED: dict[str, Make] = {
    "DEC-1": lambda cast, growth: make.ready(cast, growth),
    "DEC-2": lambda cast, growth: make.ready(cast, growth),
    "DEC-3": lambda cast, growth: make.ready(cast, growth, **WEIGHED),
    "DEC-4": lambda cast, growth: metrics_of(cast, growth, make.decision(cast, growth, **ALONE), Tier.GUARDRAIL),
    "DEC-5": lambda cast, growth: make.ready(cast, growth),
    "DEC-6": lambda cast, growth: with_purposes(cast, growth, ["appraisal"], **PAY),
    "DEC-7": lambda cast, growth: make.ready(
        cast, growth, product=catalog.product(cast["priya"], growth, pm=cast["mei"])
    ),
}


@pytest.mark.parametrize("rule", BLOCKED)
def test_a_rule_blocks_the_verb_and_the_api_alike(cast: Cast, growth: Domain, rule: str) -> None:
    made = BLOCKED[rule](cast, growth)
    assert call.asked(cast["tom"], made) == {rule}
    with pytest.raises(Blocked) as refused:
        actions.attest_decision(by=cast["tom"], decision=made)
    assert {finding.id for finding in refused.value.findings} == {rule}
    assert call.rules(call.post(cast["tom"], made, "attest")) == {rule}
    assert rule in whole(call.client_of(cast["tom"]), f"/decisions/{made.key}/")
    assert make.fresh(made).state == "proposed" and make.fresh(made).attested_by is None


@pytest.mark.parametrize("rule", ALLOWED)
def test_where_the_rule_holds_the_maker_attests(cast: Cast, growth: Domain, rule: str) -> None:
    made = ALLOWED[rule](cast, growth)
    answer = call.post(cast["tom"], made, "attest")
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["state"], said["attested_by"], said["is_counted"]) == ("accepted", "tom", True)
    assert why_not_counted(make.fresh(made)) == []


@pytest.mark.parametrize("who", ["priya", "sam", "grace", "omar"])
def test_nobody_but_a_named_maker_attests(cast: Cast, growth: Domain, who: str) -> None:
    made = make.ready(cast, growth)
    with pytest.raises(Denied):
        actions.attest_decision(by=cast[who], decision=made)
    assert call.post(cast[who], made, "attest").status_code == 403
    assert call.client_of(cast[who]).post(f"/decisions/{made.key}/attest/").status_code == 403
    assert make.fresh(made).state == "proposed"


def test_otto_finds_no_door(cast: Cast, growth: Domain) -> None:
    made, otto = make.ready(cast, growth), call.client_of(cast["otto"])
    for path in ("", "evidence/", "change/"):
        assert otto.get(f"/decisions/{made.key}/{path}").status_code == 404
    for path in ("attest/", "reject/", "look-back/", "implement/", "evidence/", "change/"):
        assert otto.post(f"/decisions/{made.key}/{path}").status_code == 404
    for move in ("attest", "reject", "look-back", "pin-evidence", "implement"):
        assert call.post(cast["otto"], made, move, reason="I want to.").status_code in (404, 422)
    assert otto.get(f"/api/v1/decisions/{made.key}/").status_code == 404
    assert otto.get("/api/v1/decisions/").json()["results"] == []
    for path in ("/decisions/", "/decisions/?format=csv", "/usage/", "/decisions/new/"):
        assert made.title not in otto.get(path).content.decode() and made.key not in otto.get(path).content.decode()
    draft = {"title": "Mine", "question": "What?", "options": "a\nb", "decision_makers": "otto", "domain": "growth",
             "data_role": "judgement", "reversibility": "two_way"}  # fmt: skip
    assert otto.post("/decisions/new/", draft).status_code == 422


def test_what_one_may_not_see_cannot_be_pinned_and_is_not_shown(cast: Cast, growth: Domain) -> None:
    made = make.decision(cast, growth)
    strict = catalog.dataset(cast["omar"], growth, "shop.dwd_card", {"pan": 2})
    make.pin(cast, made, strict)
    catalog.approve_levels(by=cast["omar"], dataset=strict, levels={"pan": 5})
    hidden = call.post(cast["priya"], made, "pin-evidence", on=strict.key)
    absent = call.post(cast["priya"], made, "pin-evidence", on="DS-9999")
    assert (hidden.status_code, hidden.json()["errors"]) == (422, absent.json()["errors"])
    with pytest.raises(Absent):
        make.pin(cast, made, catalog.fresh(strict))
    priya = call.client_of(cast["priya"])
    assert "dwd_card" not in priya.get(f"/decisions/{made.key}/").content.decode()
    said = priya.get(f"/api/v1/decisions/{made.key}/").json()
    assert said["evidence"] == [] and "dwd_card" not in str(said)
