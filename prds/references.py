"""References in a PRD: ``{{metric:code@1.0.0 role=success}}`` and its sisters, read with clear refusals.

Pure and linear. What stands in code spans or fenced code is an example and never refers to anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from prds.prose import blank, mask_code
from prds.template import Section

KINDS = ("metric", "dataset", "insight", "request", "event", "experiment")
DEFAULT_ROLES = {
    "metric": "input", "dataset": "source", "insight": "evidence",
    "request": "evidence", "event": "source", "experiment": "evidence",
}  # fmt: skip
ROLES = {
    "metric": ("success", "guardrail", "input", "evidence"),
    "dataset": ("source", "evidence"),
    "insight": ("evidence",),
    "request": ("evidence",),
    "event": ("source", "evidence"),
    "experiment": ("evidence",),
}
LONGEST = 400  # characters between the braces
MOST_FAULTS = 100  # malformed references that are told; a text with more is no PRD

_KEY = r"[A-Z]{2,4}-[A-Z]{0,2}\d{1,9}"
_NAME = r"[^\W\d]\w{0,99}"
_TARGETS = {
    "metric": re.compile(rf"{_KEY}|{_NAME}"),
    "dataset": re.compile(r"[\w$\"`][\w$.\-\"`/]{0,254}"),
    "insight": re.compile(_KEY),
    "request": re.compile(_KEY),
    "event": re.compile(rf"{_KEY}|{_NAME}"),
    "experiment": re.compile(_KEY),
}
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}")
_COLUMN = re.compile(r"[^\W\d][\w$]{0,127}")
_OPTION_GAP = re.compile(r"\s*([=,])\s*")


@dataclass(frozen=True)
class Reference:
    """One reference. `start` and `end` are offsets in the text given, `line` is 1-based in the document.

    `columns` empty means the whole dataset.
    """

    kind: str
    target: str
    pinned_version: str = ""
    role: str = ""
    columns: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    line: int = 1
    section: str = ""

    @property
    def pinned_model(self) -> int | None:
        """The model number of the pinned version, or ``None`` when nothing is pinned."""
        return int(self.pinned_version.split(".")[0]) if self.pinned_version else None

    def __str__(self) -> str:
        pin = f"@{self.pinned_version}" if self.pinned_version else ""
        columns = f" columns={','.join(self.columns)}" if self.columns else ""
        role = f" role={self.role}" if self.role and self.role != DEFAULT_ROLES.get(self.kind) else ""
        return f"{{{{{self.kind}:{self.target}{pin}{columns}{role}}}}}"


@dataclass(frozen=True)
class Malformed:
    """A text between double braces that is no reference, and why."""

    text: str
    sentence: str
    start: int = 0
    end: int = 0
    line: int = 1
    section: str = ""


@dataclass(frozen=True)
class Parsed:
    references: tuple[Reference, ...] = ()
    malformed: tuple[Malformed, ...] = ()


class _Wrong(Exception):
    """Carries the sentence from where the fault is seen to where its place is known."""


def _read_options(kind: str, words: list[str]) -> tuple[str, tuple[str, ...]]:
    """Role and columns from the words after the target."""
    role, seen = DEFAULT_ROLES[kind], set[str]()
    columns: tuple[str, ...] = ()
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise _Wrong(_("“%(word)s” is not an option; write role=… or columns=….") % {"word": word})
        if name in seen:
            raise _Wrong(_("The option “%(name)s” is given twice.") % {"name": name})
        seen.add(name)
        if name == "role":
            role = _read_role(kind, value)
        elif name == "columns" and kind == "dataset":
            columns = _read_columns(value)
        elif name == "columns":
            raise _Wrong(_("Only a dataset has columns."))
        else:
            raise _Wrong(_("There is no option “%(name)s”; use role or columns.") % {"name": name})
    return role, columns


def _read_role(kind: str, value: str) -> str:
    if value in ROLES[kind]:
        return value
    raise _Wrong(
        _("“%(role)s” is not a role of a %(kind)s; use %(roles)s.")
        % {"role": value, "kind": kind, "roles": ", ".join(ROLES[kind])}
    )


def _read_columns(value: str) -> tuple[str, ...]:
    names = value.split(",")
    for name in names:
        if not _COLUMN.fullmatch(name):
            raise _Wrong(_("“%(name)s” is not the name of a column.") % {"name": name})
    return tuple(dict.fromkeys(names))


def _read(inner: str) -> Reference:
    """One reference from the text between the braces."""
    kind, colon, rest = inner.strip().partition(":")
    kind = kind.strip().lower()
    if not colon or kind not in KINDS:
        raise _Wrong(
            _("A reference starts with one of %(kinds)s and a colon. Put examples in backticks.")
            % {"kinds": ", ".join(KINDS)}
        )
    words = _OPTION_GAP.sub(r"\1", rest.strip()).split()
    if not words:
        raise _Wrong(_("The reference names nothing after the colon."))
    target, at_sign, version = words[0].partition("@")
    if not _TARGETS[kind].fullmatch(target):
        raise _Wrong(_("“%(target)s” cannot be the name of a %(kind)s.") % {"target": target, "kind": kind})
    if at_sign and kind != "metric":
        raise _Wrong(_("Only a metric can be pinned to a version."))
    if at_sign and not _VERSION.fullmatch(version):
        raise _Wrong(_("“%(version)s” is not a version; write it as 1.0.0.") % {"version": version})
    role, columns = _read_options(kind, words[1:])
    return Reference(kind, target, version, role, columns)


def parse_references(markdown: str, *, section: str = "", first_line: int = 1) -> Parsed:
    """All references of a text, and all double braces that are none.

    Args:
        markdown: a section's body or a whole document.
        section: slug noted on each result.
        first_line: line number of the text's first line in the document.

    Returns:
        `Parsed`, both parts in the order of the text.
    """
    masked = mask_code(markdown)
    good: list[Reference] = []
    bad: list[Malformed] = []
    at, line, counted = 0, first_line, 0
    while (start := masked.find("{{", at)) >= 0:
        line, counted = line + masked.count("\n", counted, start), start
        close = masked.find("}}", start, start + LONGEST + 4)
        end = close + 2 if close >= 0 else min(start + 2, len(masked))
        place: dict[str, Any] = {"start": start, "end": end, "line": line, "section": section}
        try:
            if close < 0:
                raise _Wrong(_("The reference has no closing braces."))
            good.append(replace(_read(masked[start + 2 : close]), **place))
        except _Wrong as wrong:
            if len(bad) == MOST_FAULTS:
                break
            shown = markdown[start : end if close >= 0 else start + 40].split("\n", maxsplit=1)[0]
            bad.append(Malformed(shown, str(wrong), **place))
        at = end
    return Parsed(tuple(good), tuple(bad))


def references_of(sections: Iterable[Section]) -> Parsed:
    """The references of all sections, each with its section's slug and its line in the document."""
    parts = [parse_references(part.body, section=part.slug, first_line=part.line) for part in sections]
    return Parsed(tuple(r for p in parts for r in p.references), tuple(m for p in parts for m in p.malformed))


def mask_references(markdown: str) -> str:
    """The text with references blanked: their codes and versions are no words and no numbers of the author."""
    out, at = [], 0
    while (start := markdown.find("{{", at)) >= 0:
        close = markdown.find("}}", start, start + LONGEST + 4)
        if close < 0:
            break
        out += [markdown[at:start], blank(markdown[start : close + 2])]
        at = close + 2
    return "".join([*out, markdown[at:]])
