"""Contracts that others wrote: every broken one is named, no good one is refused, and nothing is miscounted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from exchange.odcs.reader import read
from exchange.odcs.writer import write
from tests.exchange.corpus import CORPUS, files, needs_corpus, say

pytestmark = [pytest.mark.corpus, needs_corpus("odcs")]

INVALID = files("odcs", "invalid")
VALID = [
    *files("odcs", "bitol-examples"),
    *files("odcs", "feature-examples"),
    *[
        path
        for path in files("odcs", "cli-fixtures")
        if not path.name.startswith("invalid") and not path.name.endswith(".schema.json")
    ],
]
# Our own ruling on what the standard allows or leaves open: reported, but no reason to refuse the file.
REPORTED_MILDLY = {
    "invalid-support-missing-url.yaml": "ODCS-28",  # allowed since 3.1
    "invalid-pricing-missing-currency.yaml": "ODCS-29",  # the standard requires no currency
    "unknown-field.yaml": "ODCS-6",  # kept and written back, so nothing is lost
}


# Files with a defect that was no error in the version they declare and that we do not mend: unknown server keys, checks
# without a query, an array without items, a reference to another contract by its id.
NOT_EXPRESSIBLE = {
    "changelog_unit_v1.yaml", "changelog_unit_v2.yaml", "odcs-datacontract-cities-version-2.yaml", "consumer.yaml",
    "all-data-types.odcs.yaml",
}  # fmt: skip


EXPRESSIBLE = [path for path in VALID if ".odcs." in path.name and path.name not in NOT_EXPRESSIBLE]


def test_it_reports_every_invalid_file_with_a_line_or_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    caught = [path for path in INVALID if any(f.line or f.path for f in read(path).findings)]
    say(capsys, f"ODCS: {len(caught)} of {len(INVALID)} invalid files reported with a line or a path")
    assert len(INVALID) == 22
    assert [path.name for path in INVALID if path not in caught] == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.name)
def test_it_refuses_what_is_invalid_and_names_what_is_open(path: Path) -> None:
    reading = read(path)
    if path.name in REPORTED_MILDLY:
        assert [f.rule_id for f in reading.findings] == [REPORTED_MILDLY[path.name]]
        assert not reading.errors
    else:
        assert reading.errors
        assert all(f.line > 0 for f in reading.errors)


def test_it_raises_no_false_alarm_on_valid_files(capsys: pytest.CaptureFixture[str]) -> None:
    alarms = {path.name: [f.sentence for f in read(path).errors] for path in VALID}
    wrong = {name: found for name, found in alarms.items() if found}
    say(capsys, f"ODCS: {len(wrong)} false alarms on {len(VALID)} valid files")
    assert len(VALID) >= 45
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("invalid.odcs.yaml", ["ODCS-1"]),
        ("invalid_multiple_errors.odcs.yaml", ["ODCS-1", "ODCS-1"]),
        ("invalid_datacontract.yaml", ["ODCS-1"]),
    ],
)
def test_it_finds_what_the_other_tool_says_is_wrong(name: str, expected: list[str]) -> None:
    assert [f.rule_id for f in read(CORPUS / "odcs/cli-fixtures/lint" / name).errors] == expected


def test_it_leaves_the_456_columns_of_adventureworks_unclassified() -> None:
    path, tables, columns = CORPUS / "odcs/bitol-examples/all/postgresql-adventureworks-contract.odcs.yaml", 68, 456
    text = path.read_text()
    raw = yaml.safe_load(text)  # counted without our reader, in two ways
    by_walking = sum(len(table.get("properties") or []) for table in raw["schema"])
    by_text = len(re.findall(r"^ {4,6}- name:", text, flags=re.MULTILINE))
    assert (len(raw["schema"]), by_walking, by_text) == (tables, columns, columns)

    contract = read(path).contract
    assert contract is not None
    assert len(contract.datasets) == tables
    unclassified = [column for dataset in contract.datasets for column in dataset.unclassified if not column.is_item]
    assert len(unclassified) == columns
    assert {column.level for column in contract.columns} == {None}


def _named(value: object) -> int:
    """Properties and items of a loaded contract, counted by walking it."""
    if isinstance(value, list):
        return sum(_named(entry) for entry in value)
    if not isinstance(value, dict):
        return 0
    here = len(value.get("properties") or []) + (1 if isinstance(value.get("items"), dict) else 0)
    return here + _named(value.get("properties")) + _named(value.get("items"))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_it_counts_datasets_and_columns_as_a_plain_walk_does(path: Path) -> None:
    raw = yaml.safe_load(path.read_text())
    contract = read(path).contract
    assert contract is not None
    if "dataContractSpecification" in raw:
        models = raw.get("models") or {}
        assert len(contract.datasets) == len(models)
        assert len(contract.columns) == sum(len(model["fields"]) for model in models.values())
    else:
        assert len(contract.datasets) == len(raw.get("schema") or [])
        assert len(contract.columns) == _named(raw.get("schema") or [])


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_it_reads_back_what_it_wrote(path: Path, version: str) -> None:
    first = read(path).contract
    assert first is not None
    written = write(first, version)
    again = read(written.to_yaml().encode())
    as_json = read(written.to_json().encode())
    assert again.contract is not None and as_json.contract is not None
    assert _without_version(again.contract) == _without_version(first) == _without_version(as_json.contract)
    if path.name not in NOT_EXPRESSIBLE:
        assert again.errors == (), [f.sentence for f in again.errors]


@pytest.mark.parametrize("path", EXPRESSIBLE, ids=lambda path: path.name)
@pytest.mark.parametrize(("version", "schema"), [("3.1.0", "odcs-json-schema-v3.1.0"), ("3.2.0", "odcs-3.2.0.schema")])
def test_what_it_writes_satisfies_the_official_schema(path: Path, version: str, schema: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    contract = read(path).contract
    assert contract is not None
    official = json.loads((CORPUS / "odcs/schema" / f"{schema}.json").read_text())
    found = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in jsonschema.Draft201909Validator(official).iter_errors(write(contract, version).document)
    ]
    assert found == []


def _without_version(contract: object) -> object:
    return replace(contract, standard="", standard_version="")  # type: ignore[type-var]
