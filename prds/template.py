"""The PRD template: twenty sections with stable slugs (domain.md 2.1), in English and in Chinese.

A section is a level-2 heading that ends in its slug, ``## 3. Users [users]``; under it, as a quote, stands a hint.
Headings may be reworded or translated freely, the slug stays. Pure: no database, no Django.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from prds.prose import mask_fences

PREAMBLE = "preamble"  # what stands before the first section, kept so that nothing is lost
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class SectionSpec:
    """What the template knows of one section."""

    number: int
    slug: str
    required: bool
    headings: dict[str, str] = field(hash=False)
    hints: dict[str, str] = field(hash=False)

    def heading(self, language: str = "en") -> str:
        return self.headings.get(_two_letters(language), self.headings["en"])

    def hint(self, language: str = "en") -> str:
        return self.hints.get(_two_letters(language), self.hints["en"])


@dataclass(frozen=True)
class Section:
    """A section as written: `line` is where its body starts in the whole document (1-based)."""

    slug: str
    heading: str
    body: str
    order: int
    line: int = 1

    @property
    def own_body(self) -> str:
        """The body without the template's hints, in the same lines."""
        return without_hints(self.body)


def _two_letters(language: str) -> str:
    return language.lower().replace("_", "-").split("-")[0]


def _read_template() -> tuple[SectionSpec, ...]:
    rows = tomllib.loads(Path(__file__).with_name("template.toml").read_text(encoding="utf-8"))["section"]
    return tuple(
        SectionSpec(
            number,
            row["slug"],
            row["required"],
            {language: row[language]["heading"] for language in LANGUAGES},
            {language: row[language]["hint"] for language in LANGUAGES},
        )
        for number, row in enumerate(rows, start=1)
    )


SECTIONS: tuple[SectionSpec, ...] = _read_template()
SLUGS: tuple[str, ...] = tuple(spec.slug for spec in SECTIONS)
REQUIRED: tuple[str, ...] = tuple(spec.slug for spec in SECTIONS if spec.required)
_BY_SLUG = {spec.slug: spec for spec in SECTIONS}

_TITLE = re.compile(r"# +(\S[^\n]*)")
_HEADING = re.compile(r" {0,3}##[ \t]+(\S[^\n]*)")
_SLUG_AT_END = re.compile(r"\[([a-z][a-z0-9_-]{0,39})\]$")
_NUMBER_IN_FRONT = re.compile(r"\d{1,3}[.)、:]?\s*")
_NOT_SLUG = re.compile(r"[^\w]+")


def spec_of(slug: str) -> SectionSpec | None:
    """The template's section with this slug, or ``None`` for a section that authors added."""
    return _BY_SLUG.get(slug)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


_BY_HEADING = {_normal(text).casefold(): spec.slug for spec in SECTIONS for text in spec.headings.values()}
_HINTS = {_normal(hint) for spec in SECTIONS for hint in spec.hints.values()}


def without_hints(body: str) -> str:
    """The body with hint lines emptied. Only a quote line that equals a hint word for word counts as one."""
    lines = body.split("\n")
    return "\n".join(
        "" if line.lstrip().startswith(">") and _normal(line.lstrip()[1:]) in _HINTS else line for line in lines
    )


def template_markdown(title: str, language: str = "en") -> str:
    """The whole empty PRD, ready to be written in.

    Args:
        title: becomes the level-1 heading.
        language: ``en`` or ``zh`` (``zh-Hans`` too); anything else gives English.
    """
    return render_sections(title, [new_section(spec.slug, language) for spec in SECTIONS])


def new_section(slug: str, language: str = "en") -> Section:
    """An empty section of the template: its heading and its hint as a quote."""
    spec = _BY_SLUG[slug]
    return Section(slug, spec.heading(language), f"> {spec.hint(language)}\n", spec.number)


