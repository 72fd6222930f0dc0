"""Two of whom one stands in for the other count as one person: no delegation adds a voice, whoever goes first."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import Dataset
from governance import actions
from governance.models import Delegation, Vote
from guard.models import Domain
from guard.refusals import Blocked, Denied, Refusal
from people import actions as people
from people.models import Role
from tests.cast import CAST, make_person
from tests.governance import make
from tests.governance.delegation.made import LOOK, Cast, agree, approve, fresh, let, lowering, orders, votes
from tests.governance.grants.given import ask, ids


@pytest.fixture
def dataset(growth: Domain, cast: Cast) -> Dataset:
    """L3: Tom owns it, Mei keeps it; a lowering or a request needs both."""
    return orders(cast, growth)


@pytest.mark.django_db
def test_a_principal_who_voted_is_not_heard_again_through_their_deputy(dataset: Dataset, cast: Cast) -> None:
    """Tom is steward, too: his deputy does not fill the other seat beside him."""
    from catalog.actions import appoint_steward

    appoint_steward(by=cast["grace"], of=dataset, person=cast["tom"])
    let(cast["tom"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    agree(grant, cast["tom"])
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["omar"], cast["tom"])
    assert ids(refused) == ["DEP-1"] and votes(grant) == [("tom", None, "approve")]


@pytest.mark.django_db
def test_a_deputy_who_voted_leaves_the_principal_no_other_seat(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    agree(grant, cast["omar"], cast["tom"])
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["tom"])
    assert ids(refused) == ["DEP-1"] and votes(grant) == [("omar", "tom", "approve")]


@pytest.mark.django_db
def test_a_place_that_was_taken_stays_taken_after_the_delegation_ended(dataset: Dataset, cast: Cast) -> None:
    made = let(cast["tom"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    agree(grant, cast["omar"], cast["tom"])
    actions.end_delegation(by=cast["tom"], delegation=made)
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["tom"])
    assert ids(refused) == ["DEP-1"]
    agree(grant, cast["mei"])
    assert make.grant(grant).state == "granted"  # what was agreed to while it ran counts


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["tom", "mei"])
def test_two_seats_of_their_own_are_one_voice_while_one_stands_in_for_the_other(
    first: str, dataset: Dataset, cast: Cast
) -> None:
    """Owner and steward: one of them is enough for neither; once it is laid down, they are two again."""
    made = let(cast["tom"], cast["mei"])
    grant = ask(cast["sam"], dataset)
    second = "mei" if first == "tom" else "tom"
    agree(grant, cast[first])
    with pytest.raises(Blocked) as refused:
        agree(grant, cast[second])
    assert ids(refused) == ["DEP-1"]
    actions.end_delegation(by=cast["mei"], delegation=made)
    agree(grant, cast[second])
    assert make.grant(grant).state == "granted"


@pytest.mark.django_db
def test_nobody_votes_twice_once_for_themself_and_once_for_another(dataset: Dataset, cast: Cast) -> None:
    made = let(cast["tom"], cast["mei"])
    grant = ask(cast["sam"], dataset)
    for _again in range(2):
        agree(grant, cast["mei"], cast["tom"])
    with pytest.raises(Blocked):
        agree(grant, cast["mei"])
    actions.end_delegation(by=cast["mei"], delegation=made)
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["mei"])
    assert refused.value.code == "decided" and votes(grant) == [("mei", "tom", "approve")]


@pytest.mark.django_db
def test_case_29_the_deputy_of_who_asked_decides_in_no_seat(dataset: Dataset, growth: Domain, cast: Cast) -> None:
    """Case 29: neither in the place of who asked nor in their own; who asked does not decide as a deputy either."""
    let(cast["tom"], cast["mei"])
    grant = ask(cast["tom"], dataset)
    with pytest.raises(Denied):
        agree(grant, cast["mei"], cast["tom"])
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["mei"])
    assert ids(refused) == ["DEP-1"]
    let(cast["grace"], cast["sam"])
    own = ask(cast["sam"], dataset)
    with pytest.raises(Blocked) as refused:
        agree(own, cast["sam"], cast["grace"])
    assert "ACC-5" in ids(refused)


@pytest.mark.django_db
def test_case_29_the_deputy_of_who_proposed_or_edited_last_decides_in_no_seat(dataset: Dataset, cast: Cast) -> None:
    """Case 29: by a delegation on the way round, for who proposed levels and for who edited them last."""
    let(cast["tom"], cast["mei"])
    let(cast["grace"], cast["gus"])
    review = lowering(cast["tom"], dataset)
    actions.amend_levels(by=cast["grace"], review=make.review(review), reason="The card token is dropped there.")
    for who, place in (("mei", "tom"), ("mei", ""), ("gus", "grace"), ("gus", "")):
        with pytest.raises((Blocked, Denied)) as refused:
            approve(review, cast[who], cast.get(place))
        assert (who, place) == ("mei", "tom") or ids(refused) == ["DEP-1"]
        with pytest.raises((Blocked, Denied)):
            actions.reject_review(
                by=fresh(cast[who]), review=make.review(review), reason="It is too mild.", on_behalf_of=place
            )
    assert votes(review) == []


@pytest.mark.django_db
def test_one_deputy_of_two_is_one_voice_for_both(growth: Domain, cast: Cast) -> None:
    """L4 takes the owner and governance: Omar stands in for both and fills one seat."""
    dataset = orders(cast, growth, 4)
    let(cast["tom"], cast["omar"])
    let(cast["grace"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    agree(grant, cast["omar"], cast["tom"])
    with pytest.raises(Blocked):
        agree(grant, cast["omar"], cast["grace"])
    agree(grant, cast["gus"])
    assert make.grant(grant).state == "granted"


NAMES = ("tom", "mei", "grace", "gus", "sol", "omar", "sam")
pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda two: two[0] != two[1])


class NoFewer(TestCase):
    """Random delegations among everybody who holds a seat and some who hold none."""

    @settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
    @given(st.lists(pairs, max_size=6), st.sampled_from([3, 4, 5]), st.sampled_from(NAMES), st.randoms())
    def test_no_fewer_people_than_before_carry_a_decision(
        self, named: list[tuple[str, str]], rank: int, asker: str, dice: object
    ) -> None:
        """Whoever asks, whoever is named, in whatever order they come: fewer people than seats never suffice."""
        growth = Domain.objects.get_or_create(slug="growth", defaults={"name": "Growth"})[0]
        cast = {who: make_person(who, growth, roles, 5, name) for who, (name, roles, _rank) in CAST.items()}
        people.give_role(by=cast["ada"], person=cast["mei"], role=Role.SECURITY)
        grant = ask(fresh(cast[asker]), orders(cast, growth, rank))
        places: dict[str, list[str]] = {name: [""] for name in NAMES}
        for giver, deputy in named:
            try:
                let(cast[giver], cast[deputy])
            except Refusal:
                continue
            places[deputy].append(giver)
        seats = {3: 2, 4: 2, 5: 3}[rank]
        for few in combinations(NAMES, seats - 1):
            tries = [(who, place) for who in few for place in places[who]]
            dice.shuffle(tries)  # type: ignore[attr-defined]
            assert not _carried(grant, cast, tries), (named, few, tries)
        tries = [(who, place) for who in NAMES for place in places[who]]
        dice.shuffle(tries)  # type: ignore[attr-defined]
        _carried(grant, cast, tries, keep=True)
        said = list(Vote.objects.unrestricted(LOOK).filter(thing=grant.pk))
        voices = [pk for vote in said for pk in vote.voices]
        assert len(voices) == len(set(voices)) and cast[asker].pk not in voices
        joined = {frozenset((one.giver_id, one.deputy_id)) for one in Delegation.objects.all()}
        for one, other in combinations(said, 2):
            assert not {frozenset((a, b)) for a in one.voices for b in other.voices} & joined


def _carried(grant: object, cast: Cast, tries: list[tuple[str, str]], *, keep: bool = False) -> bool:
    """Whether these votes, one after another, open the dataset; undone afterwards unless kept."""
    with transaction.atomic():
        for who, place in tries:
            try:
                agree(grant, cast[who], cast.get(place))  # type: ignore[arg-type]
            except Refusal:
                continue
        is_given = make.grant(grant).state == "granted"
        transaction.set_rollback(not keep)
    return is_given
