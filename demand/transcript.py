"""A frozen transcript as lines of pieces that know their place, with the marked words among them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from demand.models import Quote
from demand.verbatim import SPEAKER


@dataclass(frozen=True)
class Piece:
    """Some characters of a line.

    Args:
        at: code point of the first one.
        text: as they stand in the transcript.
        quotes: the quotes that cover them.
        begins: the first quote that begins here, for its anchor.
        is_speaker: whether it is the name before the colon.
    """

    at: int
    text: str
    quotes: tuple[Quote, ...] = ()
    begins: Quote | None = None
    is_speaker: bool = False


def lines_of(text: str, quotes: Iterable[Quote] = ()) -> list[list[Piece]]:
    """Cut a transcript into lines and pieces; joining the pieces with line feeds gives the text again.

    Args:
        text: the transcript.
        quotes: its quotes that the reader may see.
    """
    living = sorted((q for q in quotes if q.exact), key=lambda q: (q.start_offset, q.end_offset))
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append(list(_pieces(line, at, living)))
        at += len(line) + 1
    return lines


def _pieces(line: str, at: int, quotes: list[Quote]) -> Iterator[Piece]:
    end = at + len(line)
    near = [q for q in quotes if q.start_offset < end and q.end_offset > at]
    spoken = SPEAKER.match(line)
    cuts = {at, end} | {at + spoken.end()} if spoken else {at, end}
    cuts |= {edge for q in near for edge in (q.start_offset, q.end_offset) if at < edge < end}
    edges = sorted(cuts)
    for start, stop in itertools.pairwise(edges):
        over = tuple(q for q in near if q.start_offset <= start and q.end_offset >= stop)
        yield Piece(
            start, line[start - at : stop - at], over, next((q for q in over if q.start_offset == start), None),
            is_speaker=spoken is not None and start == at and stop == at + spoken.end(),
        )  # fmt: skip
