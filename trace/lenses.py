"""Three ways to read one thread: the lens changes what a card says, never which cards there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guard import things
from guard.kinds import KINDS, url_of
from guard.states import state_label
from trace.formats import gaps, restricted
from trace.thread import ORDER, Node, Thread

LENSES: Mapping[str, str | Promise] = {
    "pm": gettext_lazy("For the data PM"),
    "stakeholder": gettext_lazy("For the stakeholder"),
    "governance": gettext_lazy("For governance"),
}

#: Kinds that share a column: what was said and what was made of it is one station of demand, read from above.
COLUMNS = (("interview", "quote", "insight"), *((kind,) for kind in ORDER[3:]))


@dataclass(frozen=True)
class Card:
    """One card of a lane, ready to draw."""

    key: str
    title: str
    url: str
    level: int
    state: str
    state_words: str
    line: str
    is_here: bool


@dataclass(frozen=True)
class Lane:
    """One kind: its cards, and how many restricted items it has."""

    kind: str
    label: str
    cards: Sequence[Card]
    restricted: str
    is_gap: bool


def lens_for(actor: Any) -> str:
    """The lens that fits a person's work, until they choose another."""
    if actor.has_role("governance_lead", "auditor", "security", "privacy"):
        return "governance"
    return "pm" if actor.has_role("data_pm", "data_engineer") else "stakeholder"


def lanes(thread: Thread, lens: str) -> list[Lane]:
    """What stands on the thread page for one lens, by kind."""
    named = [node.thing for node in thread.nodes if not node.is_restricted]
    owners = things.people_standing_on(named, "owner", "pm", "author", "requester", "decision_maker")
    empty = set(gaps(thread))
    found = []
    for kind in ORDER:
        if kind not in KINDS:
            continue
        nodes = thread.of_kind(kind)
        cards = [_card(node, lens, owners) for node in nodes if not node.is_restricted]
        hidden = sum(node.is_restricted for node in nodes)
        if cards or hidden or kind in empty:
            found.append(
                Lane(kind, str(KINDS[kind].plural), cards, restricted(hidden) if hidden else "", kind in empty)
            )
    return found


def columns(found: Sequence[Lane]) -> list[list[Lane]]:
    """The lanes by column, without empty columns; side by side they fit a screen of 1,280 pixels."""
    by_kind = {lane.kind: lane for lane in found}
    together = [[by_kind[kind] for kind in kinds if kind in by_kind] for kinds in COLUMNS]
    return [column for column in together if column]


def _card(node: Node, lens: str, owners: Mapping[int, Sequence[Any]]) -> Card:
    thing = node.thing
    people = [str(person) for person in dict.fromkeys(owners.get(thing.pk, ()))]
    if thing.kind in ("interview", "quote"):
        line = ""  # nobody owns what was said
    elif lens == "governance":
        line = (
            _("answers for it: %(people)s") % {"people": _(", ").join(people[:2])}
            if people
            else _("nobody answers for it")
        )
    elif lens == "pm":
        line = people[0] if people else _("no owner yet")
    else:
        line = ""
    return Card(
        thing.key, thing.title, url_of(thing), thing.level, thing.state, state_label(thing.kind, thing.state), line,
        node.side == "here",
    )  # fmt: skip


def edges(thread: Thread) -> str:
    """The joints between named cards as ``A>B`` words, in the order of the thread, for lanes.ts."""
    named = {node.thing.pk: node.thing for node in thread.nodes if not node.is_restricted}
    words = []
    for edge in thread.edges:
        if edge.source_id in named and edge.target_id in named:
            one, two = named[edge.source_id], named[edge.target_id]
            first, second = (one, two) if ORDER.index(one.kind) <= ORDER.index(two.kind) else (two, one)
            words.append(f"{first.key}>{second.key}")
    return " ".join(dict.fromkeys(words))
