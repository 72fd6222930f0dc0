"""Accounts and rights: nobody changes their own, nobody outside the right role changes any, leavers end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from guard.models import Domain, Entry, Thing
from guard.refusals import Denied, DoorError, Invalid
from people import actions
from people.models import ApiToken, Clearance, Notice, Role, RoleHeld, User
from tests.guard.ground import find_stone


def fresh(person: User) -> User:
    """The person as the next request would see them."""
    return User.objects.get(pk=person.pk)


def test_an_administrator_adds_a_person_without_any_right(ada: User, growth: Domain) -> None:
    person = actions.add_person(by=ada, username="nina", name="Nina Berg")
    assert fresh(person).principal.roles == frozenset()
    assert fresh(person).principal.clearances == {}
    with pytest.raises(Invalid):
        actions.add_person(by=ada, username="nina", name="Another")


@pytest.mark.parametrize("who", ["priya", "sam", "grace", "omar", "otto"])
def test_nobody_else_adds_people_or_gives_roles(who: str, cast: dict[str, User]) -> None:
    with pytest.raises(Denied):
        actions.add_person(by=cast[who], username="x", name="X")
    with pytest.raises(Denied):
        actions.give_role(by=cast[who], person=cast["mei"], role=Role.ADMIN)
    with pytest.raises(Denied):
        actions.let_go(by=cast[who], person=cast["mei"])


def test_a_role_is_given_and_ended_by_another_administrator_only(ada: User, sam: User) -> None:
    actions.give_role(by=ada, person=sam, role=Role.PRIVACY, reason="new duty")
    assert Role.PRIVACY in fresh(sam).principal.roles
    actions.end_role(by=ada, person=sam, role=Role.PRIVACY)
    assert Role.PRIVACY not in fresh(sam).principal.roles
    with pytest.raises(Denied, match="their own rights"):
        actions.give_role(by=ada, person=ada, role=Role.GOVERNANCE_LEAD)
    with pytest.raises(Invalid):
        actions.give_role(by=ada, person=sam, role="king")


def test_grace_clears_others_and_not_herself(grace: User, otto: User, growth: Domain) -> None:
    actions.clear(by=grace, person=otto, rank=2, domain=growth)
    assert fresh(otto).principal.clearance(growth.pk) == 2
    actions.clear(by=grace, person=otto, rank=0, domain=growth)
    assert not Clearance.objects.filter(person=otto).exists()
    with pytest.raises(Denied):
        actions.clear(by=grace, person=grace, rank=5)
    with pytest.raises(Invalid):
        actions.clear(by=grace, person=otto, rank=9)


def test_rights_are_written_only_inside_an_act(sam: User) -> None:
    for write in (
        lambda: RoleHeld.objects.create(person=sam, role=Role.ADMIN),
        lambda: Clearance.objects.create(person=sam, rank=5),
        lambda: ApiToken.objects.create(person=sam, name="x", digest="y", expires_at=timezone.now()),
    ):
        with pytest.raises(DoorError):
            write()


def test_a_leaver_loses_account_and_tokens_and_stays_in_the_record(ada: User, omar: User, growth: Domain) -> None:
    token, _text = actions.create_token(by=omar, person=omar, name="ci")
    find_stone(by=omar, title="x", domain=growth)
    actions.let_go(by=ada, person=omar, reason="left")
    assert not fresh(omar).principal.active
    assert not ApiToken.objects.get(pk=token.pk).is_live
    assert Thing.objects.visible_to(fresh(omar)).count() == 0
    assert Entry.objects.unrestricted("a test reads").filter(actor_id=omar.pk).exists()


def test_a_token_is_ones_own_unless_it_serves_a_machine(ada: User, omar: User, sam: User) -> None:
    with pytest.raises(Denied):
        actions.create_token(by=omar, person=sam, name="x")
    with pytest.raises(Denied):
        actions.create_token(by=ada, person=sam, name="x")
    machine = actions.add_person(by=ada, username="robot", name="Robot", is_service=True)
    token, _text = actions.create_token(by=ada, person=machine, name="night run")
    with pytest.raises(Denied):
        actions.revoke_token(by=omar, token=token)
    actions.revoke_token(by=ada, token=token)
    assert not ApiToken.objects.get(pk=token.pk).is_live


def test_a_token_ends_by_itself(omar: User) -> None:
    token, _text = actions.create_token(by=omar, person=omar, name="x", days=1)
    assert token.is_live
    token.expires_at = timezone.now() - timedelta(seconds=1)
    assert not token.is_live


def test_reading_notices_marks_ones_own_only(omar: User, sam: User, growth: Domain) -> None:
    from guard.doors import act
    from guard.policy import Who

    @act("stone.told", who=Who(anyone=True))
    def tell_both(*, by: User, stone: Thing) -> None:
        for person in (omar, sam):
            actions.tell(person, stone, "stone.told", "Somebody found a stone.")

    tell_both(by=omar, stone=find_stone(by=omar, title="x", domain=growth))
    assert actions.read_notices(by=sam) == 1
    unread = Notice.objects.unrestricted("a test counts").filter(read_at=None)
    assert [notice.person_id for notice in unread] == [omar.pk]
