"""Labels of a retired scheme are carried to the one that follows: as proposals with their way, once, never milder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from catalog.actions import label_column
from catalog.labels import Said, follow, level_named
from catalog.models import Dataset, Label
from governance import actions
from governance.models import PolicyChange
from governance.rules import data
from governance.succession import ways
from guard import outbox
from guard.doors import act
from guard.models import Category, Domain, Outbox, Scheme
from guard.policy import Who
from guard.refusals import Blocked, Invalid
from people.models import Notice, User
from tests.governance import make
from tests.governance.rules.made import REASON, agree, fresh

pytestmark = pytest.mark.django_db

# old 1, 2, 3 are new 1, 2, 2; old 3 goes through a scheme that is retired too. Codes keep their names in version 2.
MADE = """
INSERT INTO guard_scheme (code, version, name, name_zh, kind, status, is_house, default_unknown, source,
                          is_reference_only)
VALUES ('old', '1', 'Old', '', 'levels', 'current', false, 3, '', true),
       ('mid', '1', 'Mid', '', 'levels', 'retired', false, 1, '', true),
       ('new', '1', 'New', '', 'levels', 'current', false, 2, '', true),
       ('codes', '1', 'Codes', '', 'categories', 'retired', false, 0, '', true),
       ('codes', '2', 'Codes', '', 'categories', 'current', false, 0, '', true);
INSERT INTO guard_level (scheme_id, rank, code, name, name_zh, meaning, rules, handling)
SELECT s.id, r, s.code || r, 'Rank ' || r, '', '', '{}', '{}' FROM guard_scheme s, generate_series(1, 3) r
 WHERE s.code = 'old' OR (s.code = 'new' AND r < 3) OR (s.code = 'mid' AND r = 1);
INSERT INTO guard_category (scheme_id, code, name, name_zh, meaning, floor, is_prohibited, condition, handling)
SELECT s.id, k, k, '', '', 3, false, '', '{}' FROM guard_scheme s, unnest(ARRAY['kept', 'gone']) k
 WHERE s.code = 'codes' AND (s.version = '1' OR k = 'kept');
INSERT INTO guard_crosswalk (source_id, target_id, mode)
SELECT a.id, b.id, 'floor' FROM guard_level a, guard_level b
 WHERE (a.code, b.code) IN (('old1', 'new1'), ('old2', 'new2'), ('old3', 'mid1'), ('mid1', 'new2'), ('old1', 'L1'),
                            ('old2', 'L2'), ('old3', 'L4'), ('new1', 'L1'), ('new2', 'L3'));
"""
GONE = """
DELETE FROM guard_crosswalk w USING guard_level l, guard_scheme s
 WHERE l.id = w.source_id AND s.id = l.scheme_id AND s.code IN ('old', 'mid', 'new');
