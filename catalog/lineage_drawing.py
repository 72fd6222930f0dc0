"""Where the datasets of a stream are drawn: left to right on a wide page, one under another on a narrow one. Pure.

Sizes are SVG units. The lists beside the drawing say the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.lineage import Stream
from guard.models import Thing

WIDE, TALL = 184, 46  # a card
GAP_X, GAP_Y, EDGE = 56, 14, 6
ROW, STEP = 48, 16  # of the narrow drawing: height of a row, and how far a joint moves its dot
MOST = 8  # cards in a column; the lists have the rest
LETTERS = 22  # of a name on a card


@dataclass(frozen=True)
class Box:
    """One card: a dataset, what is restricted, or how many more there are."""

    kind: str  # here, node, restricted, more
    distance: int
    x: int
    y: int
    key: str = ""
    name: str = ""
    title: str = ""
    url: str = ""
    level: int = 0
    count: int = 0

    @property
    def text_y(self) -> tuple[int, int]:
        """Base lines of the two lines of words."""
        return self.y + 20, self.y + 36

    @property
    def right(self) -> int:
        return self.x + WIDE

    @property
    def middle(self) -> int:
        return self.y + TALL // 2


@dataclass(frozen=True)
class Line:
    """A joint, as the path of its curve."""

    path: str
    is_dashed: bool = False


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]
    words_x: int = 0  # of the narrow drawing: where the words begin


@dataclass
class _Spot:
    """What stands in a column, before it has a place."""

    kind: str
    distance: int
    pk: int = 0
    thing: Thing | None = None
    count: int = 0


def _columns(stream: Stream, here: Thing) -> list[list[_Spot]]:
    """Cards by distance, from what feeds to what is fed; neighbours stand near each other."""
    by: dict[int, list[_Spot]] = {0: [_Spot("here", 0, here.pk, here)]}
    for node in stream.nodes:
        by.setdefault(node.distance, []).append(_Spot("node", node.distance, node.thing.pk, node.thing))
    place = {here.pk: 0.0}
    for distance in sorted(by, key=abs):
        spots = by[distance]
        for spot in spots:
            ends = [place[a if b == spot.pk else b] for a, b in stream.edges
                    if spot.pk in (a, b) and (a if b == spot.pk else b) in place]  # fmt: skip
            place.setdefault(spot.pk, sum(ends) / len(ends) if ends else 99.0)
        spots.sort(key=lambda spot: (place[spot.pk], spot.pk))
        place.update({spot.pk: float(number) for number, spot in enumerate(spots)})
        if len(spots) > MOST:
            by[distance] = [*spots[: MOST - 1], _Spot("more", distance, count=len(spots) - MOST + 1)]
    for distance, hidden in ((-1, stream.hidden_up), (1, stream.hidden_down)):
        if hidden:
            by.setdefault(distance, []).append(_Spot("restricted", distance, count=hidden))
    return [by[distance] for distance in sorted(by)]


def wide(stream: Stream, here: Thing, url_of: Callable[[Thing], str]) -> Drawing:
    """Columns from left to right, the lines as curves between the edges of cards."""
    columns = _columns(stream, here)
    tallest = max(len(column) for column in columns)
    height = tallest * (TALL + GAP_Y) - GAP_Y + 2 * EDGE
    boxes = []
    for number, column in enumerate(columns):
        top = (height - len(column) * (TALL + GAP_Y) + GAP_Y) // 2
        x = EDGE + number * (WIDE + GAP_X)
        boxes += [_box(spot, x, top + row * (TALL + GAP_Y), url_of) for row, spot in enumerate(column)]
    at = _places(columns, boxes)
    curves = [
        Line(_curve(at[a].right, at[a].middle, at[b].x, at[b].middle)) for a, b in stream.edges if a in at and b in at
    ]
    here_box = next(box for box in boxes if box.kind == "here")
    for box in boxes:
        if box.kind == "restricted":
            ends = (box, here_box) if box.distance < 0 else (here_box, box)
            curves.append(Line(_curve(ends[0].right, ends[0].middle, ends[1].x, ends[1].middle), is_dashed=True))
    return Drawing(len(columns) * (WIDE + GAP_X) - GAP_X + 2 * EDGE, height, boxes, curves)


def narrow(stream: Stream, here: Thing, url_of: Callable[[Thing], str]) -> Drawing:
    """One row a dataset, dots that move right with the data, the lines between the dots."""
    columns = _columns(stream, here)
    boxes, row = [], 0
    for number, column in enumerate(columns):
        for spot in column:
            boxes.append(_box(spot, 14 + number * STEP, row * ROW, url_of))
            row += 1
    at = _places(columns, boxes)
    lines = [Line(_drop(at[a], at[b])) for a, b in stream.edges if a in at and b in at]
    return Drawing(340, row * ROW, boxes, lines, words_x=14 + len(columns) * STEP)


def _box(spot: _Spot, x: int, y: int, url_of: Callable[[Thing], str]) -> Box:
    thing = spot.thing
    if thing is None:
        return Box(spot.kind, spot.distance, x, y, count=spot.count)
    title = str(thing.title)
    name = title if len(title) <= LETTERS else f"{title[: LETTERS - 1]}…"
    return Box(
        spot.kind, spot.distance, x, y, str(thing.key), name, title, url_of(thing), int(thing.level)
    )  # fmt: skip


def _places(columns: Sequence[Sequence[_Spot]], boxes: Sequence[Box]) -> dict[int, Box]:
    spots = [spot for column in columns for spot in column]
    return {spot.pk: box for spot, box in zip(spots, boxes, strict=True) if spot.pk}


def _curve(x1: int, y1: int, x2: int, y2: int) -> str:
    if x2 > x1:
        bend = (x2 - x1) // 2
        return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    out = GAP_X // 2  # a joint back, or within a column: round the outside
    return f"M{x1} {y1}C{x1 + out} {y1} {x2 - out} {y2} {x2} {y2}"


def _drop(start: Box, end: Box) -> str:
    y1, y2 = start.y + ROW // 2, end.y + ROW // 2
    bend = (y2 - y1) // 2
    return f"M{start.x} {y1}C{start.x} {y1 + bend} {end.x} {y2 - bend} {end.x} {y2}"
