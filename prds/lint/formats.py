"""Findings as text for people, as JSON for programs, as SARIF 2.1.0 for code review. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from prds.lint.registry import ERROR, INFO, RULES, SEVERITIES, WARNING, LintFinding

_LETTERS = {ERROR: "E", WARNING: "W", INFO: "I"}
_SARIF_LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note"}
_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FORMATS = ("text", "json", "sarif")


def counts_of(findings: Sequence[LintFinding]) -> dict[str, int]:
    """How many findings of each severity; all three are always there."""
    counted = Counter(one.severity for one in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def as_text(findings: Sequence[LintFinding], source: str = "") -> str:
    """One finding on two lines, the way compilers write them, and a last line with the counts."""
    lines = []
    for one in findings:
        place = f"{source}:{one.line}" if source else str(one.line)
        section = f" [{one.section}]" if one.section else ""
        lines.append(f"{place}: {_LETTERS[one.severity]} {one.rule_id}{section} {one.message}")
        if one.excerpt:
            lines.append(f"    > {one.excerpt}")
        lines.append(f"    {one.hint}")
    counts = counts_of(findings)
    lines.append(_("%(error)d errors, %(warning)d warnings, %(info)d notes") % counts)
    return "\n".join(lines) + "\n"


def as_json(findings: Sequence[LintFinding], source: str = "") -> str:
    """``{"source", "counts", "findings"}``; each finding with all its fields."""
    body = {"source": source, "counts": counts_of(findings), "findings": [one.as_dict() for one in findings]}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def fingerprint_of(finding: LintFinding) -> str:
    """What stays the same when lines move: the rule, the section and the words."""
    words = "\0".join((finding.rule_id, finding.section, finding.subject, finding.excerpt or finding.message))
    return hashlib.sha256(words.encode()).hexdigest()


def _sarif_rule(rule_id: str) -> dict[str, Any]:
    one = RULES[rule_id]
    return {
        "id": one.id,
        "shortDescription": {"text": str(one.title)},
        "fullDescription": {"text": str(one.why)},
        "help": {"text": str(one.hint)},
        "defaultConfiguration": {"level": _SARIF_LEVELS[one.severity]},
        "properties": {"law": one.is_law},
    }


def _sarif_result(finding: LintFinding, index: int, source: str) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": max(1, finding.line)}
    if finding.excerpt:
        region["snippet"] = {"text": finding.excerpt}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": source or "prd.md"}, "region": region},
    }
    if finding.section:
        location["logicalLocations"] = [{"name": finding.section, "kind": "module"}]
    return {
        "ruleId": finding.rule_id,
        "ruleIndex": index,
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.hint}"},
        "locations": [location],
        "partialFingerprints": {"throughline/v1": fingerprint_of(finding)},
    }


def as_sarif(findings: Sequence[LintFinding], source: str = "", version: str = "0.1.0") -> str:
    """A SARIF 2.1.0 log with one run; every rule is described, whether it fired or not."""
    ids = sorted(RULES)
    place = {rule_id: index for index, rule_id in enumerate(ids)}
    run = {
        "tool": {
            "driver": {"name": "throughline-prd-lint", "version": version, "rules": [_sarif_rule(one) for one in ids]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one, place[one.rule_id], source) for one in findings],
    }
    return (
        json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"
    )


def render(findings: Sequence[LintFinding], style: str, source: str = "") -> str:
    """Findings in one of `FORMATS`.

    Raises:
        ValueError: for another style.
    """
    writers = {"text": as_text, "json": as_json, "sarif": as_sarif}
    if style not in writers:
        raise ValueError(style)
    return writers[style](findings, source)
