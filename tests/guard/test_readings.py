"""Who opens a thing of level 4 or above stands in the ledger before the answer leaves, once a quarter of an hour."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from bench import _ground
from catalog.actions import appoint_owner
from catalog.models import Dataset
from governance import actions
from governance.evidence import pack
from governance.evidence.rows import Span
from guard import clock, ledger, signing
from guard.doors import opened, opened_all
from guard.doors.opening import Unrecorded, gathering
from guard.models import Domain, Entry
from people.models import Role, User
from tests.cast import make_person
from tests.catalog import make
from tests.house.doors.walking import signed_in
from web import errors

LOOK = "a test looks at what was recorded"
CHAIN = 748231  # the lock under which the database lengthens the chain


def readings(**which: Any) -> list[Entry]:
    rows = Entry.objects.unrestricted(LOOK).filter(verb=ledger.READ, **which).select_related("actor")
    return list(rows.order_by("id"))


@pytest.fixture
def strict(cast: dict[str, User], growth: Domain) -> Dataset:
    """A dataset of level 4 that Omar owns."""
    made = make.dataset(cast["omar"], growth, "shop.pay_card", {"pan": 4, "day": 2}, description="Numbers of cards.")
    appoint_owner(by=cast["grace"], of=made, person=cast["omar"])
    return made


@pytest.fixture
def mild(cast: dict[str, User], growth: Domain) -> Dataset:
    return make.dataset(cast["omar"], growth, "shop.dwd_order", {"order_id": 3})


def page_of(dataset: Dataset) -> str:
    return f"/catalog/datasets/{dataset.key}/"


def test_who_opens_the_page_of_a_strict_thing_leaves_one_line_without_a_word_of_its_content(
    strict: Dataset, grace: User
) -> None:
    answer = signed_in(grace).get(page_of(strict), headers={"X-Request-ID": "asked-by-grace"})
    assert answer.status_code == 200
    (line,) = readings()
    assert (line.actor_id, line.thing_id, line.outcome) == (grace.pk, strict.pk, "done")
    assert orjson.loads(line.payload) == {
        "by": "grace", "door": "page", "level": 4, "request_id": "asked-by-grace", "thing": strict.key,
    }  # fmt: skip


def test_a_mild_thing_leaves_no_line_and_costs_no_statement(mild: Dataset, strict: Dataset, grace: User) -> None:
    client = signed_in(grace)
    sent: dict[int, list[tuple[str, Any]]] = {}
    for one in (mild, strict):
        client.get(page_of(one))
        with _ground.statements() as sent[one.pk]:
            assert client.get(page_of(one)).status_code == 200
    assert [line.thing_id for line in readings()] == [strict.pk]
    assert [_ground.without_record(sent[pk])[1] for pk in (mild.pk, strict.pk)] == [0, 1]


def test_a_list_of_names_and_levels_is_no_reading(strict: Dataset, grace: User) -> None:
    client = signed_in(grace)
    for url in ("/catalog/datasets/", "/catalog/datasets/?format=csv", "/catalog/", "/api/v1/datasets/",
                "/search/?q=card", "/api/v1/search/?q=card"):  # fmt: skip
        answer = client.get(url)
        assert (answer.status_code, strict.key in answer.content.decode() or "search" in url) == (200, True), url
    assert readings() == []


def test_a_list_that_shows_columns_is_a_reading_of_each_strict_dataset_in_it(
    strict: Dataset, mild: Dataset, grace: User
) -> None:
    assert signed_in(grace).get("/api/v1/columns/").status_code == 200
    assert [(line.thing_id, orjson.loads(line.payload)["door"]) for line in readings()] == [(strict.pk, "api")]


def test_the_late_pieces_of_a_page_and_a_second_look_are_the_same_reading(strict: Dataset, grace: User) -> None:
    client = signed_in(grace)
    for url in (page_of(strict), f"/pieces/dataset/{strict.key}/usage/", f"/pieces/dataset/{strict.key}/comments/",
                f"{page_of(strict)}?tab=history", f"/trace/{strict.key}/", page_of(strict)):  # fmt: skip
        assert client.get(url).status_code == 200, url
    assert len(readings()) == 1


def test_another_person_another_door_and_another_quarter_of_an_hour_are_other_readings(
    strict: Dataset, grace: User, gus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (grace, gus):
        signed_in(person).get(page_of(strict))
    client = signed_in(grace)
    for url in (f"/api/v1/datasets/{strict.key}/", f"/api/v1/datasets/{strict.key}/odcs/"):
        assert client.get(url).status_code == 200
    doors = [(line.actor.username, orjson.loads(line.payload)["door"]) for line in readings() if line.actor]
    assert doors == [("grace", "page"), ("gus", "page"), ("grace", "api"), ("grace", "export")]
    monkeypatch.setattr(ledger, "READS_TOGETHER", 7)  # the clock stands still in a test: other quarters do as well
    client.get(page_of(strict))
    assert len(readings()) == 5


def test_what_shows_nothing_leaves_no_line(strict: Dataset, grace: User, priya: User) -> None:
    client = signed_in(grace)
    assert client.head(page_of(strict)).status_code == 200
    assert client.get(f"/api/v1/datasets/{strict.key}/blockers/?move=none").status_code == 422
    assert client.get(f"/metrics/{strict.key}/").status_code == 404
    assert signed_in(priya).get(page_of(strict)).status_code == 404
    assert readings() == []


def test_what_was_opened_on_the_way_to_an_error_page_is_not_shown(strict: Dataset, grace: User, rf: Any) -> None:
    with gathering() as gathered:
        opened(grace, strict)
        assert gathered.things
        errors.answer(rf.get("/governance/"), errors.plain(404))
    assert not gathered.things


def test_a_refused_form_draws_the_page_again_and_that_is_a_reading(strict: Dataset, grace: User) -> None:
    assert signed_in(grace).post(f"{page_of(strict)}appoint/", {}).status_code == 422
    assert [line.thing_id for line in readings()] == [strict.pk]


def test_the_command_line_records_before_it_prints(
    strict: Dataset, grace: User, manage: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert strict.key in manage("export", "odcs", strict.key, "--by", "grace") + strict.key
    manage("trace", strict.key, "--by", "grace")
    assert [orjson.loads(line.payload)["door"] for line in readings()] == ["export", "command"]
    monkeypatch.setattr(ledger, "_READS", "SELECT no_such_function(%(reader)s)")
    with pytest.raises(Unrecorded), transaction.atomic():
        opened(grace, strict)


def test_a_value_from_the_warehouse_is_told_apart_from_a_look_at_the_page(strict: Dataset, grace: User) -> None:
    opened_all(grace, [strict, strict], door="value")
    opened_all(grace, [strict])
    assert [orjson.loads(line.payload)["door"] for line in readings()] == ["value", "command"]


def test_an_evidence_pack_tells_who_read_and_to_make_it_is_a_reading(
    strict: Dataset, grace: User, gus: User, tmp_path: Path, settings: Any
) -> None:
    settings.STATE_DIR = tmp_path
    signing.make_key()
    signed_in(gus).get(page_of(strict))
    today = clock.now().date()
    actions.pack_evidence(by=grace, first=today, last=today)
    doors = [(line.actor.username, orjson.loads(line.payload)["door"]) for line in readings() if line.actor]
    assert doors == [("gus", "page"), ("grace", "export")]
    span: Span = pack.span_of(reader=grace, first=today, last=today)
    told = zipfile.ZipFile(io.BytesIO(pack.make(span)[0])).read("ledger.jsonl").decode()
    assert told.count('\\"door\\":\\"page\\"') == 1


def test_only_the_owner_governance_and_auditors_learn_who_reads_what(
    strict: Dataset, growth: Domain, cast: dict[str, User]
) -> None:
    """Ravi is cleared for it and sees what was done to it, not who looked; Otto sees nothing of it at all."""
    auditor = make_person("alma", growth, (Role.AUDITOR,), 0)
    tom = cast["tom"]  # cleared, not the owner
    signed_in(tom).get(page_of(strict))
    (line,) = readings()
    known = {
        name: Entry.objects.visible_to(person).filter(pk=line.pk).exists()
        for name, person in {**cast, "alma": auditor}.items()
    }
    assert {name for name, knows in known.items() if knows} == {"tom", "omar", "grace", "gus", "alma"}
    shown = {}
    for name in ("ravi", "otto", "omar", "alma"):
        client = signed_in(auditor if name == "alma" else cast[name])
        said = [client.get(url).content.decode() for url in
                ("/api/v1/ledger/?verb=thing.read", "/governance/audit/", "/governance/audit/?format=csv")]  # fmt: skip
        shown[name] = [line.hash in said[0], *("thing.read" in text for text in said[1:])]
    assert shown["otto"] == [False, False, False]
    assert shown["omar"] == shown["alma"] == [True, True, True]
    assert shown["ravi"][0] is False
    tabs = [signed_in(cast[name]).get(f"{page_of(strict)}?tab=history").content.decode() for name in ("ravi", "omar")]
    assert ["Who opened it" in tab for tab in tabs] == [False, True]


def test_an_owner_who_owns_no_more_learns_nothing_new(strict: Dataset, cast: dict[str, User]) -> None:
    signed_in(cast["tom"]).get(page_of(strict))
    appoint_owner(by=cast["grace"], of=strict, person=cast["ravi"])
    (line,) = readings()
    knows = {name: Entry.objects.visible_to(cast[name]).filter(pk=line.pk).exists() for name in ("omar", "ravi")}
    assert knows == {"omar": False, "ravi": True}


def test_the_history_of_a_thing_tells_what_was_done_and_a_list_beside_it_who_read(strict: Dataset, cast: Any) -> None:
    signed_in(cast["tom"]).get(page_of(strict))
    assert ledger.READ not in {line.verb for line in ledger.history_of(strict.thing, cast["omar"])}
    assert [line.actor_id for line in ledger.readers_of(strict.thing, cast["omar"])] == [cast["tom"].pk]
    assert ledger.readers_of(strict.thing, cast["ravi"]) == []


@pytest.mark.django_db(transaction=True)
def test_where_the_ledger_cannot_be_written_nothing_is_shown(
    strict: Dataset, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another transaction holds the chain for longer than a reader waits."""
    monkeypatch.setattr(ledger, "PATIENCE", "1ms")
    client, holder = signed_in(grace), connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [CHAIN])
        page = client.get(page_of(strict))
        api = client.get(f"/api/v1/datasets/{strict.key}/")
        piece = client.get(f"/pieces/dataset/{strict.key}/usage/", headers={"HX-Request": "true"})
    finally:
        holder.close()
    for answer in (page, api, piece):
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "pay_card" not in answer.content.decode()
    assert orjson.loads(api.content)["id"] == "unrecorded"
    assert f'href="{page_of(strict)}"' in page.content.decode()
    assert readings() == []
    assert client.get(page_of(strict)).status_code == 200
    assert len(readings()) == 1


