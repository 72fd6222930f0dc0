"""Importing through every door: all or nothing, repeatable, never milder, and honest about what it may not see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Column, Dataset
from exchange import actions, files
from exchange.exporting import export_odcs
from exchange.odcs import reader
from guard.models import Domain, Entry, Job
from guard.refusals import Blocked, Denied
from people.models import User
from tests.catalog import make as catalog

pytestmark = pytest.mark.django_db
LUMIO = Path(__file__).parent / "fixtures" / "dbt-lumio"
ALL = "a test looks at what is there"


def rows() -> Any:
    return Dataset.objects.unrestricted(ALL)


def bring(by: User, domain: Domain, kind: str = "dbt", path: Path = LUMIO) -> actions.Report:
    return actions.import_bundles(by=by, bundles=files.read_paths(kind, [path]), domain=domain)


def test_dbt_artifacts_become_datasets_with_unclassified_columns_and_lineage(growth: Domain, omar: User) -> None:
    report = bring(omar, growth)
    ((_source, plan),) = report.plans
    assert (plan.datasets.added, plan.columns.added, plan.edges.added) == (9, 47, 9)
    assert rows().filter(thing__level__lt=4, unclassified_count__gt=0).count() == 0  # unclassified counts as strict
    assert Entry.objects.unrestricted(ALL).filter(verb="import.done").count() == 1


def test_a_second_import_of_the_same_files_changes_nothing(growth: Domain, omar: User) -> None:
    bring(omar, growth)
    versions = dict(rows().values_list("thing__key", "thing__row_version"))
    assert bring(omar, growth).is_unchanged
    assert dict(rows().values_list("thing__key", "thing__row_version")) == versions


def test_a_dry_run_tells_the_same_and_writes_nothing(growth: Domain, omar: User) -> None:
    told = actions.preview(by=omar, bundles=files.read_paths("auto", [LUMIO]), domain=growth)
    assert rows().count() == 0
    done = bring(omar, growth)
    assert told.as_dict()["sources"] == done.as_dict()["sources"]


def test_one_faulty_file_keeps_all_of_them_out(growth: Domain, omar: User, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.yaml", tmp_path / "b.yaml"
    good.write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\nschema:\n  - name: t\n"
        "    properties:\n      - {name: c, logicalType: string}\n"
    )
    bad.write_text("apiVersion: v3.1.0\nkind: DataContract\nversion: 1.0.0\nstatus: active\nschema:\n  - {}\n")
    with pytest.raises(Blocked) as refused:
        actions.import_bundles(by=omar, bundles=files.read_paths("odcs", [good, bad]), domain=growth)
    assert "line" in refused.value.findings[0].excerpt
    assert rows().count() == 0


def test_an_import_never_lowers_an_approved_level(growth: Domain, omar: User, tmp_path: Path) -> None:
    text = (
        "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\nservers:\n"
        "  - {server: shop, type: custom}\nschema:\n  - name: pay\n    properties:\n"
        "      - {name: card, logicalType: string, classification: public}\n"
    )
    file = tmp_path / "a.yaml"
    file.write_text(text)
    bring(omar, growth, "odcs", file)
    dataset = rows().get()
    catalog.approve_levels(by=omar, dataset=dataset, levels={"card": 4})
    bring(omar, growth, "odcs", file)
    assert (rows().get().level, Column.objects.unrestricted(ALL).get().level) == (4, 4)


def test_somebody_without_the_role_imports_nothing_by_any_door(growth: Domain, otto: User, client: Client) -> None:
    with pytest.raises(Denied):
        bring(otto, growth)
    client.force_login(otto)
    upload = SimpleUploadedFile("manifest.json", b"{}")
    page = client.post("/imports/", {"kind": "auto", "domain": "growth", "files": upload})
    api = client.post(
        "/api/v1/imports/", {"kind": "auto", "domain": "growth", "files": SimpleUploadedFile("m.json", b"{}")}
    )
    assert (page.status_code, api.status_code) == (403, 403)
    assert Job.objects.count() == 0


def test_an_upload_becomes_a_job_that_its_owner_can_watch(
    growth: Domain, omar: User, otto: User, client: Client, run_outbox: Callable[[], int], settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(omar)
    uploads = [
        SimpleUploadedFile(name, (LUMIO / name).read_bytes())
        for name in ("manifest.json", "catalog.json", "run_results.json")
    ]
    answer = client.post("/api/v1/imports/", {"kind": "dbt", "domain": "growth", "files": uploads})
    assert answer.status_code == 202
    run_outbox()
    job = Job.objects.get()
    assert (job.state, job.result["sources"][0]["datasets"]["added"]) == ("done", 9)
    assert client.get(f"/imports/{job.uid}/").status_code == 200
    assert not any(tmp_path.rglob("manifest.json"))
    client.force_login(otto)
    assert client.get(f"/imports/{job.uid}/").status_code == 404


def test_the_command_exits_by_what_happened(
    growth: Domain, omar: User, otto: User, manage: Callable[..., str], tmp_path: Path
) -> None:
    assert "datasets +9" in manage("import", "dbt", str(LUMIO), by="omar", domain="growth")
    for words, code in (
        (("import", "dbt", str(LUMIO), "--by", "otto", "--domain", "growth"), 1),
        (("import", "dbt", str(tmp_path / "nowhere"), "--by", "omar"), 2),
        (("import", "dbt", str(tmp_path), "--by", "omar"), 2),  # a folder without manifest.json
        (("import", "odps", str(LUMIO), "--by", "omar"), 2),
        (("import", "dbt", str(LUMIO), "--by", "nobody"), 2),
    ):
        with pytest.raises(SystemExit) as ended:
            manage(*words)
        assert ended.value.code == code


def test_an_exported_contract_comes_back_equal_and_names_nothing_hidden(
    growth: Domain, omar: User, priya: User
) -> None:
    dataset = catalog.dataset(omar, growth, "shop.dwd_order", {"order_id": 2, "phone": 3, "note": None})
    ((_name, written),) = export_odcs([catalog.fresh(dataset)], omar)
    contract = reader.read(written.to_yaml().encode()).contract
    assert contract is not None
    assert [(c.name, c.level) for c in contract.datasets[0].columns] == [("order_id", 2), ("phone", 3), ("note", None)]
    assert reader.read(written.to_yaml().encode()).errors == ()


def test_the_contract_of_a_hidden_dataset_looks_absent(growth: Domain, omar: User, priya: User, client: Client) -> None:
    dataset = catalog.dataset(omar, growth, "shop.secret", {"x": 4})
    client.force_login(priya)
    hidden = client.get(f"/api/v1/datasets/{dataset.key}/odcs/")
    absent = client.get("/api/v1/datasets/DS-9999/odcs/")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) or hidden.status_code == 404


def test_the_adventureworks_contract_brings_68_tables_and_456_unclassified_columns(
    growth: Domain, omar: User, corpus: Path
) -> None:
    found = corpus / "odcs" / "bitol-examples" / "all" / "postgresql-adventureworks-contract.odcs.yaml"
    bring(omar, growth, "odcs", found)  # by its name: there are two, and Pythons walk folders in different orders
    assert rows().count() == 68
    assert Column.objects.unrestricted(ALL).filter(level=None).count() == 456
