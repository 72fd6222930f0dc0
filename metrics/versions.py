"""Versions model.revision.addition, computed from what changed (domain.md 1.2 "Version rule"). Pure.

MODEL: the same data can give another number. REVISION: history may differ in part. ADDITION: another way to look at
or to talk about the same number. A person may raise the kind and never lower it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.utils.translation import gettext as _

from metrics.definition import Definition, folded
from metrics.fingerprint import model_part, revision_part

FIRST = "1.0.0"
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class Kind(IntEnum):
    """Kinds of change, ordered by weight."""

    NONE = 0
    ADDITION = 1
    REVISION = 2
    MODEL = 3

    @property
    def code(self) -> str:
        return self.name.lower()


class VersionError(ValueError):
    """A version that cannot be read, or a kind that a person tried to lower."""


@dataclass(frozen=True)
class Reason:
    """One field that changed: its kind on its own, and its canonical form before and after."""

    field: str
    kind: Kind
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What a diff comes to: the heaviest of its reasons."""

    kind: Kind
    reasons: tuple[Reason, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(reason.field for reason in self.reasons)


def _words(definition: Definition) -> dict[str, Any]:
    """What may be said of a number without touching it."""
    return {
        "display_name": definition.display_name.strip(),
        "caliber": " ".join(definition.caliber.split()),
        "synonyms": folded(definition.synonyms),
        "dialects": {name: " ".join(text.split()) for name, text in sorted(definition.extra_expressions.items())},
        "additivity": [definition.additivity, folded(definition.non_additive_dimensions)],
    }


def _differences(kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Reason]:
    fields = dict.fromkeys([*old, *new])
    return [Reason(name, kind, old.get(name), new.get(name)) for name in fields if old.get(name) != new.get(name)]


def _dimension_reasons(old: Definition, new: Definition) -> list[Reason]:
    """A new dimension adds a view; a dimension taken away breaks those who slice by it, so history may differ."""
    before, after = folded(old.dimensions), folded(new.dimensions)
    if before == after:
        return []
    lost = set(before) - set(after)
    return [Reason("dimensions", Kind.REVISION if lost else Kind.ADDITION, before, after)]


def change_kind(
    old: Definition,
    new: Definition,
    *,
    old_inputs: Mapping[str, str] | None = None,
    new_inputs: Mapping[str, str] | None = None,
) -> Change:
    """Compare two definitions by meaning.

    Args:
        old, new: definitions before and after.
        old_inputs, new_inputs: fingerprints of the inputs by code, then and now; `new_inputs` defaults to the old.

    Returns:
        The `Change`; its kind is ``NONE`` for a rewrite that says the same.

    Raises:
        DefinitionError: when either cannot be understood.
    """
    now = new_inputs if new_inputs is not None else old_inputs
    reasons = [
        *_differences(Kind.MODEL, model_part(old, old_inputs), model_part(new, now)),
        *_differences(Kind.REVISION, revision_part(old), revision_part(new)),
        *_dimension_reasons(old, new),
        *_differences(Kind.ADDITION, _words(old), _words(new)),
    ]
    return Change(max((reason.kind for reason in reasons), default=Kind.NONE), tuple(reasons))


def parse_version(text: str) -> tuple[int, int, int]:
    """Model, revision, addition as numbers.

    Raises:
        VersionError: for anything but three numbers and two points.
    """
    match = _VERSION.fullmatch(text)
    if not match:
        raise VersionError(_("“%(version)s” is not a version; write it as 1.0.0.") % {"version": text})
    return int(match.group(1)), int(match.group(2)), int(match.group(3))


def model_of(version: str) -> int:
    """The model number: what a PRD or a decision is pinned to."""
    return parse_version(version)[0]


def parse_kind(word: str) -> Kind:
    """A kind by its code, as forms and the API write it."""
    try:
        return Kind[word.strip().upper()]
    except KeyError as fault:
        raise VersionError(_("“%(kind)s” is no kind of change.") % {"kind": word}) from fault


def next_version(current: str, kind: Kind, raised: Kind | None = None) -> str:
    """The version after a change.

    Args:
        current: the version now, or empty for a metric without one, which gets `FIRST`.
        kind: what `change_kind` computed.
        raised: what a person asks for; at least `kind`.

    Raises:
        VersionError: when `raised` is lower than `kind`.
    """
    if raised is not None and raised < kind:
        raise VersionError(
            _("This is a change of the kind %(kind)s; it may be raised and never lowered.") % {"kind": kind.code}
        )
    if not current:
        return FIRST
    model, revision, addition = parse_version(current)
    counts = {
        Kind.NONE: (model, revision, addition),
        Kind.ADDITION: (model, revision, addition + 1),
        Kind.REVISION: (model, revision + 1, 0),
        Kind.MODEL: (model + 1, 0, 0),
    }
    return ".".join(str(number) for number in counts[raised if raised is not None else kind])