@pytest.mark.django_db(transaction=True)
def test_pieces_that_arrive_together_write_one_line(strict: Dataset, grace: User) -> None:
    """Both have found no line yet when the first of them writes one."""
    principal = grace.principal
    assert principal.active
    found: list[int] = []

    def write() -> None:
        try:
            found.append(ledger.write_reads(by=grace, door="page", things=[strict.thing]))
        finally:
            connection.close()

    holder, threads = connection.copy(), [threading.Thread(target=write) for _one in range(2)]
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [CHAIN])
            for thread in threads:
                thread.start()
            give_up = time.monotonic() + 120
            waiting = 0
            while waiting < 2 and time.monotonic() < give_up:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                waiting = cursor.fetchone()[0]
    finally:
        holder.close()
    for thread in threads:
        thread.join(timeout=120)
    assert (waiting, sorted(found), len(readings())) == (2, [0, 1], 1)
    assert ledger.verify().broken is None


def test_the_sentence_of_the_503_is_said_in_chinese_too(db: None) -> None:
    with translation.override("zh-hans"):
        assert "Who opens" not in Unrecorded().sentence


def test_the_chain_holds_over_readings(strict: Dataset, grace: User) -> None:
    before = ledger.verify().count
    Client().get("/healthz")
    signed_in(grace).get(page_of(strict))
    verdict = ledger.verify()
    assert (verdict.broken, verdict.count) == (None, before + 1)
