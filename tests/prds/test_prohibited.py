"""What must not be kept is not published: by no PRD, no product, no metric, and no waiver lifts it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog import actions as catalog_actions
from catalog.actions import label_column
from catalog.models import Label
from governance import actions as governance
from governance.models import PolicyChange
from guard import gates
from guard.doors import act
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Blocked
from metrics.actions import certify_metric, offer_metric, submit_metric
from people.models import User
from prds import actions
from tests.catalog import make as catalog
from tests.governance import make as governed
from tests.governance.rules.made import REASON, agree, fresh
from tests.metrics import make as metrics
from tests.prds import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    return make.world(cast, growth)


def label(here: make.World, category: str, column: str = "client", by: str = "omar") -> Label:
    found = governed.column(here.dataset, column)
    return label_column(by=here.cast[by], column=found, category=category)


@act("test.stage_set", who=Who(anyone=True), subject="product")
def set_stage(*, by: Any, product: Any, stage: str) -> None:
    from guard import things

    things.touch(product, state=stage)


def found(obj: Any, move: str, actor: User, rule: str) -> list[gates.Finding]:
    return [finding for finding in gates.blockers(obj, move, actor) if finding.id == rule]


def test_a_prd_that_reads_it_is_not_approved_and_says_who_can_mend_it(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    label(here, "pci-dss:cvv")
    (finding,) = found(prd, "approve", here.cast["grace"], "PRD-G13")
    assert finding.sentence == (
        "dwd_order: client may be Card verification code (pci-dss), which must not be kept. Have the label reviewed, "
        "or take the column out of the warehouse and import again."
    )
    assert finding.who == ("Omar Haddad", "Ravi Shah")
    assert (finding.subject, finding.link) == (here.dataset.thing, f"/catalog/datasets/{here.dataset.key}/")
    with pytest.raises(Blocked) as refused:
        actions.approve_prd(by=here.cast["tom"], prd=prd)
    assert "PRD-G13" in {one.id for one in refused.value.findings}


def test_a_prd_that_was_approved_before_is_not_built(here: make.World) -> None:
    make.written(here)
    prd = actions.approve_prd(by=here.cast["tom"], prd=make.approve_all(here))
    assert found(make.fresh(prd), "build", here.cast["grace"], "PRD-G13") == []
    label(here, "pci-dss:pin")
    assert len(found(make.fresh(prd), "build", here.cast["grace"], "PRD-G13")) == 1


def test_who_may_not_see_the_dataset_reads_the_rule_and_no_name(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    label(here, "pci-dss:cvv")
    (finding,) = found(prd, "approve", here.cast["priya"], "PRD-G13")
    assert (finding.sentence, finding.who, finding.link) == ("1 restricted item", (), "")


def test_other_categories_and_other_datasets_are_let_be(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    label(here, "pci-dss:pan")
    other = catalog.dataset(here.cast["omar"], here.domain, "shop.other", {"code": 2})
    label_column(by=here.cast["omar"], column=governed.column(other, "code"), category="pci-dss:cvv")
    assert found(prd, "approve", here.cast["grace"], "PRD-G13") == []


def test_a_label_of_a_column_that_went_blocks_nothing(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    said = label(here, "pci-dss:cvv")
    assert found(prd, "approve", here.cast["grace"], "PRD-G13")

    @act("test.column_gone", who=Who(anyone=True))
    def drop(*, by: Any) -> None:
        type(said.column).objects.unrestricted("a test lets a column go").filter(pk=said.column_id).delete()

    drop(by=here.cast["omar"])
    assert found(prd, "approve", here.cast["grace"], "PRD-G13") == []


def test_a_metric_is_neither_submitted_nor_signed_through_its_inputs_either(here: make.World) -> None:
    metric = here.metrics["pay_buyer_cnt"]
    made = metrics.composite(here.cast, here.domain, "pay_rate", "pay_buyer_cnt / refund_cnt")
    submit_metric(by=here.cast["tom"], metric=metric)
    label(here, "pci-dss:track")
    for one, move in ((made, "submit"), (metrics.fresh(metric), "certify")):
        assert [f.id for f in found(one, move, here.cast["grace"], "MET-9")] == ["MET-9"]
    with pytest.raises(Blocked) as refused:
        certify_metric(by=here.cast["ravi"], metric=metrics.fresh(metric))
    assert "MET-9" in {one.id for one in refused.value.findings}


def test_a_product_is_not_built_on_it_by_any_way(here: make.World) -> None:
    make.written(here)
    grace, priya = here.cast["grace"], here.cast["priya"]
    by_dataset, by_metric, by_nothing = (catalog.product(priya, here.domain, title) for title in ("A", "B", "C"))
    catalog_actions.contain(by=priya, product=by_dataset, dataset=here.dataset)
    offer_metric(by=priya, product=by_metric, metric=here.metrics["pay_buyer_cnt"])
    label(here, "pci-dss:sad")
    for product, count in ((by_dataset, 1), (by_metric, 1), (by_nothing, 0)):
        assert len(found(catalog.fresh(product), "build", grace, "DP-G4")) == count


def test_a_product_that_is_built_takes_it_in_neither_as_a_dataset_nor_by_a_metric(here: make.World) -> None:
    grace = here.cast["grace"]
    product = catalog.product(here.cast["priya"], here.domain, "Live already", pm=grace)
    label(here, "pci-dss:sad")
    catalog_actions.contain(by=grace, product=product, dataset=catalog.fresh(here.dataset))
    catalog_actions.release(by=grace, product=product, dataset=catalog.fresh(here.dataset))
    set_stage(by=grace, product=product, stage="live")
    live = catalog.fresh(product)
    with pytest.raises(Blocked) as by_dataset:
        catalog_actions.contain(by=grace, product=live, dataset=catalog.fresh(here.dataset))
    with pytest.raises(Blocked) as by_metric:
        offer_metric(by=grace, product=live, metric=metrics.fresh(here.metrics["pay_buyer_cnt"]))
    assert [one.id for refused in (by_dataset, by_metric) for one in refused.value.findings] == ["DP-G4", "DP-G4"]


@pytest.mark.parametrize(("of", "rule"), [("prd", "PRD-G13"), ("metric", "MET-9"), ("product", "DP-G4")])
def test_no_waiver_lifts_it(here: make.World, of: str, rule: str) -> None:
    of_kind = {
        "prd": lambda: make.written(here), "metric": lambda: here.metrics["pay_buyer_cnt"],
        "product": lambda: catalog.product(here.cast["priya"], here.domain),
    }[of]()  # fmt: skip
    with pytest.raises(Blocked) as refused:
        governance.ask_waiver(
            by=here.cast["priya"], thing=of_kind.thing, rule_id=rule, reason="We need the codes for a week.",
            expires_on=governed.in_days(7),
        )  # fmt: skip
    assert refused.value.code == "law"


def test_which_categories_are_prohibited_is_data_that_two_people_change(here: make.World) -> None:
    make.written(here)
    prd = make.approve_all(here)
    label(here, "house:postcode")
    assert found(prd, "approve", here.cast["tom"], "PRD-G13") == []
    change = governance.propose_policy(
        by=fresh(here.cast["grace"]), what=PolicyChange.What.CATEGORY, target="house:postcode", domain="growth",
        after={"floor": 2, "is_prohibited": True}, reason=REASON,
    )  # fmt: skip
    agree(change, here.cast["gus"])
    assert found(prd, "approve", here.cast["tom"], "PRD-G13") == []
    agree(change, here.cast["sol"])
    assert len(found(prd, "approve", here.cast["tom"], "PRD-G13")) == 1


def test_the_api_and_the_page_say_the_same_rule(here: make.World, client: Client) -> None:
    make.written(here)
    prd = make.approve_all(here)
    label(here, "pci-dss:cvv")
    client.force_login(here.cast["grace"])
    said = client.get(f"/api/v1/prds/{prd.key}/blockers/", {"move": "approve"}).json()
    assert "PRD-G13" in str(said) and "which must not be kept" in str(said)
    page = client.get(f"/pieces/prd/{prd.key}/rules/").content.decode()
    assert "which must not be kept" in page
