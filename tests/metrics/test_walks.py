"""Whatever people do in whatever order: nobody certifies what they defined, and no rule is passed by."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Refusal
from metrics import actions
from metrics.gates import CERTIFIED_FOR
from metrics.models import MetricVersion, Signoff
from metrics.signatures import definers_of
from tests.metrics import make

WHY = "A reason of more than ten characters."
PEOPLE = ("priya", "grace", "gus", "ravi", "tom", "mei")
CHANGES: list[dict[str, Any]] = [
    {"caliber": "Said anew."}, {"expr": "order_id"}, {"expr": "buyer_id"}, {"late_data_policy": "restate_3d"},
    {"timezone": "UTC+8"}, {"unit": ""}, {"unit": "people"},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_no_walk_reaches_certified_past_the_rules(seed: int, cast: dict[str, Any], growth: Domain) -> None:
    dice = random.Random(seed)  # noqa: S311 - a repeatable walk
    metric = make.atomic(cast, make.dataset(cast, growth))
    actions.appoint_owner(by=cast["priya"], metric=metric, person=cast["grace"])  # may define, and could sign
    make.redefine(cast, metric, by="grace", caliber="As Grace says.")
    reached = 0
    for _step in range(40):
        who = dice.choice(PEOPLE)
        before = make.fresh(metric).state
        try:
            dice.choice(_moves(cast, metric, who, dice))()
        except Refusal:
            assert make.fresh(metric).state == before
        now = make.fresh(metric)
        if now.state == "certified":
            _holds(now)
            reached += 1
    assert reached, "the walk proves nothing when it never gets there"


def _moves(cast: dict[str, Any], metric: Any, who: str, dice: random.Random) -> list[Callable[[], Any]]:
    by, now = cast[who], make.fresh(metric)
    if dice.random() < 0.7 and now.state in ("defined", "lapsed"):
        return [lambda: actions.submit_metric(by=cast["priya"], metric=now)]
    if dice.random() < 0.7 and now.state == "in_review":
        signer = cast[dice.choice(("grace", "gus", "ravi", "tom"))]
        return [lambda: actions.certify_metric(by=signer, metric=now)]
    return [
        lambda: actions.submit_metric(by=by, metric=now),
        lambda: actions.certify_metric(by=by, metric=now),
        lambda: actions.certify_metric(by=by, metric=now),
        lambda: actions.certify_metric(by=by, metric=now),
        lambda: actions.send_back_metric(by=by, metric=now, reason=WHY),
        lambda: make.redefine(cast, now, by=who, **dice.choice(CHANGES)),
        lambda: actions.appoint_owner(by=by, metric=now, person=cast[dice.choice(PEOPLE)]),
        lambda: actions.appoint_steward(by=by, metric=now, person=cast[dice.choice(PEOPLE)]),
    ]


def _holds(metric: Any) -> None:
    """Two signatures of two people under the last version that was signed; neither defined what they signed."""
    signed = Signoff.objects.unrestricted("a test looks at what is there").filter(metric=metric, voided_at=None)
    standing = list(signed.exclude(completed_at=None).order_by("-version_id"))[:2]
    assert {one.capacity for one in standing} == {"steward", "governance"}
    assert len({one.person_id for one in standing}) == 2 and len({one.version_id for one in standing}) == 1
    version = MetricVersion.objects.unrestricted("a test looks at what is there").get(pk=standing[0].version_id)
    assert version.defined_by_id not in {one.person_id for one in standing}
    if version.pk == metric.current_id:
        assert not definers_of(metric) & {one.person_id for one in standing}
    assert metric.current.model == version.model, "a new meaning ends the certification"
    assert metric.certified_until == (metric.certified_at + CERTIFIED_FOR).date()
