"""Findings as text, JSON, SARIF 2.1.0 and JUnit XML."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from exchange.gate.model import Finding
from exchange.gate.words import RULES

Writer = Callable[[Sequence[Finding], Sequence[str]], str]
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def counts(findings: Sequence[Finding], files: Sequence[str]) -> dict[str, int]:
    """How many errors, warnings and files."""
    errors = sum(one.is_error for one in findings)
    return {"errors": errors, "warnings": len(findings) - errors, "files": len(files)}


def as_text(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """One line a finding: file:line: severity rule sentence, and the way out."""
    lines = [f"{f.file}:{f.line}: {f.severity} {f.rule} {f.sentence} {f.way_out}" for f in findings]
    total = counts(findings, files)
    lines.append(f"{total['errors']} errors, {total['warnings']} warnings in {total['files']} files.")
    return "\n".join(lines) + "\n"


def as_json(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """An object with summary, files and findings."""
    rows = [
        {"rule": f.rule, "severity": f.severity, "file": f.file, "line": f.line, "sentence": f.sentence,
         "way_out": f.way_out}
        for f in findings
    ]  # fmt: skip
    value = {"version": 1, "summary": counts(findings, files), "files": list(files), "findings": rows}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def as_sarif(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """SARIF 2.1.0 (OASIS), one run; paths relative to the folder in which the gate was called."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "help": {"text": rule.way_out},
            "defaultConfiguration": {"level": "warning" if rule.mild else "error"},
        }
        for rule in RULES.values()
    ]
    place = {rule: number for number, rule in enumerate(RULES)}
    run = {
        "tool": {"driver": {"name": "Throughline govern check", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(file)} for file in files],
        "results": [_result(finding, place) for finding in findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _result(finding: Finding, place: Mapping[str, int]) -> dict[str, Any]:
    mark = hashlib.sha256(f"{finding.rule}\0{finding.file}\0{finding.sentence}".encode()).hexdigest()
    return {
        "ruleId": finding.rule,
        "ruleIndex": place[finding.rule],
        "level": finding.severity,
        "message": {"text": f"{finding.sentence} {finding.way_out}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": _location(finding.file), "region": {"startLine": finding.line}}}
        ],
        "partialFingerprints": {"finding/v1": mark},
    }


def _location(file: str) -> dict[str, str]:
    path = Path(file)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def as_junit(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """JUnit XML: one suite a file, one case a finding; errors fail, warnings are told in system-out."""
    total = counts(findings, files)
    names = dict.fromkeys([*files, *(finding.file for finding in findings)])
    suites = [_suite(name, [finding for finding in findings if finding.file == name]) for name in names]
    tests = sum(max(sum(f.file == name for f in findings), 1) for name in names)
    head = f'<testsuites name="govern check" tests="{tests}" failures="{total["errors"]}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(name: str, findings: Sequence[Finding]) -> str:
    failures = sum(one.is_error for one in findings)
    head = f'<testsuite name={_attr(name)} tests="{max(len(findings), 1)}" failures="{failures}" errors="0">'
    cases = [_case(finding) for finding in findings] or [f'<testcase name="no findings" classname={_attr(name)}/>']
    return "\n".join([head, *cases, "</testsuite>"])


def _case(finding: Finding) -> str:
    head = f"<testcase name={_attr(f'{finding.rule} line {finding.line}')} classname={_attr(finding.file)}>"
    text = escape(_legal(f"{finding.file}:{finding.line}: {finding.sentence} {finding.way_out}"))
    if finding.is_error:
        body = f"<failure type={_attr(finding.rule)} message={_attr(finding.sentence)}>{text}</failure>"
    else:
        body = f"<system-out>{text}</system-out>"
    return f"{head}{body}</testcase>"


def _legal(text: str) -> str:
    return _NOT_XML.sub("?", text)


def _attr(text: str) -> str:
    return quoteattr(_legal(text))


FORMATS: dict[str, Writer] = {"text": as_text, "json": as_json, "sarif": as_sarif, "junit": as_junit}
