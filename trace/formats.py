"""The thread as data, as text and as a Mermaid diagram: one filter for all three."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guard.kinds import KINDS, url_of
from guard.relations import RELATIONS
from guard.states import state_label
from trace.thread import ORDER, Node, Thread


def kind_label(kind: str) -> str:
    """The kind's name in the reader's language."""
    return str(KINDS[kind].label) if kind in KINDS else kind


def restricted(count: int) -> str:
    """What is said of things that one may know of and not see."""
    return ngettext("%(n)d restricted item", "%(n)d restricted items", count) % {"n": count}


def gaps(thread: Thread) -> list[str]:
    """Kinds of the thread of which the reader sees nothing at all: the hole is the message."""
    present = {node.thing.kind for node in thread.nodes}
    return [kind for kind in ORDER if kind in KINDS and kind not in present and kind != "quote"]


def as_dict(thread: Thread) -> dict[str, Any]:
    """The form of ``GET /api/v1/trace/{key}/``: nodes, joints, gaps, and restricted items by kind, without names."""
    named = {node.thing.pk: node for node in thread.nodes if not node.is_restricted}
    hidden = Counter(node.thing.kind for node in thread.nodes if node.is_restricted)
    return {
        "key": thread.start.key,
        "nodes": [_node(node) for node in sorted(named.values(), key=_place)],
        "edges": [
            {
                "source": named[e.source_id].thing.key,
                "relation": e.relation,
                "target": named[e.target_id].thing.key,
                "role": e.role,
                "pinned": e.pinned,
            }
            for e in thread.edges
            if e.source_id in named and e.target_id in named
        ],
        "restricted": [
            {"kind": kind, "count": hidden[kind], "sentence": restricted(hidden[kind])}
            for kind in ORDER
            if hidden[kind]
        ],
        "gaps": gaps(thread),
        "is_cut": thread.is_cut,
    }


def _place(node: Node) -> tuple[int, str]:
    kind = node.thing.kind  # a warehouse or a review stands beside the thread: last
    return ORDER.index(kind) if kind in ORDER else len(ORDER), node.thing.key


def _node(node: Node) -> dict[str, Any]:
    thing = node.thing
    return {
        "key": thing.key,
        "kind": thing.kind,
        "title": thing.title,
        "state": thing.state,
        "level": thing.level,
        "domain": thing.domain.slug,
        "side": node.side,
        "distance": node.distance,
        "url": url_of(thing),
    }


def as_text(thread: Thread) -> str:
    """One line a station, for the command line."""
    lines = []
    for kind in ORDER:
        if kind not in KINDS:
            continue
        nodes = thread.of_kind(kind)
        hidden = sum(node.is_restricted for node in nodes)
        words = [
            f"{'*' if node.side == 'here' else ' '} {node.thing.key}  {node.thing.title}"
            f"  [{state_label(kind, node.thing.state)}, L{node.thing.level}]"
            for node in nodes
            if not node.is_restricted
        ]
        if hidden:
            words.append(f"  {restricted(hidden)}")
        if not words and kind != "quote":
            words = ["  " + _("gap: nothing here yet")]
        lines += [str(KINDS[kind].plural), *words] if words else []
    return "\n".join(lines) + "\n"


def as_mermaid(thread: Thread) -> str:
    """A flowchart; titles are quoted and stripped of what could end the quote."""
    named = {node.thing.pk: node for node in thread.nodes if not node.is_restricted}
    lines = ["flowchart LR"]
    for node in sorted(named.values(), key=_place):
        title = "".join(c for c in node.thing.title if c not in '"<>[]{}|`\\').replace("#", " ")
        shape = f'(["{node.thing.key} {title}"])' if node.side == "here" else f'["{node.thing.key} {title}"]'
        lines.append(f"  {_id(node.thing.key)}{shape}")
    for number, entry in enumerate(as_dict(thread)["restricted"]):
        lines.append(f'  hidden{number}["{kind_label(entry["kind"])}: {entry["sentence"]}"]:::restricted')
    for kind in gaps(thread):
        lines.append(f'  gap_{kind}["{kind_label(kind)}: {_("gap")}"]:::gap')
    for edge in thread.edges:
        if edge.source_id in named and edge.target_id in named:
            source, target = named[edge.source_id].thing, named[edge.target_id].thing
            relation = RELATIONS.get((source.kind, edge.relation, target.kind))
            words = str(relation.meaning) if relation else edge.relation
            lines.append(f"  {_id(source.key)} -->|{words}| {_id(target.key)}")
    lines.append("  classDef gap stroke-dasharray:4 4")
    lines.append("  classDef restricted stroke-dasharray:2 2")
    return "\n".join(lines) + "\n"


def _id(key: str) -> str:
    return key.replace("-", "_")
