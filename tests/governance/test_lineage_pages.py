"""Column lineage at every door: pages, API, command and events; whoever does not see both ends finds nothing there."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from catalog import actions as catalog_actions
from catalog.models import ColumnEdge, Dataset
from catalog.tasks import follow_what_is_left
from governance import streaming
from governance.models import Attestation
from guard.models import Domain, Thing
from guard.witness import because
from people.models import User
from tests.catalog import make
from tests.governance import lineage
from tests.governance.make import orders
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db
LOOK = "a test looks at what is there"
EVENT = {
    "eventTime": "2026-11-23T04:00:00Z", "eventType": "COMPLETE", "producer": "https://example.invalid/run",
    "run": {"runId": "3f0c"}, "job": {"namespace": "etl", "name": "cust"},
    "outputs": [{
        "namespace": "postgres://db:5432", "name": "shop.dwd_cust",
        "facets": {"columnLineage": {
            "fields": {"cust": {"inputFields": [
                {"namespace": "postgres://db:5432", "name": "shop.ods_cust", "field": "id_card",
                 "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}]}]}},
            "dataset": [{"namespace": "postgres://db:5432", "name": "shop.ods_cust", "field": "city",
                         "transformations": [{"type": "INDIRECT", "subtype": "FILTER"}]}],
        }},
    }],
}  # fmt: skip


@pytest.fixture
def ods(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return orders(omar, growth, grace, {"id_card": 4, "city": 2, "note": None}, "shop.ods_cust", owner=tom)


@pytest.fixture
def dwd(growth: Domain, omar: User) -> Dataset:
    return make.dataset(omar, growth, "shop.dwd_cust", {"cust": 2, "city": 2})


@pytest.fixture
def way(omar: User, ods: Dataset, dwd: Dataset) -> ColumnEdge:
    return lineage.join(omar, ods, "id_card", dwd, "cust")


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def run(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return run


def reasons(reader: User, dataset: Dataset) -> str:
    thing = Thing.objects.unrestricted(LOOK).get(pk=dataset.pk)
    return " ".join(reason.sentence for reason in because(reader, thing))


# -- why
def test_why_shows_the_way_down_to_the_column(
    growth: Domain, omar: User, grace: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    ads = make.dataset(omar, growth, "shop.ads_cust", {"who": 1})
    lineage.join(omar, dwd, "cust", ads, "who")
    assert "who: L4 arrives by lineage: shop.ods_cust.id_card → shop.dwd_cust.cust → here." in reasons(grace, ads)


def test_on_the_way_what_one_may_not_see_is_one_restricted_item(
    growth: Domain, omar: User, grace: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    from tests.cast import make_person

    ads = make.dataset(omar, growth, "shop.ads_cust", {"who": 1})
    lineage.join(omar, dwd, "cust", ads, "who")
    guest = make_person("guest", growth, ("data_pm",), 2)
    from guard import things
    from guard.doors import act
    from guard.policy import COLUMNS, Who

    @act("test.seen", who=Who(anyone=True))
    def see(*, by: Any) -> None:
        things.give(ads, reason="contributor", grade=COLUMNS, person=guest)
        things.give(dwd, reason="contributor", grade=COLUMNS, person=guest)

    see(by=grace)
    said = reasons(guest, ads)
    assert "shop.ods_cust" not in said
    assert "1 restricted item → shop.dwd_cust.cust → here" in said


def test_what_filters_a_dataset_is_why_it_is_strict(omar: User, grace: User, ods: Dataset, dwd: Dataset) -> None:
    lineage.join(omar, ods, "id_card", dwd, None)
    assert "Its rows are chosen by L4: shop.ods_cust.id_card → here." in reasons(grace, dwd)


# -- findings
def test_each_finding_is_for_who_sees_both_ends(
    omar: User, grace: User, otto: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    lineage.join(omar, ods, "note", dwd, "city")
    catalog_actions.remove_column_edge(by=omar, edge=lineage.edge(way))
    assert [finding.id for finding in streaming.findings(grace)] == ["LIN-5", "LIN-8", "LIN-9"]
    assert [finding.id for finding in streaming.findings(grace, make.fresh(ods))] == []
    assert streaming.findings(otto) == []


def test_a_stop_that_ended_and_one_whose_sql_changed_are_findings(
    omar: User, ravi: User, tom: User, gus: User, grace: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    from governance import actions

    found = lineage.agree(lineage.propose(ravi, way, lineage.hashed()), tom, gus)
    assert streaming.findings(grace) == []
    lineage.join(omar, ods, "id_card", dwd, "cust", sql="SELECT id_card AS cust, city FROM shop.ods_cust")
    assert [finding.id for finding in streaming.findings(grace)] == ["LIN-5", "LIN-7"]
    actions.end_attestation(by=tom, attestation=found, reason="The view copies it now.")
    assert [finding.id for finding in streaming.findings(grace)] == ["LIN-5", "LIN-6"]


# -- pages
def test_the_pages_carry_a_stop_from_the_dataset_to_its_end(
    ravi: User, tom: User, gus: User, dwd: Dataset, way: ColumnEdge, sign_in: Any
) -> None:
    tab = f"/catalog/datasets/{dwd.key}/?tab=lineage"
    assert f"/governance/lineage/{way.pk}/attest/" in sign_in(ravi).get(tab).content.decode()
    form = {"what": "stop", "evidence": "It is the number of a test card.", "ends_on": date.today() + timedelta(days=9)}
    answer = sign_in(ravi).post(f"/governance/lineage/{way.pk}/attest/", form | {"evidence": "no"})
    assert (answer.status_code, Attestation.objects.unrestricted(LOOK).count()) == (422, 0)
    assert sign_in(ravi).post(f"/governance/lineage/{way.pk}/attest/", form).status_code == 303
    (found,) = Attestation.objects.unrestricted(LOOK)
    here = f"/governance/attestations/{found.key}/"
    shown = sign_in(gus).get(here).content.decode()
    assert "LIN-2" in shown
    assert "It is the number of a test card." in shown
    assert sign_in(ravi).post(f"{here}approve/").status_code in (403, 409)
    for person in (tom, gus):
        assert sign_in(person).post(f"{here}approve/").status_code == 303
    assert (lineage.level(dwd), lineage.attestation(found).state) == (2, "live")
    assert found.key in sign_in(gus).get("/governance/lineage/").content.decode()
    assert sign_in(gus).post(f"{here}end/", {"reason": "The test cards are gone."}).status_code == 303
    assert lineage.level(dwd) == 4
    assert sign_in(gus).post(f"{here}fly/").status_code == 404


def test_lineage_is_said_and_taken_back_by_hand_on_pages(
    omar: User, mei: User, ods: Dataset, dwd: Dataset, sign_in: Any
) -> None:
    add = f"/catalog/datasets/{dwd.key}/lineage/add/"
    wrong = {"source_dataset": ods.key, "source_column": "nowhere"}
    assert sign_in(omar).post(add, wrong).status_code == 422
    given = {"source_dataset": "shop.ods_cust", "source_column": "note", "target": make.column(dwd, "city").pk}
    assert sign_in(mei).post(add, given).status_code in (404, 422)
    assert sign_in(omar).post(add, given).status_code == 303
    (edge,) = ColumnEdge.objects.unrestricted(LOOK)
    remove = f"/catalog/datasets/{dwd.key}/lineage/{edge.pk}/remove/"
    assert sign_in(mei).post(remove).status_code == 404
    assert sign_in(omar).get(remove).status_code == 405
    assert sign_in(omar).post(remove).status_code == 303
    assert not ColumnEdge.objects.unrestricted(LOOK).exists()


def test_otto_finds_nothing_behind_any_door(
    ravi: User, otto: User, dwd: Dataset, way: ColumnEdge, sign_in: Any
) -> None:
    found = lineage.propose(ravi, way, lineage.stop())
    client = sign_in(otto)
    for address in (
        f"/governance/lineage/{way.pk}/attest/", f"/governance/attestations/{found.key}/",
        f"/catalog/datasets/{dwd.key}/lineage/add/", f"/api/v1/column-edges/{way.pk}/",
        f"/api/v1/attestations/{found.key}/", f"/api/v1/attestations/{found.key}/blockers/?move=approve",
        f"/api/v1/lineage-findings/?dataset={dwd.key}", "/api/v1/column-edges/999999999/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    for address in (
        f"/governance/lineage/{way.pk}/attest/", f"/governance/attestations/{found.key}/approve/",
        f"/catalog/datasets/{dwd.key}/lineage/{way.pk}/remove/", f"/api/v1/attestations/{found.key}/approve/",
    ):  # fmt: skip
        assert client.post(address, {"reason": "because I say so"}).status_code == 404, address
    assert client.delete(f"/api/v1/column-edges/{way.pk}/").status_code == 404
    for address in ("/api/v1/column-edges/", "/api/v1/attestations/", "/api/v1/lineage-findings/"):
        assert client.get(address).json()["results"] == [], address
    listed = client.get("/governance/lineage/").content.decode()
    assert "ods_cust" not in listed
    assert found.key not in listed


# -- API
def test_the_api_says_vouches_and_decides_by_the_same_verbs(
    omar: User, ravi: User, tom: User, gus: User, ods: Dataset, dwd: Dataset, sign_in: Any
) -> None:
    def post(user: User, address: str, body: dict[str, Any], **headers: Any) -> Any:
        return sign_in(user).post(address, json.dumps(body), content_type="application/json", **headers)

    said = {"dataset": dwd.key, "source": make.column(ods, "id_card").pk, "target": make.column(dwd, "cust").pk,
            "sql": lineage.SQL}  # fmt: skip
    made = post(omar, "/api/v1/column-edges/", said)
    assert (made.status_code, made.json()["kind"], made.json()["lets_through"]) == (201, "derives", 5)
    listed = sign_in(ravi).get(f"/api/v1/column-edges/?dataset={dwd.key}").json()["results"]
    assert [row["source_column"] for row in listed] == ["id_card"]
    wish = {"edge": made.json()["id"], "what": "transformation", "method": "keyed_hash", "lowers_to": 2,
            "evidence": lineage.EVIDENCE, "ends_on": str(date.today() + timedelta(days=99))}  # fmt: skip
    assert post(ravi, "/api/v1/attestations/", wish | {"lowers_to": 4}).status_code == 422
    asked = post(ravi, "/api/v1/attestations/", wish)
    assert asked.status_code == 201
    key = asked.json()["key"]
    for person in (tom, gus):
        assert post(person, f"/api/v1/attestations/{key}/approve/", {}).status_code == 200
    seen = sign_in(ravi).get(f"/api/v1/attestations/{key}/").json()
    assert (seen["state"], seen["faults"], lineage.arrives(dwd, "cust")) == ("live", [], 2)
    assert sign_in(omar).get(f"/api/v1/lineage-findings/?dataset={dwd.key}").json() == {"results": []}
    gone = sign_in(omar).delete(f"/api/v1/column-edges/{made.json()['id']}/")
    assert gone.json() == {"removed": True}  # L2 arrives and L2 is approved: nothing gets milder


# -- events
def test_an_event_is_taken_packed_or_not_and_twice_changes_nothing(
    omar: User, otto: User, ods: Dataset, dwd: Dataset, sign_in: Any
) -> None:
    def send(user: User, body: bytes, **headers: Any) -> Any:
        return sign_in(user).post("/api/v1/lineage", body, content_type="application/json", **headers)

    raw = json.dumps(EVENT).encode()
    assert send(otto, raw).status_code in (201, 403)
    assert not ColumnEdge.objects.unrestricted(LOOK).exists()
    assert send(omar, raw).json() == {"added": 2, "changed": 0, "unmatched": 0}
    again = send(omar, gzip.compress(raw), headers={"content-encoding": "gzip"})
    assert (again.status_code, again.json()["added"]) == (201, 0)
    assert (lineage.arrives(dwd, "cust"), lineage.level(dwd)) == (4, 4)  # a masking that it says itself lowers nothing
    for wrong in (b"{", b'{"eventType": "START"}', b"[1]"):
        assert send(omar, wrong).status_code == 422
    assert send(omar, b"no gzip", headers={"content-encoding": "gzip"}).status_code == 422
    bomb = gzip.compress(b" " * 40_000_000)
    assert send(omar, bomb, headers={"content-encoding": "gzip"}).status_code == 422


# -- commands
def test_files_of_sql_and_events_are_read_by_command(
    omar: User, ods: Dataset, dwd: Dataset, manage: Any, tmp_path: Any
) -> None:
    sql = tmp_path / "dwd.sql"
    sql.write_text("CREATE VIEW shop.dwd_cust AS SELECT id_card AS cust, city FROM shop.ods_cust WHERE note <> ''")
    words = ("lineage", "sql", str(sql), "--warehouse", "shop", "--by", "omar")
    assert "edges +3" in manage(*words, "--dry-run")
    assert not ColumnEdge.objects.unrestricted(LOOK).exists()
    assert "edges +3" in manage(*words)
    assert "edges +0 ~0 -0" in manage(*words)
    events = tmp_path / "events.json"
    events.write_text("\n".join(json.dumps(EVENT) for _n in range(2)))
    assert "edges +2" in manage("lineage", "openlineage", str(events), "--by", "omar")
    with pytest.raises(SystemExit) as refused:
        manage("lineage", "sql", str(sql), "--by", "omar")
    assert refused.value.code == 2


def test_govern_propagate_says_what_differs_and_puts_it_right(
    omar: User, grace: User, dwd: Dataset, way: ColumnEdge, manage: Any
) -> None:

    assert "0 columns and 0 datasets count otherwise" in manage("govern", "propagate", "--by", "grace")
    with past_the_wall() as cursor:
        cursor.execute("UPDATE catalog_column SET propagated = 1 WHERE id = %s", [make.column(dwd, "cust").pk])
    with pytest.raises(SystemExit) as differs:
        manage("govern", "propagate", "--by", "grace")
    assert differs.value.code == 1
    said = manage("govern", "propagate", "--by", "grace", "--apply")
    assert "shop.dwd_cust.cust: L1 -> L4" in said
    assert "LIN-5: 1" in manage("govern", "propagate", "--by", "grace")
    assert lineage.arrives(dwd, "cust") == 4
    follow_what_is_left()
