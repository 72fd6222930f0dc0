"""Reads the keys of one object into the fields of a record, forgiving shapes and saying so."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from exchange.odcs.mapping import KNOWN_EXTRAS, LIBRARY_METRICS, Key, keys_of
from exchange.odcs.rules import RULES
from exchange.odcs.strict import Document
from exchange.problems import Path, Problem, problem

_TRUE, _FALSE = {"true", "yes", "y"}, {"false", "no", "n"}


class Findings:
    """Collects findings with the line of their path."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = list(document.problems)

    def add(self, rule_id: str, path: Path, **facts: Any) -> None:
        """Add a finding; ``severity=`` overrides the rule's own."""
        self.found.append(problem(RULES, rule_id, path, self.document.line_of(path), **facts))


def read_fields(
    raw: Mapping[str, Any], path: Path, table: tuple[Key, ...], version: str, findings: Findings
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the known keys of an object.

    Args:
        raw: the object as loaded.
        path: where it stands.
        table: its keys.
        version: version of the standard, which decides the names.
        findings: where wrong shapes are reported; a wrong shape is kept in the rest.

    Returns:
        ``(fields, rest)``: attribute to value for our record, and what is left over.
    """
    fields: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    known = keys_of(table, version)
    for name, value in raw.items():
        key = known.get(name)
        if key is None:
            rest[name] = value
            continue
        where = (*path, name)
        if value is None and key.shape != "any":
            findings.add("ODCS-25", where, key=name)
            continue
        fits, read = _read(value, where, key, findings)
        if fits:
            fields[key.attribute] = modern_quality(read) if key.attribute == "quality" else read
        else:
            rest[name] = value
    return fields, rest


def modern_quality(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    """Quality rules in the words of 3.1: a library check names its ``metric``, which 3.0 called ``rule``."""
    return tuple(
        {("metric" if key == "rule" else key): value for key, value in entry.items()}
        if entry.get("rule") in LIBRARY_METRICS and "metric" not in entry
        else entry
        for entry in entries
    )


def report_unknown(kind: str, keys: Iterable[str], known: set[str], path: Path, findings: Findings) -> None:
    """Report keys that no version of the standard knows, with the nearest known one."""
    allowed = known | KNOWN_EXTRAS.get(kind, frozenset())
    for name in keys:
        if name in allowed:
            continue
        near = near_key(name, allowed)
        if near:
            findings.add("ODCS-7", (*path, name), key=name, near=near)
        else:
            findings.add("ODCS-6", (*path, name), key=name)


def near_key(name: str, allowed: Iterable[str]) -> str:
    """The known key that a typing mistake probably meant, or the empty text."""
    folded = {word.lower(): word for word in allowed}
    matches = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.8)
    return folded[matches[0]] if matches else ""


def objects(value: Any, path: Path, findings: Findings) -> list[tuple[Path, Mapping[str, Any]]]:
    """The objects of a list with their paths; anything else is reported and left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        findings.add("ODCS-5", path, key=str(path[-1]), wanted="a list")
        return []
    found: list[tuple[Path, Mapping[str, Any]]] = []
    for position, entry in enumerate(value):
        if isinstance(entry, dict):
            found.append(((*path, position), entry))
        else:
            findings.add("ODCS-5", (*path, position), key=f"{path[-1]}[{position}]", wanted="an object")
    return found


def _read(value: Any, path: Path, key: Key, findings: Findings) -> tuple[bool, Any]:
    if key.shape == "any":
        return True, value
    if key.shape in ("text", "bool", "int"):
        return _read_scalar(value, path, key, findings)
    if key.shape == "object":
        return _wanted((isinstance(value, dict), value), path, key, findings, "an object")
    if not isinstance(value, list):
        if key.shape == "texts" and isinstance(value, (str, int, float)):
            findings.add("ODCS-5", path, key=key.key, wanted="a list", severity="warning")
            return True, (findings.document.text_of(path) or str(value),)
        return _wanted((False, value), path, key, findings, "a list")
    if key.shape == "values":
        return True, tuple(value)
    if key.shape == "objects":
        good = all(isinstance(entry, dict) for entry in value)
        return _wanted((good, tuple(value)), path, key, findings, "a list of objects")
    texts = [_text_of(entry, (*path, position), findings) for position, entry in enumerate(value)]
    good = all(text is not None for text in texts)
    return _wanted((good, tuple(texts)), path, key, findings, "a list of texts")


def _read_scalar(value: Any, path: Path, key: Key, findings: Findings) -> tuple[bool, Any]:
    if key.shape == "text":
        text = _text_of(value, path, findings)
        return _wanted((text is not None, text), path, key, findings, "text")
    if key.shape == "int":
        good = isinstance(value, int) and not isinstance(value, bool)
        if not good and isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 10:
            findings.add("ODCS-5", path, key=key.key, wanted="a whole number", severity="warning")
            return True, int(value)
        return _wanted((good, value), path, key, findings, "a whole number")
    if isinstance(value, bool):
        return True, value
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        findings.add("ODCS-5", path, key=key.key, wanted="true or false", severity="warning")
        return True, word in _TRUE
    return _wanted((False, value), path, key, findings, "true or false")


def _text_of(value: Any, path: Path, findings: Findings) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return findings.document.text_of(path) or str(value)
    return None


def _wanted(answer: tuple[bool, Any], path: Path, key: Key, findings: Findings, wanted: str) -> tuple[bool, Any]:
    if not answer[0]:
        findings.add("ODCS-5", path, key=key.key, wanted=wanted)
    return answer