DELETE FROM guard_category k USING guard_scheme s WHERE s.id = k.scheme_id AND s.code = 'codes';
DELETE FROM guard_level l USING guard_scheme s WHERE s.id = l.scheme_id AND s.code IN ('old', 'mid', 'new');
DELETE FROM guard_scheme WHERE code IN ('old', 'mid', 'new', 'codes');
"""


@pytest.fixture(scope="module", autouse=True)
def schemes(django_db_setup: None) -> Iterator[None]:
    """Schemes as a new edition of the product ships them; they outlive the transactions of the tests."""
    owner = settings.DATABASE_OWNER
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"], password=owner["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"], autocommit=True,
    ) as link:  # fmt: skip
        link.execute(MADE)
        yield
        link.execute(GONE)


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User, mei: User) -> Dataset:
    levels = {"plain": 1, "odd": 1, "strict": 1}
    return make.orders(omar, growth, grace, levels, owner=tom, steward=mei)


def say(by: User, orders: Dataset, name: str, **words: str) -> Label:
    return label_column(by=by, column=make.column(orders, name), **words)


def labels(orders: Dataset, scheme: str = "new") -> dict[str, Label]:
    rows = Label.objects.unrestricted("a test looks at what is there").filter(dataset=orders, scheme__code=scheme)
    rows = rows.filter(scheme__status="current").select_related("level", "category", "scheme")
    return {label.column_name: label for label in rows}


def retire(cast: dict[str, User], scheme: str = "old") -> None:
    change = actions.propose_policy(
        by=fresh(cast["grace"]), what=PolicyChange.What.SCHEME, target=scheme, after={"status": "retired"},
        domain="growth", reason=REASON,
    )  # fmt: skip
    agree(change, cast["gus"], cast["sol"])


@act("test.label_decided", who=Who(anyone=True), subject="dataset")
def decide(*, by: Any, dataset: Dataset, label: Label, state: str) -> Label:
    label.column = make.column(dataset, label.column_name)
    return follow(label, state, Said(reason="A test decides."))


def test_the_way_leads_through_retired_schemes_and_ends_on_circles() -> None:
    steps = {1: [2, 3], 2: [1, 4], 3: [5], 4: [5], 5: [6]}
    assert ways(1, steps, frozenset({5})) == {5: [1, 3, 5]}
    assert ways(1, {1: [2], 2: [1]}, frozenset({9})) == {}
    assert ways(1, {1: [5], 5: [6]}, frozenset({5, 6})) == {5: [1, 5]}


def test_each_label_becomes_a_proposal_with_its_way(cast: dict[str, User], orders: Dataset, omar: User) -> None:
    for name, level in (("plain", "old1"), ("odd", "old2"), ("strict", "old3")):
        say(omar, orders, name, scheme="old", level=level)
    assert actions.carry_over(by=cast["ada"]) == 0 and labels(orders) == {}, "nothing is retired yet"
    retire(cast)
    assert actions.carry_over(by=cast["ada"]) == 3
    found = labels(orders)
    assert {name: one.level.code for name, one in found.items() if one.level} == {
        "plain": "new1", "odd": "new2", "strict": "new2",
    }  # fmt: skip
    assert {(one.state, one.origin, one.by_id) for one in found.values()} == {("proposed", "crosswalk", cast["ada"].pk)}
    assert found["strict"].evidence == {"way": ["old 1: old3", "mid 1: mid1", "new 1: new2"]}
    assert found["strict"].reason == "Carried over from a retired scheme: old 1: old3 → mid 1: mid1 → new 1: new2."


def test_no_level_falls_and_what_is_stricter_counts_at_once(
    cast: dict[str, User], orders: Dataset, omar: User
) -> None:  # fmt: skip
    say(omar, orders, "odd", scheme="old", level="old2")
    say(omar, orders, "strict", scheme="old", level="old3")
    before = {name: make.column(orders, name).rank for name in ("plain", "odd", "strict")}
    retire(cast)
    actions.carry_over(by=cast["ada"])
    after = {name: make.column(orders, name).rank for name in before}
    assert (before, after) == ({"plain": 1, "odd": 2, "strict": 4}, {"plain": 1, "odd": 3, "strict": 4})
    assert make.level(orders) == 4


def test_a_second_run_proposes_nothing_and_overrules_nobody(
    cast: dict[str, User], orders: Dataset, omar: User, ravi: User
) -> None:  # fmt: skip
    for name in ("plain", "odd"):
        say(omar, orders, name, scheme="old", level="old2")
    retire(cast)
    assert actions.carry_over(by=cast["ada"]) == 2
    decide(by=ravi, dataset=orders, label=labels(orders)["odd"], state="rejected")
    rows = Label.objects.unrestricted("a test counts").filter(dataset=orders).count()
    assert actions.carry_over(by=cast["ada"]) == 0
    assert Label.objects.unrestricted("a test counts").filter(dataset=orders).count() == rows


def test_what_people_agreed_to_as_stricter_is_not_proposed_again_as_milder(
    cast: dict[str, User], orders: Dataset, omar: User, ravi: User
) -> None:  # fmt: skip
    say(omar, orders, "plain", scheme="old", level="old1")
    said = say(omar, orders, "plain", scheme="new", level="new2")
    decide(by=ravi, dataset=orders, label=said, state="approved")
    retire(cast)
    assert actions.carry_over(by=cast["ada"]) == 0
    assert level_named("new", "new2") == labels(orders)["plain"].level


def test_a_category_goes_to_the_one_of_its_code_in_the_version_in_use(
    cast: dict[str, User], orders: Dataset, omar: User
) -> None:  # fmt: skip
    old = Scheme.objects.get(code="codes", version="1")

    @act("test.labelled", who=Who(anyone=True), subject="dataset")
    def label_by(*, by: Any, dataset: Dataset, name: str, code: str) -> None:
        from catalog.labels import propose

        propose(make.column(dataset, name), old.categories.get(code=code), Said())

    label_by(by=omar, dataset=orders, name="plain", code="kept")
    label_by(by=omar, dataset=orders, name="odd", code="gone")
    assert actions.carry_over(by=cast["ada"]) == 1
    (label,) = labels(orders, "codes").values()
    assert (label.column_name, label.evidence) == ("plain", {"way": ["codes 1: kept", "codes 2: kept"]})


def test_retiring_a_scheme_starts_it_and_keepers_are_told(
    cast: dict[str, User], orders: Dataset, omar: User, tom: User, mei: User
) -> None:  # fmt: skip
    say(omar, orders, "odd", scheme="old", level="old2")
    retire(cast)
    (asked,) = Outbox.objects.filter(task="governance.carry_over")
    User.objects.filter(pk=cast["ada"].pk).update(username="cli")
    assert outbox.carry_out(asked.pk) and not outbox.carry_out(asked.pk)
    assert labels(orders)["odd"].level == level_named("new", "new2")
    told = Notice.objects.unrestricted("a test reads notices").filter(code="labels.carried_over")
    assert {note.person_id for note in told} == {tom.pk, mei.pk}
    assert "governance.carry_over" in outbox.NIGHTLY


@pytest.fixture
def both(cast: dict[str, User], growth: Domain) -> None:
    """Both versions of one scheme in use, as after a new edition while the old one still holds."""
    retiring = propose_status(cast, "codes@1", "current")
    agree(retiring, cast["gus"], cast["sol"])


def propose_status(cast: dict[str, User], target: str, status: str) -> PolicyChange:
    return actions.propose_policy(
        by=fresh(cast["grace"]), what=PolicyChange.What.SCHEME, target=target, after={"status": status},
        domain="growth", reason=REASON,
    )  # fmt: skip


def statuses() -> dict[str, str]:
    return dict(Scheme.objects.filter(code="codes").values_list("version", "status"))


def test_an_older_version_of_a_scheme_is_retired_too_and_the_newer_one_stays(
    cast: dict[str, User], both: None
) -> None:  # fmt: skip
    assert statuses() == {"1": "current", "2": "current"}
    change = propose_status(cast, "codes@1", "retired")
    assert change.target == "codes@1"
    agree(change, cast["gus"], cast["sol"])
    assert statuses() == {"1": "retired", "2": "current"}


def test_a_bare_code_is_the_newest_version_and_is_written_out(cast: dict[str, User], both: None) -> None:
    change = propose_status(cast, "codes", "retired")
    assert change.target == "codes@2"
    agree(change, cast["gus"], cast["sol"])
    assert statuses() == {"1": "current", "2": "retired"}


def test_a_version_that_is_not_there_cannot_be_retired(cast: dict[str, User], growth: Domain) -> None:
    for target in ("codes@3", "codes@", "jrt-0197@1999"):
        with pytest.raises(Invalid):
            propose_status(cast, target, "retired")


def test_a_scheme_of_one_version_has_one_name_with_and_without_it(cast: dict[str, User], growth: Domain) -> None:
    change = propose_status(cast, "jrt-0197@2020", "retired")
    assert change.target == "jrt-0197"
    with pytest.raises(Blocked):
        propose_status(cast, "jrt-0197", "retired")


def test_what_was_agreed_for_one_version_is_not_written_for_another(cast: dict[str, User], both: None) -> None:
    """Case 33: not by direct writing either; the database asks for the votes on this very version."""
    agree(propose_status(cast, "codes@1", "retired"), cast["gus"], cast["sol"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Scheme.objects.filter(code="codes", version="2").update(status="retired")
    assert statuses() == {"1": "retired", "2": "current"}


def test_the_floor_of_a_category_changes_in_the_version_that_is_named(cast: dict[str, User], both: None) -> None:
    change = actions.propose_policy(
        by=fresh(cast["grace"]), what=PolicyChange.What.CATEGORY, target="codes@1:kept",
        after={"floor": 4, "is_prohibited": False}, domain="growth", reason=REASON,
    )  # fmt: skip
    agree(change, cast["gus"], cast["sol"])
    rows = Category.objects.filter(code="kept", scheme__code="codes").values_list("scheme__version", "floor")
    assert dict(rows) == {"1": 4, "2": 3}


def test_the_columns_that_a_scheme_speaks_of_are_counted_by_version(
    cast: dict[str, User], orders: Dataset, omar: User, both: None
) -> None:  # fmt: skip
    say(omar, orders, "plain", category="codes:kept")
    assert (data.bearing("scheme", "codes@1"), data.bearing("scheme", "codes@2")) == (0, 1)


def test_over_the_api_an_older_version_is_named_likewise(cast: dict[str, User], both: None) -> None:
    client = Client()
    client.force_login(fresh(cast["grace"]))
    body = {
        "what": "scheme", "target": "codes@1", "after": {"status": "retired"}, "domain": "growth", "reason": REASON,
    }  # fmt: skip
    made = client.post("/api/v1/changes/", body, content_type="application/json")
    assert (made.status_code, made.json()["target"]) == (201, "codes@1")
    form = client.get("/governance/policy/propose/?what=scheme&target=codes").content.decode()
    assert 'value="codes@2"' in form and "current" in form
