"""The tree of metrics as one reader sees it, as nested lists and as a drawing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from guard.doors import grades_of
from guard.models import Link
from guard.policy import EXISTS
from metrics.models import Metric
from metrics.states import LIVE

MOST = 400  # metrics in one drawing of everything
_RULES = "the part of an input is shown with the input only"
WIDTH, HEIGHT, GAP_X, GAP_Y = 190, 44, 46, 12


@dataclass
class Branch:
    """One metric and what it is made of; no metric for one that the reader may only know to exist."""

    metric: Metric | None
    children: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class Box:
    """One card of the drawing."""

    branch: Branch
    x: int
    y: int
    lines: tuple[tuple[int, int, int, int], ...]

    @property
    def label(self) -> str:
        """Its code, cut to the width of the card."""
        metric = self.branch.metric
        text = metric.code if metric is not None else ""
        return text if len(text) <= 24 else f"{text[:23]}…"


def roots_for(actor: Any) -> list[Branch]:
    """The live metrics that are no input of another one that the reader sees, with their inputs below them."""
    rows = list(Metric.objects.visible_to(actor).filter(thing__state__in=LIVE).order_by("tier", "code")[:MOST])
    seen = {metric.pk: metric for metric in rows}
    joints = list(
        Link.objects.unrestricted(_RULES)
        .filter(relation="derives", source_id__in=seen)
        .select_related("target")
        .order_by("target__key")
    )
    hidden = grades_of(actor, [joint.target for joint in joints if joint.target_id not in seen])
    below: dict[int, list[int]] = {}
    restricted: dict[int, int] = {}
    for joint in joints:
        if joint.target_id in seen:
            below.setdefault(joint.source_id, []).append(joint.target_id)
        elif hidden.get(joint.target_id) == EXISTS:
            restricted[joint.source_id] = restricted.get(joint.source_id, 0) + 1
    inner = {child for children in below.values() for child in children}

    def branch(pk: int, path: frozenset[int]) -> Branch:
        children = [branch(c, path | {pk}) for c in dict.fromkeys(below.get(pk, ())) if c not in path]
        return Branch(seen[pk], children + [Branch(None) for _one in range(restricted.get(pk, 0))])

    return [branch(pk, frozenset()) for pk in seen if pk not in inner]


def drawing_of(root: Branch) -> dict[str, Any]:
    """Cards and lines of a tree, inputs to the right, with the size of the picture in pixels."""
    boxes: list[Box] = []
    bottom = _place(root, 0, 0, boxes)
    deepest = max(box.x for box in boxes)
    return {"boxes": boxes, "width": deepest + WIDTH + 4, "height": bottom + 4, "card": (WIDTH, HEIGHT)}


def _place(branch: Branch, depth: int, top: int, boxes: list[Box]) -> int:
    """Put a branch at `top` and its inputs to the right of it; returns where the next one may start."""
    x, below = 2 + depth * (WIDTH + GAP_X), top
    lines = []
    for child in branch.children:
        lines.append((x + WIDTH, top + 2 + HEIGHT // 2, x + WIDTH + GAP_X, below + 2 + HEIGHT // 2))
        below = _place(child, depth + 1, below, boxes)
    boxes.append(Box(branch, x, top + 2, tuple(lines)))
    return max(below, top + HEIGHT + GAP_Y)