def render_sections(title: str, sections: Iterable[Section]) -> str:
    """Markdown from which `parse_sections` gives the same slugs, headings and bodies (outer blank lines apart)."""
    parts = [f"# {title}\n"] if title else []
    for section in sections:
        if section.slug == PREAMBLE:
            parts.append(f"{section.body.strip()}\n")
            continue
        spec = _BY_SLUG.get(section.slug)
        number = f"{spec.number}. " if spec else ""
        parts.append(f"## {number}{section.heading} [{section.slug}]\n\n{section.body.strip(chr(10))}\n")
    return "\n".join(parts)


def _heading_of(raw: str) -> tuple[str, str]:
    """Slug and text of a heading line: by its bracket, else by the template's words, else by its own words."""
    text = re.sub(r"(?<=\s)#+$", "", raw.rstrip()).rstrip()
    bracket = _SLUG_AT_END.search(text)
    text = text[: bracket.start()].rstrip() if bracket else text
    text = _NUMBER_IN_FRONT.sub("", text, count=1) if _NUMBER_IN_FRONT.match(text) else text
    if bracket:
        return bracket.group(1), text
    known = _BY_HEADING.get(_normal(text).casefold())
    return known or _NOT_SLUG.sub("-", text.casefold()).strip("-")[:40] or "section", text


def title_of(markdown: str) -> str:
    """The level-1 heading, or an empty text."""
    for line in mask_fences(markdown).split("\n"):
        match = _TITLE.match(line)
        if match:
            return match.group(1).strip()
    return ""


def parse_sections(markdown: str) -> list[Section]:
    """Cut a document at its level-2 headings; headings inside fenced code do not count.

    Args:
        markdown: the whole document, with ``\\n``, ``\\r\\n`` or ``\\r`` line breaks.

    Returns:
        Sections in the order in which they stand. Text before the first heading becomes the section `PREAMBLE`
        when it holds more than the title. A slug that comes twice gets ``-2``, ``-3`` …
    """
    text = markdown.replace("\r\n", "\n").replace("\r", "\n")
    lines, masked = text.split("\n"), mask_fences(text).split("\n")
    starts = [(at, match.group(1)) for at, line in enumerate(masked) if (match := _HEADING.match(line))]
    found: list[Section] = []
    head = lines[: starts[0][0]] if starts else lines
    title_at = next((at for at, line in enumerate(masked[: len(head)]) if _TITLE.match(line)), None)
    head = ["" if at == title_at else line for at, line in enumerate(head)]
    if any(line.strip() for line in head):
        found.append(Section(PREAMBLE, "", "\n".join(head).strip("\n") + "\n", 0, 1 + _leading_blank(head)))
    seen: dict[str, int] = {}
    for order, (at, raw) in enumerate(starts, start=1):
        slug, heading = _heading_of(raw)
        seen[slug] = seen.get(slug, 0) + 1
        slug = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
        body = lines[at + 1 : starts[order][0] if order < len(starts) else len(lines)]
        line = at + 2 + _leading_blank(body)
        found.append(Section(slug, heading, ("\n".join(body).strip("\n") + "\n").lstrip("\n"), order, line))
    return found


def _leading_blank(lines: list[str]) -> int:
    """How many lines `strip` removes in front."""
    return next((at for at, line in enumerate(lines) if line != ""), 0)


def section_hash(body: str) -> str:
    """SHA-256 of a body in which runs of white space count as one space: the thing an approval is bound to.

    Re-wrapping lines or saving without a change leaves it as it is; changing a word, a number or a sign does not.
    """
    return hashlib.sha256(_normal(body).encode()).hexdigest()


def content_hash(sections: Iterable[Section]) -> str:
    """SHA-256 over slug, heading and `section_hash` of all sections in order: the identity of a version's content."""
    digest = hashlib.sha256()
    for section in sections:
        digest.update(f"{section.slug}\0{_normal(section.heading)}\0{section_hash(section.body)}\n".encode())
    return digest.hexdigest()
