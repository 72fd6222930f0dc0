"""Reading Markdown as prose: what is code, what is a quote, where sentences begin. Pure, linear in the text.

Every function keeps line numbers: a masked text has the length and the line breaks of the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKS = re.compile(r"`+")
_BULLET = re.compile(r"\s{0,12}(?:[-*+]|\d{1,3}[.)、])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。！？；])")
_BLANKABLE = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Sentence:
    """One sentence: its text on one line, the line where it starts (1-based), whether it is a quote of somebody."""

    text: str
    line: int
    quoted: bool = False
    block: int = 0  # number of the paragraph or list item to which it belongs


def blank(text: str) -> str:
    """The same length and line breaks, with nothing in between."""
    return _BLANKABLE.sub(" ", text)


def mask_fences(markdown: str) -> str:
    """Blank out fenced code (``` and ~~~), unclosed fences to the end, as CommonMark reads them."""
    out, fence = [], ""
    for line in markdown.split("\n"):
        match = _FENCE.match(line)
        marker = match.group(1) if match else ""
        if fence:
            closes = marker[:1] == fence[0] and len(marker) >= len(fence) and not line.strip().strip(fence[0])
            fence = "" if closes else fence
            out.append(blank(line))
        elif marker and not (marker[0] == "`" and "`" in line[match.end() :]):  # type: ignore[union-attr]
            fence = marker
            out.append(blank(line))
        else:
            out.append(line)
    return "\n".join(out)


def _mask_spans(block: str) -> str:
    """Blank out `code spans`: a run of backticks closes at the next run of the same length."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(block)]
    if len(runs) < 2:
        return block
    by_length: dict[int, list[int]] = defaultdict(list)
    for index in range(len(runs) - 1, -1, -1):
        by_length[runs[index][1] - runs[index][0]].append(index)  # ends with the earliest: popped from the end
    parts, at, index = [], 0, 0
    while index < len(runs):
        start, end = runs[index]
        waiting = by_length[end - start]
        while waiting and waiting[-1] <= index:
            waiting.pop()
        if waiting:
            closing = waiting.pop()
            parts += [block[at:start], blank(block[start : runs[closing][1]])]
            at, index = runs[closing][1], closing
        index += 1
    return "".join([*parts, block[at:]])


def mask_code(markdown: str) -> str:
    """Blank out fenced code and code spans: what is code is an example, not a statement of the document."""
    pieces = re.split(r"(\n[ \t]*\n)", mask_fences(markdown))
    return "".join(piece if index % 2 else _mask_spans(piece) for index, piece in enumerate(pieces))


def _starts_block(line: str) -> bool:
    return bool(_BULLET.match(line)) or line.lstrip()[:1] in {"#", "|"}


def _without_table_heads(lines: list[str]) -> list[str]:
    """Tables keep their rows: the head names columns and says nothing."""
    out = list(lines)
    for place, line in enumerate(lines):
        if "|" in line and "-" in line and not line.strip("|:- \t"):
            out[place] = ""
            if place and "|" in lines[place - 1]:
                out[place - 1] = ""
    return out


def _blocks(text: str) -> Iterator[tuple[int, bool, list[str]]]:
    """Paragraphs, list items, table rows: first line number, quoted or not, lines without their markers."""
    lines: list[str] = []
    first, quoted = 1, False
    for number, line in enumerate(_without_table_heads(text.split("\n")), start=1):
        bare = line.strip()
        is_quote = bare.startswith(">")
        bare = bare.lstrip("> ") if is_quote else bare
        if lines and (not bare or is_quote != quoted or _starts_block(line)):
            yield first, quoted, lines
            lines = []
        if bare:
            if not lines:
                first, quoted = number, is_quote
            lines.append(_BULLET.sub("", bare, count=1) if not lines else bare)
    if lines:
        yield first, quoted, lines


def sentences(markdown: str) -> list[Sentence]:
    """The sentences of a text, code left out; list items, table rows and headings end sentences too.

    A point in a number ("3.1 %") or a code ("1.0.0") ends nothing, because an end needs a space after it.
    """
    found: list[Sentence] = []
    for block, (first, quoted, lines) in enumerate(_blocks(mask_code(markdown))):
        starts, at = [], 0
        for line in lines:
            starts.append(at)
            at += len(line) + 1
        offset = 0
        for piece in _SENTENCE_END.split(" ".join(lines)):
            if piece.strip():
                begin = offset + len(piece) - len(piece.lstrip())
                line_number = first + bisect_right(starts, begin) - 1
                found.append(Sentence(piece.strip(), line_number, quoted, block))
            offset += len(piece)
    return found


def items(markdown: str) -> list[Sentence]:
    """List items and paragraphs, each whole: the unit in which criteria and open questions are written."""
    blocks = _blocks(mask_code(markdown))
    return [Sentence(" ".join(lines), first, quoted, at) for at, (first, quoted, lines) in enumerate(blocks)]


def count_words(text: str) -> int:
    """Words of a reader: Latin words and numbers, and two Chinese characters count as one word."""
    latin = len(re.findall(r"[A-Za-z0-9][\w'.-]*", text, re.ASCII))
    chinese = len(re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff]", text))
    return latin + (chinese + 1) // 2
