"""What reading a foreign file finds: one shape for every standard. Pure: a page translates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "info"]
Path = tuple[str | int, ...]


def N_(text: str) -> str:
    """Mark a template for translation without translating it."""
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a file.

    ``path`` reads ``schema[0].properties[2].name``; ``line`` counts from 1 (0 when unknown); ``sentence`` is English,
    made from ``template % facts`` so that a page can translate the template.
    """

    path: str
    line: int
    rule_id: str
    sentence: str
    severity: Severity
    template: str = ""
    facts: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def is_error(self) -> bool:
        """Whether the file must not be imported before this is mended."""
        return self.severity == "error"


Rules = Mapping[str, tuple[Severity, str]]


def problem(
    rules: Rules, rule_id: str, path: Path, line: int, *, severity: Severity | None = None, **facts: object
) -> Problem:
    """Make the finding of one rule.

    Args:
        rules: rule id to (severity, template with ``%(name)s``).
        path: keys and list positions from the top of the file.
        line: 1-based line, 0 when unknown.
        severity: overrides the rule's own, where a version of the standard is milder.
        facts: values of the template; shortened to 160 characters each.
    """
    usual, template = rules[rule_id]
    short = {key: _short(value) for key, value in facts.items()}
    return Problem(dotted(path), line, rule_id, template % short, severity or usual, template, short)


def dotted(path: Path) -> str:
    """``("schema", 0, "name")`` as ``schema[0].name``; the whole file is the empty text."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else str(step))
    return text


def _short(value: object) -> object:
    if isinstance(value, int):
        return value
    text = " ".join(str(value).split())
    return text if len(text) <= 160 else text[:159] + "…"
