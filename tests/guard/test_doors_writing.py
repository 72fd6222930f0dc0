"""The writing door: governed rows change only inside an act, and every act leaves one line."""

from __future__ import annotations

import orjson
import pytest
from django.db import IntegrityError, connection, transaction

from guard import ledger
from guard.doors import act
from guard.models import Domain, Entry, Thing
from guard.policy import Who
from guard.refusals import Absent, Blocked, Denied, DoorError, SealedError
from people.models import User
from tests.guard.ground import cut_stone, find_stone
from tests.past_the_wall import past_the_wall

ALL = "a test looks at every row"


@pytest.fixture
def stone(growth: Domain, omar: User) -> Thing:
    return find_stone(by=omar, title="a stone", domain=growth)


WRITES = {
    "save": lambda t: t.save(),
    "delete": lambda t: t.delete(),
    "update": lambda t: Thing.objects.unrestricted(ALL).update(level=1),
    "queryset delete": lambda t: Thing.objects.unrestricted(ALL).delete(),
    "create": lambda t: Thing.objects.create(kind="stone", key="STO-9", title="x", domain=t.domain, level=1),
    "bulk_create": lambda t: Thing.objects.bulk_create([Thing(kind="stone", key="STO-9", domain=t.domain, level=1)]),
    "bulk_update": lambda t: Thing.objects.unrestricted(ALL).bulk_update([t], ["level"]),
    "update_or_create": lambda t: Thing.objects.unrestricted(ALL).update_or_create(key=t.key, defaults={"level": 1}),
}


@pytest.mark.parametrize("write", WRITES)
def test_it_refuses_to_write_outside_an_act(write: str, stone: Thing) -> None:
    stone.level = 1
    with pytest.raises(DoorError):
        WRITES[write](stone)
    stone.refresh_from_db()
    assert stone.level == 2


def test_an_act_leaves_one_line_with_who_what_and_why(stone: Thing, omar: User) -> None:
    """81: the line is written in the transaction of the act; 84: it holds no title."""
    cut_stone(by=omar, stone=stone, reason="needed for the arch")
    entry = Entry.objects.visible_to(omar).filter(verb="stone.cut").get()
    body = orjson.loads(entry.payload)
    assert (entry.actor_id, entry.outcome, entry.thing_id) == (omar.pk, "done", stone.pk)
    assert body["diff"] == {"state": ["rough", "cut"]}
    assert body["reason"] == "needed for the arch"
    assert "a stone" not in entry.payload  # titles stay out of the record


def test_a_refusal_is_kept_and_what_was_begun_is_rolled_back(growth: Domain, omar: User, priya: User) -> None:
    stone = find_stone(by=omar, title="a heavy stone", domain=growth)
    with pytest.raises(Blocked) as blocked:
        cut_stone(by=omar, stone=stone)
    assert [finding.id for finding in blocked.value.findings] == ["STO-1"]
    with pytest.raises(Denied):
        cut_stone(by=priya, stone=stone)
    refused = Entry.objects.unrestricted(ALL).filter(verb="stone.cut", outcome="refused")
    assert {orjson.loads(e.payload)["refused"] for e in refused} == {"blocked", "denied"}
    stone.refresh_from_db()
    assert stone.state == "rough"


def test_what_one_may_not_see_is_absent_not_forbidden(stone: Thing, otto: User) -> None:
    with pytest.raises(Absent):
        cut_stone(by=otto, stone=stone)


def test_an_inner_refusal_rolls_everything_back_and_is_written_once(growth: Domain, omar: User) -> None:
    """81: what rolled back left no line; the refusal alone is kept."""

    @act("stone.tried", who=Who(anyone=True))
    def try_two(*, by: User) -> None:
        cut_stone(by=by, stone=find_stone(by=by, title="light", domain=growth))
        cut_stone(by=by, stone=find_stone(by=by, title="heavy", domain=growth))

    with pytest.raises(Blocked):
        try_two(by=omar)
    assert not Thing.objects.unrestricted(ALL).filter(title__in=["light", "heavy"]).exists()
    assert list(Entry.objects.unrestricted(ALL).values_list("verb", "outcome")) == [("stone.tried", "refused")]


def test_a_verb_must_say_who_acts_and_name_its_arguments(growth: Domain, omar: User) -> None:
    with pytest.raises(DoorError):
        find_stone(title="x", domain=growth)  # type: ignore[call-arg]
    with pytest.raises(DoorError):

        @act("stone.lost", who=Who(anyone=True))
        def lose(stone: Thing, by: User) -> None: ...


def test_a_leaver_does_nothing(growth: Domain, omar: User) -> None:
    User.objects.filter(pk=omar.pk).update(is_active=False)
    gone = User.objects.get(pk=omar.pk)
    with pytest.raises(Denied):
        find_stone(by=gone, title="x", domain=growth)


def test_the_app_role_can_append_to_the_ledger_and_nothing_else(stone: Thing) -> None:
    """79: no update, delete, truncate or forged hash as the role that the product connects as."""
    for statement in (
        "UPDATE guard_entry SET payload = '{}'",
        "DELETE FROM guard_entry",
        "TRUNCATE guard_entry",
        "INSERT INTO guard_entry (occurred_at, verb, outcome, payload, hash) VALUES (now(), 'x', 'done', '{}', 'y')",
    ):
        with pytest.raises(Exception, match=r"permission denied|append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_ledger_offers_no_write(stone: Thing) -> None:
    for write in ("update", "delete", "create", "bulk_create"):
        with pytest.raises(SealedError):
            getattr(Entry.objects.unrestricted(ALL), write)()


def test_the_chain_holds_and_a_verdict_counts_it(stone: Thing, omar: User) -> None:
    cut_stone(by=omar, stone=stone)
    verdict = ledger.verify()
    assert (verdict.broken, verdict.count) == (None, Entry.objects.unrestricted(ALL).count())


def test_the_database_refuses_a_thing_less_strict_than_what_it_carries(growth: Domain, omar: User) -> None:
    from tests.guard.ground import join_stone

    top, base = (find_stone(by=omar, title=t, domain=growth, level=n) for t, n in (("top", 1), ("base", 4)))
    join_stone(by=omar, stone=top, relation="rests_on", on=base)
    with pytest.raises(IntegrityError, match="carries level 4"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute("UPDATE guard_thing SET level = 2 WHERE id = %s", [top.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
