"""What a machine reads of the findings: JSON, SARIF 2.1.0, JUnit."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exchange.gate.formats import FORMATS
from exchange.gate.model import Finding
from exchange.gate.words import RULES
from tests.exchange.gate.make import contract, judge, write


@pytest.fixture
def findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "my data/c.yaml", contract("  - name: phone\n  - name: a<&>\n"))
    return judge(Path("my data/c.yaml"))


FILES = ["my data/c.yaml", "clean.sql"]


def test_text_has_place_severity_rule_and_way_out(findings: list[Finding]) -> None:
    lines = FORMATS["text"](findings, FILES).splitlines()
    assert lines[0].startswith("my data/c.yaml:9: error GATE-7 orders.phone looks like") and "Label it" in lines[0]
    assert lines[-1] == "1 errors, 1 warnings in 2 files."


def test_json_has_every_field(findings: list[Finding]) -> None:
    value = json.loads(FORMATS["json"](findings, FILES))
    assert value["summary"] == {"errors": 1, "warnings": 1, "files": 2}
    assert set(value["findings"][0]) == {"rule", "severity", "file", "line", "sentence", "way_out"}


def test_sarif_has_what_2_1_0_requires(findings: list[Finding]) -> None:
    value = json.loads(FORMATS["sarif"](findings, FILES))
    (run,) = value["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert value["version"] == "2.1.0" and run["tool"]["driver"]["name"] and [r["id"] for r in rules] == list(RULES)
    for result, finding in zip(run["results"], findings, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["level"] in ("error", "warning") and result["message"]["text"]
        assert place["artifactLocation"]["uri"] == "my%20data/c.yaml" and place["region"]["startLine"] == finding.line


def test_sarif_fingerprints_survive_a_moved_line(findings: list[Finding]) -> None:
    moved = [Finding(f.file, f.line + 5, f.rule, f.severity, f.sentence, f.way_out) for f in findings]
    prints = [[r["partialFingerprints"] for r in json.loads(FORMATS["sarif"](some, []))["runs"][0]["results"]]
              for some in (findings, moved)]  # fmt: skip
    assert prints[0] == prints[1]


def test_junit_counts_and_fails_errors_only(findings: list[Finding]) -> None:
    root = ElementTree.fromstring(FORMATS["junit"](findings, FILES).encode())  # noqa: S314
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    assert len(root.findall(".//failure")) == 1 and len(root.findall(".//system-out")) == 1
    assert [suite.get("name") for suite in root] == FILES and len(root.findall(".//testcase")) == 3


def test_every_rule_is_documented() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs/how-to/gate-a-dbt-project.md").read_text()
    assert [rule for rule in RULES if f"| {rule} |" not in text] == []
