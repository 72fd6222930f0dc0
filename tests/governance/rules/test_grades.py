"""What a clearance opens, changed by two people: the preview, the votes, what holds then, what held before, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from catalog.models import Dataset
from demand.models import Request
from demand.telling import tell_pms
from governance import actions
from governance.asof import who_could_read
from governance.models import PolicyChange
from governance.preview import impact_of
from governance.rules import grading
from governance.rules.preview import effect_of_change
from governance.states_rules import ChangeState
from guard import policy, things
from guard.doors import grade_of
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Entry, GradeRow, Thing
from guard.refusals import Blocked, Invalid
from people.models import Notice, Role, User
from tests.cast import make_person
from tests.demand import make as asked
from tests.governance import make
from tests.governance.rules.made import REASON, agree, change, fresh
from tests.properties.grades import SHIPPED
from web.why import explain

pytestmark = pytest.mark.django_db
L4 = {"exists": 2, "read": 4, "columns": 4, "profile": 4, "sample": None, "raw": None}
NAMES_FROM_3 = {**L4, "read": 3}


@pytest.fixture
def pia(growth: Domain) -> User:
    """Privacy, cleared for nothing: who proposes what opens something gains nothing by it."""
    return make_person("pia", growth, (Role.PRIVACY,))


@pytest.fixture
def cards(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    """Restricted: priya, sam and mei are cleared for less."""
    return make.orders(omar, growth, grace, {"card": 4}, name="shop.cards", owner=tom)


def proposed(by: User, level: int = 4, after: dict[str, Any] | None = None) -> PolicyChange:
    return actions.propose_policy(
        by=fresh(by), what="grades", target=f"house:{level}", after=after or NAMES_FROM_3, domain="growth",
        reason=REASON,
    )  # fmt: skip


def sees(person: User, thing: Any) -> int:
    """The grade, by the one answer and by the lists."""
    reader, row = fresh(person), Thing.objects.unrestricted("a test looks").get(pk=thing.pk)
    grade = grade_of(reader, row)
    for action, needed in policy.ACTIONS.items():
        assert Thing.objects.visible_to(reader, action).filter(pk=thing.pk).exists() == (grade >= needed)
    return grade


def moment() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def client_of(user: User, language: str = "en") -> Client:
    client = Client(SERVER_NAME="localhost", headers={"Accept-Language": language})
    client.force_login(fresh(user))
    return client


def blocked_by(found: PolicyChange, person: User) -> list[str]:
    with pytest.raises(Blocked) as refused:
        agree(found, person)
    return [finding.id for finding in refused.value.findings]


def test_two_others_agree_and_it_holds_for_every_request_that_begins_then(
    cards: Dataset, pia: User, gus: User, sol: User, priya: User
) -> None:
    earlier, found = fresh(priya), proposed(pia)
    assert earlier.principal.grades == SHIPPED
    agree(found, gus)
    assert sees(priya, cards) == policy.EXISTS
    agree(found, sol)
    assert change(found).state == ChangeState.APPLIED
    assert sees(priya, cards) == policy.READ
    assert fresh(priya).principal.grades == GradeRow.in_force() != SHIPPED
    assert grade_of(earlier, cards.thing) == policy.EXISTS  # a request ends under what it began with
    line = Entry.objects.unrestricted("a test reads the record").get(verb="policy.changed")
    assert "house:4" in line.payload and found.key in line.payload


def test_samples_come_by_clearance_when_two_said_so_and_go_again(
    growth: Domain, pia: User, grace: User, gus: User, sol: User, omar: User
) -> None:
    public = make.orders(omar, growth, grace, {"day": 1}, name="shop.days")
    shipped = _row(1)
    agree(proposed(pia, 1, {**shipped, "sample": 2}), gus, sol)
    assert Thing.objects.visible_to(fresh(gus), "sample").filter(pk=public.pk).exists()
    assert not Thing.objects.visible_to(fresh(gus), "raw").filter(pk=public.pk).exists()
    agree(proposed(grace, 1, shipped), gus, sol)
    assert not Thing.objects.visible_to(fresh(gus), "sample").filter(pk=public.pk).exists()
    assert GradeRow.in_force() == SHIPPED


def test_the_effect_counts_who_gains_and_who_loses_and_is_what_happens(
    cards: Dataset, pia: User, cast: dict[str, User], gus: User, sol: User
) -> None:
    before = {name: sees(person, cards) for name, person in cast.items()}
    found = proposed(pia)
    effect = effect_of_change(found, fresh(gus))
    assert {row.person.username: (row.lost, row.gained) for row in effect.rows} == {
        name: (0, 1) for name in ("priya", "sam", "mei")
    }
    agree(found, gus, sol)
    after = {name: sees(person, cards) for name, person in cast.items()}
    assert {name for name in cast if after[name] > before[name]} == {"priya", "sam", "mei"}
    back = effect_of_change(proposed(pia, 4, {**L4, "profile": 5}), fresh(gus))
    lost = {row.person.username for row in back.rows if row.lost}
    assert {"priya", "sam", "mei", "ravi"} <= lost and "gus" not in lost
    assert "tom" not in lost  # its owner stands on it


def test_what_a_rule_closes_already_is_neither_gained_nor_lost(
    cards: Dataset, pia: User, grace: User, gus: User, sol: User
) -> None:
    from tests.governance.rules.made import in_force

    in_force(grace, gus, action="read")
    assert [row.person.username for row in effect_of_change(proposed(pia), fresh(sol)).rows] == []


def test_nobody_agrees_without_having_looked(cards: Dataset, pia: User, gus: User) -> None:
    found = proposed(pia)
    with pytest.raises(Blocked) as refused:
        actions.approve_change(by=fresh(gus), change=found, preview="", reason="")
    assert [finding.id for finding in refused.value.findings] == ["POL-4"]


def test_nobody_opens_something_to_themselves(growth: Domain, omar: User, grace: User, gus: User) -> None:
    """POL-5: grace is cleared for L5, and samples by clearance would be hers."""
    make.orders(omar, growth, grace, {"day": 1}, name="shop.days")
    assert blocked_by(proposed(grace, 1, {**_row(1), "sample": 1}), gus) == ["POL-5"]


def test_another_level_that_changed_meanwhile_leaves_no_room(
    cards: Dataset, pia: User, grace: User, gus: User, sol: User
) -> None:
    """POL-6: each is sensible alone, together L4 would open its name for less than L3 does."""
    narrower = proposed(grace, 3, {**_row(3), "read": 4, "columns": 4, "profile": 4})
    milder = proposed(pia)
    agree(narrower, gus, sol)
    assert "POL-6" in blocked_by(milder, gus)


def _row(level: int) -> dict[str, Any]:
    return grading.body_of(GradeRow.in_force(), level)


@pytest.mark.parametrize(
    ("target", "after"),
    [
        ("house:4", {**L4, "read": 5}),  # a name for more than columns
        ("house:4", {**L4, "columns": None}),
        ("house:4", {**L4, "read": 2}),  # L3 gives its name from 3 on
        ("house:4", {**L4, "exists": 1}),
        ("house:4", {**L4, "read": 6}),
        ("house:4", {**L4, "read": 0}),
        ("house:4", {**L4, "read": True}),
        ("house:4", {**L4, "read": "4"}),
        ("house:4", {"read": 4}),
        ("house:4", {**L4, "look": 1}),
        ("house:04", NAMES_FROM_3),
        ("house:9", NAMES_FROM_3),
        ("jrt-0197:4", NAMES_FROM_3),
        ("house:4", L4),  # as it stands
    ],
)
def test_what_cannot_be_meant_is_refused_when_it_is_proposed(
    pia: User, growth: Domain, target: str, after: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        actions.propose_policy(
            by=fresh(pia), what="grades", target=target, after=after, domain="growth", reason=REASON
        )  # fmt: skip


def test_what_was_agreed_once_is_not_brought_back_without_agreeing_again(
    cards: Dataset, pia: User, grace: User, gus: User, sol: User
) -> None:
    """Only the newest change of a level counts for the database, and one vote of two does not."""
    agree(proposed(pia), gus, sol)
    agree(proposed(grace, 4, L4), gus, sol)
    agree(proposed(pia, 4, {**L4, "exists": 4}), gus)
    for clearance, grade in ((3, 2), (4, 1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            GradeRow.objects.filter(level=4, grade=grade).update(clearance=clearance)


def test_calling_a_change_in_force_is_not_two_people_agreeing(cards: Dataset, pia: User, gus: User) -> None:
    """The database counts votes, whatever state somebody wrote."""
    found = proposed(pia)
    agree(found, gus)
    token = CURRENT.set(Acting("test.ground", pia))
    try:
        Thing.objects.unrestricted("a test writes what nobody may").filter(pk=found.pk).update(state="applied")
    finally:
        CURRENT.reset(token)
    with pytest.raises(DatabaseError, match="nobody agreed"), transaction.atomic():
        grading.put(4, NAMES_FROM_3)


def test_who_could_read_then_is_answered_with_the_grades_of_that_day(
    cards: Dataset, pia: User, grace: User, gus: User, sol: User
) -> None:
    def told(at: Any) -> int:
        answer = who_could_read(reader=fresh(grace), key=cards.key, at=at)
        return next(one.grade for one in answer.people if one.person.username == "priya")

    first = moment()
    agree(proposed(pia), gus, sol)
    second = moment()
    agree(proposed(grace, 4, L4), gus, sol)
    assert [told(at) for at in (first, second, moment())] == [policy.EXISTS, policy.READ, policy.EXISTS]


def test_why_says_what_the_grades_in_force_give_and_from_where_they_give_more(
    cards: Dataset, pia: User, gus: User, sol: User, priya: User
) -> None:
    def said() -> dict[str, Any]:
        return explain(fresh(priya), cards.thing)

    before = said()
    assert before["because"][0]["sentence"] == (
        "Clearance in Growth: L3. This is L4 Restricted. So it opens: that a restricted item exists. "
        "From L4 on: profile and statistics. No clearance alone opens: a masked sample."
    )
    agree(proposed(pia), gus, sol)
    after = said()
    assert "So it opens: name, owner and level. From L4 on: profile and statistics." in after["because"][0]["sentence"]
    assert (before["because"][0]["rule"], after["because"][0]["rule"]) == ("SEE-3", "SEE-2")
    assert before["grades"] == SHIPPED.text != after["grades"]


def test_as_if_another_table_were_in_force_nothing_is_put_in_force(cards: Dataset, priya: User) -> None:
    """A question with other grades needs no more than another value."""
    reader = fresh(priya)
    reader.principal = replace(reader.principal, grades=SHIPPED.with_row(4, (2, 3, 4, 4, None, None)))
    assert grade_of(reader, cards.thing) == policy.READ
    assert Thing.objects.visible_to(reader).filter(pk=cards.pk).exists()
    assert sees(priya, cards) == policy.EXISTS


def test_a_standing_opens_its_grade_whatever_the_table_says(
    cards: Dataset, grace: User, gus: User, sol: User, otto: User, priya: User
) -> None:
    token = CURRENT.set(Acting("test.ground", grace))
    things.give(cards.thing, person=otto, reason="grant", grade=policy.SAMPLE)
    CURRENT.reset(token)
    agree(proposed(grace, 5, {**_row(5), "exists": None, **dict.fromkeys(("read", "columns", "profile"))}), gus, sol)
    agree(proposed(grace, 4, dict.fromkeys(L4)), gus, sol)
    assert (sees(otto, cards), sees(priya, cards)) == (policy.SAMPLE, policy.NOTHING)


def test_pages_and_api_lead_through_the_same_desk(
    cards: Dataset, pia: User, gus: User, sol: User, priya: User, otto: User
) -> None:
    shown = client_of(pia).get("/governance/rules/").content.decode()
    assert "What a clearance opens" in shown and "?what=grades&amp;target=house:4" in shown
    assert "house:4" not in client_of(priya).get("/governance/rules/").content.decode()
    form = client_of(pia).get("/governance/policy/propose/?what=grades&target=house:4").content.decode()
    assert "&quot;profile&quot;: 4" in form
    body = {"what": "grades", "target": "house:4", "after": NAMES_FROM_3, "domain": "growth", "reason": REASON}
    for person, status in ((otto, 403), (priya, 403)):
        answer = client_of(person).post("/api/v1/changes/", body, content_type="application/json")
        assert answer.status_code == status
    made = client_of(pia).post("/api/v1/changes/", body, content_type="application/json")
    assert made.status_code == 201
    key = made.json()["key"]
    page = client_of(gus).get(f"/governance/changes/{key}/").content.decode()
    assert "Who gains and who loses" in page and "Priya Nair" in page and "What bears it" not in page
    effect = client_of(gus).get(f"/api/v1/changes/{key}/effect/").json()
    assert {"person": "priya", "lost": 0, "gained": 1} in effect["rows"]
    assert f'value="{effect["digest"]}"' in page
    for person in (gus, sol):
        answer = client_of(person).post(
            f"/api/v1/changes/{key}/approve/", {"preview": effect["digest"]}, content_type="application/json"
        )
        assert answer.status_code == 200
    rows = client_of(priya).get("/api/v1/grades/").json()["results"]
    assert len(rows) == 30
    assert {"level": 4, "grade": 2, "opens": "read", "clearance": 3} in rows
    assert "the level is at most L4" in client_of(priya).get("/governance/rules/").content.decode()


def test_the_command_shows_tries_and_proposes(cards: Dataset, pia: User, priya: User, gus: User, manage: Any) -> None:
    assert "L4: exists L2, read L4, columns L4, profile L4, sample never" in manage("govern", "grades", by="priya")
    told = json.loads(manage("govern", "grades", "preview", level=4, set=["read=3"], by="pia", json=True))
    assert {"person": "priya", "lost": 0, "gained": 1} in told["rows"]
    with pytest.raises(CommandError):
        manage("govern", "grades", "preview", level=4, set=["read=3"], by="priya")
    for words in (["read=2"], ["read=x"], ["look=3"]):
        with pytest.raises(CommandError):
            manage("govern", "grades", "preview", level=4, set=words, by="pia")
    made = json.loads(manage(
        "govern", "grades", "propose", level=4, set=["read=3"], domain="growth", reason=REASON, by="pia", json=True
    ))  # fmt: skip
    found = PolicyChange.objects.unrestricted("a test looks").get(thing__key=made["change"])
    assert (found.target, found.after, found.is_loosening) == ("house:4", NAMES_FROM_3, True)
    assert GradeRow.in_force() == SHIPPED


def test_who_would_lose_a_thing_by_a_rise_is_told_by_the_grades_in_force(
    growth: Domain, omar: User, grace: User, pia: User, gus: User, sol: User
) -> None:
    """The preview of a review asks who could still read the name."""
    dataset = make.orders(omar, growth, grace, {"card": 3}, name="shop.cards")

    def losing() -> set[str]:
        return {person.username for person in impact_of(dataset, {"card": 4}, fresh(gus)).lose}

    assert {"priya", "sam"} <= losing()
    agree(proposed(pia), gus, sol)
    assert not losing() & {"priya", "sam"}


def test_who_hears_of_a_request_is_who_may_read_its_name(
    growth: Domain, sam: User, priya: User, pia: User, gus: User, sol: User
) -> None:
    request = asked.ask(sam, growth)

    def told() -> bool:
        hers = Notice.objects.unrestricted("a test looks").filter(person=priya, code="request.replied")
        before = hers.count()
        token = CURRENT.set(Acting("test.ground", sam))
        try:
            things.set_level(request.thing, 4)
            tell_pms(sam, Request.objects.visible_to(fresh(gus)).get(pk=request.pk), "request.replied", "Answered.")
        finally:
            CURRENT.reset(token)
        return hers.count() > before

    assert not told()
    agree(proposed(pia), gus, sol)
    assert told()
