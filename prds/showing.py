"""A PRD's text as one reader sees it: references become chips, a hidden thing becomes "1 restricted item"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guard.doors import grades_of
from guard.kinds import url_of
from guard.models import Thing
from guard.policy import EXISTS, READ
from prds.models import PrdReference, PrdSection
from prds.references import parse_references

# What `web.markdown.render` leaves of a reference: braces are plain text to it.
_REFERENCE = re.compile(r"\{\{([^{}<>]{1,400})\}\}")


@dataclass(frozen=True)
class Shown:
    """One section ready to draw."""

    slug: str
    heading: str
    html: SafeString
    is_empty: bool
    body_md: str


def shown_sections(sections: Sequence[PrdSection], references: Sequence[PrdReference], actor: Any) -> list[Shown]:
    """The sections with their references drawn for one reader; nothing is rendered here, only chips are put in."""
    things = {r.thing_id: r.thing for r in references if r.thing is not None}
    grades = grades_of(actor, things.values())
    chips = {_name(r.kind, r.target): _chip(r, things.get(r.thing_id or 0), grades) for r in references}

    def draw(match: re.Match[str]) -> str:
        parsed = parse_references("{{" + match.group(1).replace("&quot;", '"') + "}}").references
        return (
            str(chips.get(_name(parsed[0].kind, parsed[0].target), escape(match.group(0))))
            if parsed
            else match.group(0)
        )

    return [
        Shown(
            section.slug, section.heading, SafeString(_REFERENCE.sub(draw, section.body_html)),
            not section.body_html.strip(), section.body_md,
        )
        for section in sections
    ]  # fmt: skip


def _name(kind: str, target: str) -> tuple[str, str]:
    return kind, target.lower()


def _chip(reference: PrdReference, thing: Thing | None, grades: dict[int, int]) -> SafeString:
    if thing is not None and grades[thing.pk] >= READ:
        words = thing.title if not reference.pinned else f"{thing.title} {reference.pinned}"
        return format_html('<a class="ref" href="{}">{}</a>', url_of(thing), words)
    if thing is not None and grades[thing.pk] >= EXISTS:
        return format_html('<span class="ref bad">{}</span>', _("1 restricted item"))
    if reference.thing_id is not None:
        return format_html('<span class="ref bad">{}</span>', _("not for you"))
    return format_html('<span class="ref bad">{} — {}</span>', reference.target, _("not found"))


@dataclass(frozen=True)
class Change:
    """One section of a comparison: lines with + - or a space in front."""

    heading: str
    lines: Sequence[tuple[str, str]]


def compared(old: Sequence[PrdSection], new: Sequence[PrdSection]) -> list[Change]:
    """What changed between two versions, section by section; unchanged ones are left out."""
    before = {section.slug: section for section in old}
    found = []
    for section in new:
        was = before.pop(section.slug, None)
        if was is None or was.section_sha256 != section.section_sha256:
            found.append(Change(section.heading, _lines(was.body_md if was else "", section.body_md)))
    found += [Change(section.heading, _lines(section.body_md, "")) for section in before.values()]
    return found


def _lines(old: str, new: str) -> list[tuple[str, str]]:
    rows = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    return [(row[:1], row[1:]) for row in rows if not row.startswith(("---", "+++", "@@"))]
