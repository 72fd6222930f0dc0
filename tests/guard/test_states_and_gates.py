"""Moves, gates and what a reader may learn from a refusal."""

from __future__ import annotations

import pytest

from guard import gates, states
from guard.doors import act
from guard.models import Domain, Thing, Waiver
from guard.policy import Who
from guard.refusals import Blocked, Invalid
from people.models import User
from tests.guard.ground import break_stone, cut_stone, find_stone


def test_a_move_from_another_state_is_refused_in_words(growth: Domain, omar: User) -> None:
    stone = find_stone(by=omar, title="a stone", domain=growth)
    cut_stone(by=omar, stone=stone)
    with pytest.raises(Blocked) as refused:
        cut_stone(by=omar, stone=stone)
    assert refused.value.code == "state"
    assert "Cut" in refused.value.sentence


def test_the_offer_of_moves_says_who_may_and_what_stands_in_the_way(growth: Domain, omar: User, priya: User) -> None:
    heavy = find_stone(by=omar, title="a heavy stone", domain=growth)
    (offer,) = states.moves_for(heavy, omar)
    assert offer.is_allowed
    assert [f.id for f in offer.findings] == ["STO-1"]
    (offer,) = states.moves_for(heavy, priya)
    assert not offer.is_allowed


def test_a_finding_about_a_hidden_thing_keeps_its_rule_and_loses_its_name(
    growth: Domain, omar: User, priya: User
) -> None:
    heavy = find_stone(by=omar, title="a heavy secret", domain=growth, level=4)
    (seen,) = gates.blockers(heavy, "cut", omar)
    (filtered,) = gates.blockers(heavy, "cut", priya)
    assert "secret" in seen.sentence
    assert (filtered.id, filtered.sentence, filtered.who, filtered.subject) == ("STO-1", "1 restricted item", (), None)


def test_a_waiver_of_somebody_else_lets_a_move_pass_until_it_ends(growth: Domain, omar: User, grace: User) -> None:
    from datetime import timedelta

    from django.utils import timezone

    @act("stone.waived", who=Who(anyone=True))
    def waive(*, by: User, stone: Thing, days: int) -> None:
        today = timezone.now().date()
        Waiver.objects.create(
            thing=stone, rule_id="STO-1", reason="light enough", asked_by=omar, granted_by=by,
            expires_on=today + timedelta(days=days),
        )  # fmt: skip

    heavy = find_stone(by=omar, title="a heavy stone", domain=growth)
    waive(by=grace, stone=heavy, days=-1)
    assert gates.blockers(heavy, "cut", omar)
    waive(by=grace, stone=heavy, days=1)
    assert not gates.blockers(heavy, "cut", omar)
    assert cut_stone(by=omar, stone=heavy).state == "cut"


def test_a_move_that_needs_a_reason_says_so(growth: Domain, omar: User) -> None:
    stone = find_stone(by=omar, title="a stone", domain=growth)
    with pytest.raises(Invalid) as refused:
        break_stone(by=omar, stone=stone)
    assert list(refused.value.errors) == ["reason"]
    assert break_stone(by=omar, stone=stone, reason="the arch fell").state == "broken"
