"""A deputy fills the seat of who named them, by their own sight, and the record says for whom."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Dataset
from governance import actions
from governance.deputising import places_of
from guard.models import Domain
from guard.refusals import Absent, Blocked, Denied
from people import actions as people
from people.models import Role, User
from tests.governance import lineage, make
from tests.governance.delegation.made import Cast, agree, approve, let, lines, lowering, orders, votes
from tests.governance.grants.given import ask, ids
from tests.guard.rules.test_live import put_in_force, row
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(growth: Domain, cast: Cast) -> Dataset:
    """L3: Tom owns it, Mei keeps it."""
    return orders(cast, growth)


def test_a_deputy_agrees_in_the_owners_seat_and_the_record_says_for_whom(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"])
    review = lowering(cast["ravi"], dataset)
    approve(review, cast["omar"], cast["tom"])
    assert votes(review) == [("omar", "tom", "approve")]
    approve(review, cast["mei"])
    assert make.review(review).state == "approved"
    first, _second = lines("review.approved")[-2:]
    assert (first["by"], first["on_behalf_of"], first["slot"]) == ("omar", "tom", "owner")


def test_the_same_for_access(dataset: Dataset, cast: Cast) -> None:
    let(cast["mei"], cast["priya"], decision="grant")
    grant = ask(cast["sam"], dataset)
    agree(grant, cast["priya"], cast["mei"])
    agree(grant, cast["tom"])
    assert make.grant(grant).state == "granted"
    assert votes(grant) == [("priya", "mei", "approve"), ("tom", None, "approve")]
    last = lines("grant.approved")[-1]
    assert sorted(last["seats"].values()) == ["mei", "tom"]


def test_the_same_for_a_stop_on_lineage(growth: Domain, cast: Cast) -> None:
    """The seats are those of the people of the source: so is the domain that a delegation reaches."""
    source = make.orders(cast["omar"], growth, cast["grace"], {"id_card": 4}, "shop.ods", owner=cast["tom"])
    target = make.orders(cast["omar"], growth, cast["grace"], {"cust": 2}, "shop.dwd", owner=cast["ravi"])
    found = lineage.propose(
        cast["ravi"], lineage.join(cast["omar"], source, "id_card", target, "cust"), lineage.hashed()
    )
    let(cast["tom"], cast["sol"], domain=growth, decision="attestation")
    let(cast["ravi"], cast["gus"])
    actions.approve_attestation(by=cast["sol"], attestation=lineage.attestation(found), on_behalf_of="tom")
    with pytest.raises(Blocked) as refused:
        actions.approve_attestation(by=cast["gus"], attestation=lineage.attestation(found))
    assert ids(refused) == ["DEP-1"]
    lineage.agree(found, cast["grace"])
    assert (lineage.attestation(found).state, lineage.arrives(target, "cust")) == ("live", 2)
    assert votes(found) == [("sol", "tom", "approve"), ("grace", None, "approve")]


def test_a_deputy_rejects_in_the_owners_seat(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    actions.reject_grant(by=cast["omar"], grant=make.grant(grant), reason="Too wide.", on_behalf_of="tom")
    assert votes(grant) == [("omar", "tom", "reject")]


def test_it_hands_over_the_duty_and_never_sight(dataset: Dataset, cast: Cast) -> None:
    """What a deputy may not see is absent to them, also in the place of who sees it."""
    let(cast["tom"], cast["ada"])
    review = lowering(cast["ravi"], dataset)
    with pytest.raises(Absent):
        actions.approve_review(by=cast["ada"], review=make.review(review), on_behalf_of="tom")
    assert votes(review) == []


def test_without_saying_for_whom_a_deputy_is_nobody(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"])
    review = lowering(cast["ravi"], dataset)
    with pytest.raises(Denied):
        approve(review, cast["omar"])


def test_a_delegation_of_one_sort_or_domain_reaches_no_other(dataset: Dataset, growth: Domain, cast: Cast) -> None:
    other = Domain.objects.create(slug="supply", name="Supply")
    let(cast["tom"], cast["omar"], decision="grant")
    let(cast["grace"], cast["omar"], domain=other)
    review = lowering(cast["ravi"], dataset)
    for giver in ("tom", "grace"):
        with pytest.raises(Denied) as refused:
            approve(review, cast["omar"], cast[giver])
        assert refused.value.code == "no-delegation"
    agree(ask(cast["sam"], dataset), cast["omar"], cast["tom"])


def test_the_seat_is_as_good_as_who_gave_it(growth: Domain, cast: Cast) -> None:
    """Grace loses her role: who stands in for her stands in for nobody who decides, though the days run on."""
    dataset = orders(cast, growth, 4)
    let(cast["grace"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    people.end_role(by=cast["ada"], person=cast["grace"], role=Role.GOVERNANCE_LEAD)
    with pytest.raises(Denied):
        agree(grant, cast["omar"], cast["grace"])


@pytest.mark.parametrize(("effect", "action"), [("deny", "grant.approved"), ("gate", "approve")])
@pytest.mark.parametrize("role", ["data_engineer", "stakeholder"])
def test_rules_in_force_bind_the_deputy_and_whose_place_it_is(
    effect: str, action: str, role: str, dataset: Dataset, cast: Cast
) -> None:
    """Omar is an engineer, Tom a stakeholder: what a rule keeps from either it keeps from Omar in Tom's place."""
    let(cast["tom"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    when = {"has": [{"attr": "principal.roles"}, [role]]}
    put_in_force(row(effect=effect, action=action, kinds=["grant"], when=when))
    with pytest.raises((Blocked, Denied)):
        agree(grant, cast["omar"], cast["tom"])
    put_in_force()
    agree(grant, cast["omar"], cast["tom"])


def test_who_gave_it_must_see_the_thing_too(growth: Domain, cast: Cast) -> None:
    """A governance lead without clearance any more decides on nothing strict, neither do they through a deputy."""
    dataset = orders(cast, growth, 4)
    let(cast["grace"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    people.clear(by=cast["ada"], person=cast["grace"], rank=0, domain=growth)
    with pytest.raises(Denied):
        agree(grant, cast["omar"], cast["grace"])


def test_case_85_who_became_an_auditor_meanwhile_decides_in_no_place(dataset: Dataset, cast: Cast) -> None:
    """Case 85: an auditor writes nothing, in nobody's place either."""
    let(cast["tom"], cast["omar"])
    people.give_role(by=cast["ada"], person=cast["omar"], role=Role.AUDITOR)
    grant = ask(cast["sam"], dataset)
    with pytest.raises(Denied):
        agree(grant, cast["omar"], cast["tom"])
    assert places_of(User.objects.get(pk=cast["omar"].pk)) == []


def test_an_agreement_counts_no_more_once_the_seat_is_gone(growth: Domain, cast: Cast) -> None:
    dataset = orders(cast, growth, 4)
    let(cast["grace"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    agree(grant, cast["omar"], cast["grace"])
    people.end_role(by=cast["ada"], person=cast["grace"], role=Role.GOVERNANCE_LEAD)
    agree(grant, cast["tom"])
    assert make.grant(grant).state == "owner_ok"


def test_case_83_nobody_is_named_without_a_delegation(dataset: Dataset, cast: Cast) -> None:
    """Case 83: on behalf of somebody who let nobody; of nobody at all; and by who may decide themself."""
    review = lowering(cast["ravi"], dataset)
    said = set()
    for who, name in (("omar", "tom"), ("omar", "nobody"), ("grace", "tom"), ("tom", "tom"), ("mei", "to\0m")):
        with pytest.raises(Denied) as refused:
            actions.approve_review(
                by=cast[who], review=make.review(review), preview=make.seen(review, cast[who]), on_behalf_of=name
            )
        said.add((refused.value.code, refused.value.sentence))
    assert len(said) == 1 and votes(review) == []
    refusals = lines("review.approved")[-5:]
    assert [line["claimed"] for line in refusals][:2] == ["tom", "nobody"]
    assert all("on_behalf_of" not in line and line["outcome"] == "refused" for line in refusals)


def test_case_83_the_database_lets_nobody_vote_in_a_place_without_one(dataset: Dataset, cast: Cast) -> None:
    """Case 83, by direct SQL: no delegation, one of another domain, one in the place of who proposed it."""
    review = lowering(cast["ravi"], dataset)
    let(cast["grace"], cast["omar"], domain=Domain.objects.create(slug="supply", name="Supply"))
    give_seat(cast["ada"], cast["ravi"])
    let(cast["ravi"], cast["gus"])
    held = make.review(review)
    for person, place in (("omar", "tom"), ("omar", "grace"), ("gus", "ravi")):
        with pytest.raises(IntegrityError, match="stand in"), transaction.atomic():
            _vote(held, cast[person], cast[place])
    let(cast["tom"], cast["omar"], domain=held.thing.domain)
    _vote(held, cast["omar"], cast["tom"])
    with pytest.raises(IntegrityError, match="one voice"), transaction.atomic():
        _vote(held, cast["tom"], None)


def give_seat(ada: User, person: User) -> None:
    people.give_role(by=ada, person=person, role=Role.SECURITY)


def _vote(review: object, person: User, place: User | None) -> None:
    with past_the_wall() as cursor:
        cursor.execute(
            "INSERT INTO governance_vote (thing_id, person_id, on_behalf_of_id, slot, verdict, reason, content_hash)"
            " VALUES (%s, %s, %s, 'owner', 'approve', '', %s)",
            [review.pk, person.pk, place.pk if place else None, review.content_hash],
        )
