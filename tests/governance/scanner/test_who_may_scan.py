"""Who may scan, read evidence and decide: page, API and command line say the same; a hidden dataset is absent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test import Client

from catalog.models import Dataset
from governance import actions
from governance.actions.scans import record_scan
from governance.models import Scan
from governance.scanner import work
from guard.models import Domain
from guard.refusals import Blocked, Denied
from people.models import User
from tests.cast import make_person
from tests.governance import make
from tests.governance.scanner import tables
from tests.whole import whole

JSON = "application/json"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def confidential(people: Dataset, ravi: User, omar: User) -> Dataset:
    """The dataset at L3, where clearance 3 sees its columns."""
    levels = dict.fromkeys(("id_no", "mobile", "note", "amount"), 3)
    make.reviewed(people, ravi, omar, levels)
    return tables.fresh(people)


def test_otto_finds_nothing_anywhere(people: Dataset, scanned: Scan, otto: User) -> None:
    client = signed_in(otto)
    page = f"/governance/datasets/{people.key}/scan/"
    api = f"/api/v1/datasets/{people.key}/scan/"
    finding = tables.findings(scanned)["id_no"]
    assert [client.get(page).status_code, client.post(page).status_code] == [404, 404]
    assert [client.get(api).status_code, client.post(api).status_code] == [404, 404]
    assert client.get(f"/api/v1/scan-findings/{finding.pk}/").status_code == 404
    assert client.post(f"/api/v1/scan-findings/{finding.pk}/accept/", {}, content_type=JSON).status_code == 404
    assert client.post(f"/governance/scans/findings/{finding.pk}/accept/").status_code == 404
    never = client.get("/api/v1/datasets/DS-9999/scan/").json()
    assert client.get(api).json()["detail"] == never["detail"]


def test_priya_may_not_where_she_may_not_see_columns(people: Dataset, priya: User) -> None:
    client = signed_in(priya)
    assert client.get(f"/governance/datasets/{people.key}/scan/").status_code == 404  # unclassified counts as L4
    assert client.post(f"/api/v1/datasets/{people.key}/scan/").status_code == 404


def test_priya_may_where_she_may(people: Dataset, priya: User, ravi: User, omar: User) -> None:
    open_one = confidential(people, ravi, omar)
    answer = signed_in(priya).post(f"/api/v1/datasets/{open_one.key}/scan/")
    assert answer.status_code == 202 and answer.json()["state"] == "waiting"
    with pytest.raises(Blocked):
        actions.start_scan(by=priya, dataset=open_one)


def test_sam_reads_evidence_and_scans_nothing(people: Dataset, sam: User, ravi: User, omar: User) -> None:
    open_one = confidential(people, ravi, omar)
    client = signed_in(sam)
    assert client.get(f"/governance/datasets/{open_one.key}/scan/").status_code == 200
    assert client.post(f"/governance/datasets/{open_one.key}/scan/").status_code == 403
    with pytest.raises(Denied):
        actions.start_scan(by=sam, dataset=open_one)


def test_the_page_starts_a_scan_and_shows_what_it_finds(
    people: Dataset, ravi: User, omar: User, run_outbox: Callable[[], int]
) -> None:
    path = f"/governance/datasets/{people.key}/scan/"
    assert "Not scanned yet" in signed_in(ravi).get(path).content.decode()
    assert signed_in(ravi).post(path).status_code == 303
    assert "under way" in signed_in(ravi).get(path).content.decode()
    run_outbox()
    page = signed_in(omar).get(path).content.decode()
    for shown in ("100 of 100 distinct values pass: the GB 11643 check digit.", "The name says so too.", "ddd****dddd",
                  "Chinese resident id", "scanner@", "Accept"):  # fmt: skip
        assert shown in page, shown
    assert "another person decides" in signed_in(ravi).get(path).content.decode()
    finding = tables.findings(tables.last_scan(people))["id_no"]
    assert signed_in(omar).post(f"/governance/scans/findings/{finding.pk}/accept/").status_code == 303
    refused = signed_in(omar).post(f"/governance/scans/findings/{finding.pk + 1}/reject/", {"reason": "no"})
    assert refused.status_code == 422


def test_the_api_lists_findings_and_takes_decisions(people: Dataset, scanned: Scan, omar: User) -> None:
    client = signed_in(omar)
    rows = client.get(f"/api/v1/datasets/{people.key}/scan/").json()["results"]
    by_column = {row["column"]: row for row in rows}
    assert by_column["id_no"]["kind"] == "cn_resident_id" and by_column["note"]["result"] == "clean"
    for column in ("id_no", "mobile"):
        answer = client.post(f"/api/v1/scan-findings/{by_column[column]['id']}/accept/", {}, content_type=JSON)
        assert (answer.status_code, answer.json()["decision"]) == (200, "accepted")
    path = f"/api/v1/scan-findings/{by_column['id_no']['id']}/reject/"
    again = client.post(path, {"reason": "It is not one of these."}, content_type=JSON)
    assert again.status_code == 409


def test_exceptions_are_shown_and_ended_on_the_page(people: Dataset, scanned: Scan, omar: User, otto: User) -> None:
    finding = tables.findings(scanned)["mobile"]
    reason = {"reason": "These are invoice numbers."}
    assert signed_in(omar).post(f"/governance/scans/findings/{finding.pk}/reject/", reason).status_code == 303
    [exception] = tables.exceptions(people)
    assert "invoice numbers" in signed_in(omar).get(f"/governance/datasets/{people.key}/scan/").content.decode()
    path = f"/governance/scans/exceptions/{exception.pk}/end/"
    assert signed_in(otto).post(path).status_code == 404
    assert signed_in(omar).post(path).status_code == 303
    assert tables.exceptions(people)[0].ended_at is not None


def test_the_dataset_page_leads_to_the_scan(people: Dataset, ravi: User) -> None:
    page = whole(signed_in(ravi), f"/catalog/datasets/{people.key}/")
    assert f"/governance/datasets/{people.key}/scan/" in page


def test_the_command_scans_as_a_named_person(people: Dataset, manage: Any, ravi: User, otto: User) -> None:
    said = manage("govern", "scan", people.key, "--by", "ravi")
    assert "id_no: cn_resident_id L4 proposed (100 of 100, ddd****dddd" in said and tables.CANARY not in said
    with pytest.raises(CommandError) as refused:
        manage("govern", "scan", people.key, "--by", "otto")
    assert refused.value.returncode == 2
    assert manage("govern", "scan", "--by", "otto") == "Nothing to scan.\n"


def test_the_command_prints_json(people: Dataset, manage: Any, ravi: User) -> None:
    said = json.loads(manage("govern", "scan", "public.people", "--by", "ravi", "--json"))
    [scan] = said["scans"]
    assert scan["review"].startswith("REV-") and {row["result"] for row in scan["columns"]} == {"found", "clean"}


def test_a_warehouse_without_address_is_said_plainly(
    people: Dataset, ravi: User, monkeypatch: Any, manage: Any
) -> None:
    monkeypatch.delenv("WAREHOUSE_SHOP_URL")
    assert signed_in(ravi).post(f"/api/v1/datasets/{people.key}/scan/").status_code == 409
    with pytest.raises(SystemExit) as ended:
        manage("govern", "scan", people.key, "--by", "ravi")
    assert ended.value.code == 1


@pytest.mark.parametrize("spoil", ["DROP TABLE public.people", "REVOKE SELECT ON public.people FROM PUBLIC"])
def test_a_table_that_the_login_may_not_read_is_unknown_or_said_plainly(
    people: Dataset, ravi: User, as_owner: Any, spoil: str
) -> None:
    as_owner(spoil)
    scan = actions.start_scan(by=ravi, dataset=people, in_worker=False)
    if spoil.startswith("DROP"):
        with pytest.raises(work.ScanFailed, match="does not show this table"):
            work.carry_out(work.scan_named(scan.pk))
    else:
        work.carry_out(work.scan_named(scan.pk))
        assert {(row.result, row.why) for row in tables.findings(scan).values()} <= {("unknown", "unreadable")}


def test_a_schema_that_the_login_may_not_use_is_said_plainly(
    as_owner: Any, growth: Domain, ravi: User, grace: User, omar: User
) -> None:
    as_owner("DROP SCHEMA IF EXISTS shut CASCADE")
    as_owner("CREATE SCHEMA shut")
    as_owner("CREATE TABLE shut.people (id_no text)")
    try:
        made = tables.fresh(tables.dataset(ravi, growth, grace, ["id_no"], name="shut.people", owner=omar))
        scan = actions.start_scan(by=ravi, dataset=made, in_worker=False)
        with pytest.raises(work.ScanFailed, match="does not show this table"):
            work.carry_out(work.scan_named(scan.pk))
    finally:
        as_owner("DROP SCHEMA IF EXISTS shut CASCADE")


def test_rights_lost_meanwhile_end_the_scan(
    people: Dataset, ravi: User, run_outbox: Callable[[], int], growth: Domain
) -> None:
    actions.start_scan(by=ravi, dataset=people)
    make_person("cli", growth)
    User.objects.filter(pk=ravi.pk).update(is_active=False)
    run_outbox()
    assert tables.last_scan(people).state == "failed"
    assert make.column(people, "id_no").proposed_level is None


def test_a_scan_that_was_carried_out_is_not_carried_out_again(people: Dataset, ravi: User) -> None:
    scan = work.carry_out(work.scan_named(actions.start_scan(by=ravi, dataset=people, in_worker=False).pk))
    count = len(tables.findings(scan))
    with pytest.raises(Blocked):
        record_scan(by=ravi, scan=work.scan_named(scan.pk), verdicts={})
    assert len(tables.findings(scan)) == count
