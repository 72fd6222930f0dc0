"""One document under the lint: its sentences, prepared once, with what the rules ask of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from guard.levels import high_water
from prds.lint.facts import Document, Facts
from prds.lint.wordlists import Words
from prds.prose import items, sentences
from prds.references import Reference, mask_references
from prds.template import Section

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?!\d)"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2} ?月(?: ?\d{1,2} ?日|底|初|中)?"
    rf"|\b(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTH})(?: \d{{1,2}}(?:st|nd|rd|th)?\b(?!:))?(?:,? \d{{4}}\b)?"
    r"|\b(?:\d{1,2} May|May \d{1,4})\b|\bQ[1-4](?:[ /-]?\d{4})?\b|\b\d{4}[ -]?Q[1-4]\b|第?[一二三四]季度"
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(?<![A-Za-z]-)\d[\d,]*(?:\.\d+)?")
_NUMBER_WORD = re.compile(
    r"(?i:\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|half)\b"
    r"|\bone (?:second|minute|hour|day|week|month|quarter|year|in)\b)"
    r"|[一二两三四五六七八九十百千万]{1,6}(?:个|天|周|月|年|小时|分钟|秒|人|倍|次|成|条|家)"
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One sentence of one section. `raw` still holds its references, `text` has them blanked."""

    section: str
    text: str
    raw: str
    line: int
    quoted: bool
    block: int

    @property
    def has_reference(self) -> bool:
        return "{{" in self.raw


def find_dates(text: str) -> list[str]:
    return [found.group() for found in _DATE.finditer(text)]


def without_dates(text: str) -> str:
    return _DATE.sub(lambda found: " " * len(found.group()), text)


def has_number(text: str) -> bool:
    """Whether a quantity stands in the text: a date, a version or a code such as D30 is none."""
    rest = without_dates(text)
    return bool(_NUMBER.search(rest) or _NUMBER_WORD.search(rest))


class Case:
    """What a rule is given."""

    def __init__(self, document: Document, facts: Facts, words: Words) -> None:
        self.document, self.facts, self.words = document, facts, words
        self._said: dict[tuple[str, bool], list[Said]] = {}

    @cached_property
    def sections(self) -> dict[str, Section]:
        return {section.slug: section for section in self.document.sections}

    def own(self, slug: str) -> str:
        """The author's words of a section, hints left out; empty when there is no such section."""
        section = self.sections.get(slug)
        return section.own_body if section else ""

    def line_of(self, slug: str) -> int:
        return self.sections[slug].line if slug in self.sections else 1

    def says_something(self, slug: str) -> bool:
        """Whether any word stands there: dashes, points and empty bullets say nothing."""
        return any(letter.isalnum() for letter in self.own(slug))

    def _read(self, slug: str, whole_items: bool) -> list[Said]:
        key = (slug, whole_items)
        if key not in self._said:
            first = self.line_of(slug) - 1
            cut = items if whole_items else sentences
            self._said[key] = [
                Said(slug, mask_references(one.text), one.text, first + one.line, one.quoted, one.block)
                for one in cut(self.own(slug))
                if not one.text.startswith("#")
            ]
        return self._said[key]

    def said(self, *slugs: str, quotes: bool = True) -> Iterator[Said]:
        """The sentences of sections, in the order given. Without `quotes`, words of others (``> …``) are left out."""
        for slug in slugs:
            yield from (one for one in self._read(slug, False) if quotes or not one.quoted)

    def items(self, slug: str) -> list[Said]:
        """List items and paragraphs of a section, each whole."""
        return self._read(slug, True)

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.sections)

    def refers(self, kind: str, role: str = "") -> list[Reference]:
        """References of a kind (and role), the first to each target only."""
        found: dict[str, Reference] = {}
        for reference in self.document.references:
            if reference.kind == kind and (not role or reference.role == role):
                found.setdefault(reference.target, reference)
        return list(found.values())

    def first(self, name: str, *slugs: str, denied: bool = False) -> Said | None:
        """The first sentence that says (and, unless `denied`, does not deny) a word of a list."""
        test = self.words.has if denied else self.words.means
        return next((one for one in self.said(*slugs) if test(name, one.text)), None)

    def says(self, name: str, *slugs: str) -> bool:
        """Whether a word of a list stands in any of the sections, denied or not."""
        return self.first(name, *slugs, denied=True) is not None

    @cached_property
    def level(self) -> int | None:
        """The computed high water: what the facts say, else the highest column that is read; unknown is strict."""
        ranks: list[int | None] = [] if self.facts.high_water is None else [self.facts.high_water]
        for reference in self.refers("dataset"):
            dataset = self.facts.datasets.get(reference.target)
            if dataset:
                ranks += dataset.read_columns(reference.columns).values()
        return high_water(ranks) if ranks else None
