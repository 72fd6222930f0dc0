"""The lineage of a dataset as a drawing: left to right, joints between cards, nothing hidden told or counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from catalog import actions, lineage_drawing
from catalog.lineage import Node, Stream
from guard.models import Domain
from people.models import User
from tests.catalog import make
from tests.metrics.call import client_of


@dataclass(frozen=True)
class FakeThing:
    pk: int
    title: str
    level: int = 2

    @property
    def key(self) -> str:
        return f"DS-{1000 + self.pk}"


def url(thing: FakeThing) -> str:
    return f"/{thing.key}/"


HERE = FakeThing(1, "funnel")
UP, FAR, DOWN = FakeThing(2, "orders"), FakeThing(3, "events"), FakeThing(4, "a board with quite a long name indeed")
STREAM = Stream([Node(UP, -1), Node(DOWN, 1), Node(FAR, -2)], [(3, 2), (2, 1), (1, 4)])  # type: ignore[arg-type]


def boxes(drawing: lineage_drawing.Drawing) -> dict[str, lineage_drawing.Box]:
    return {box.title or box.kind: box for box in drawing.boxes}


def test_what_feeds_stands_left_and_what_is_fed_right() -> None:
    drawn = lineage_drawing.wide(STREAM, HERE, url)  # type: ignore[arg-type]
    by = boxes(drawn)
    assert by["events"].x < by["orders"].x < by["funnel"].x < by[DOWN.title].x
    assert by["funnel"].kind == "here" and by[DOWN.title].name.endswith("…") and len(by[DOWN.title].name) == 22
    assert len(drawn.lines) == 3
    starts = {line.path.split("C")[0] for line in drawn.lines}
    assert f"M{by['events'].right} {by['events'].middle}" in starts
    assert all(box.right <= drawn.width and box.y + lineage_drawing.TALL <= drawn.height for box in drawn.boxes)


def test_cards_of_a_column_do_not_lie_on_each_other_and_too_many_are_counted() -> None:
    many = [Node(FakeThing(n, f"source {n}"), -1) for n in range(2, 22)]  # type: ignore[arg-type]
    drawn = lineage_drawing.wide(Stream(many, [(n, 1) for n in range(2, 22)]), HERE, url)  # type: ignore[arg-type]
    tops = sorted(box.y for box in drawn.boxes if box.distance == -1)
    assert len(tops) == lineage_drawing.MOST
    assert all(b - a >= lineage_drawing.TALL for a, b in pairwise(tops))
    assert [box.count for box in drawn.boxes if box.kind == "more"] == [20 - lineage_drawing.MOST + 1]


def test_a_circle_ends_and_restricted_ones_are_one_dashed_card_a_side() -> None:
    circle = Stream([Node(UP, -1)], [(2, 1), (1, 2)], hidden_up=2, hidden_down=1)  # type: ignore[arg-type]
    drawn = lineage_drawing.wide(circle, HERE, url)  # type: ignore[arg-type]
    assert [(box.distance, box.count) for box in drawn.boxes if box.kind == "restricted"] == [(-1, 2), (1, 1)]
    assert sum(line.is_dashed for line in drawn.lines) == 2
    assert len(lineage_drawing.narrow(circle, HERE, url).boxes) == 4  # type: ignore[arg-type]


def test_on_a_narrow_page_every_row_is_one_dataset() -> None:
    drawn = lineage_drawing.narrow(STREAM, HERE, url)  # type: ignore[arg-type]
    assert [box.title for box in drawn.boxes] == ["events", "orders", "funnel", DOWN.title]
    assert [box.y for box in drawn.boxes] == [0, 48, 96, 144] and drawn.width <= 340


def test_the_page_draws_what_one_may_know(omar: User, grace: User, priya: User, otto: User, growth: Domain) -> None:
    here = make.dataset(omar, growth, "shop.funnel")
    open_one, strict = make.dataset(omar, growth, "shop.orders"), make.dataset(grace, growth, "shop.zebra", {"id": 4})
    secret = make.dataset(grace, growth, "shop.secret", {"id": 5})
    for source in (open_one, strict, secret):
        actions.add_lineage(by=grace, source=source, target=here)
    address = f"/catalog/datasets/{here.key}/?tab=lineage"
    seen = client_of(priya).get(address).content.decode()
    drawing = seen.split('class="lineage"')[1].split("</figure>")[0]
    assert re.search(rf'<a href="[^"]+/{open_one.key}/"', drawing) and f"{open_one.key} · L2" in drawing
    assert drawing.count("1 restricted item") == 2 and "zebra" not in drawing and "secret" not in drawing
    assert "2 restricted" not in seen  # the L5 one is not counted for Priya
    full = client_of(grace).get(address).content.decode()
    assert "restricted item" not in full and full.count('class="box node"') == 3
    assert client_of(otto).get(address).status_code == 404


def test_a_dataset_alone_is_not_drawn(omar: User, growth: Domain) -> None:
    here = make.dataset(omar, growth, "shop.funnel")
    page = client_of(omar).get(f"/catalog/datasets/{here.key}/?tab=lineage").content.decode()
    assert 'class="lineage"' not in page and "Nothing that is known." in page
