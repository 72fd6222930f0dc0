"""What happens to comments when the text under them changes. Inside the act that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guard.doors import in_act
from guard.things import thing_of
from talk import anchors
from talk.models import Comment, CommentState


def re_anchor(thing: Any, texts: Mapping[str, str]) -> int:
    """Comments follow their words, also into another section; those whose words are gone become orphans, and those
    whose words are back are open again. What was settled stays as it was.

    Args:
        thing: whose text changed.
        texts: the new text by section slug; a section that is not there is gone.

    Returns:
        How many became orphans.
    """
    in_act(Comment)
    rows = Comment.objects.unrestricted("an act works on rows that it was handed").filter(thing=thing_of(thing))
    lost = 0
    for comment in rows.exclude(exact="").exclude(state=CommentState.RESOLVED):
        place = anchors.place_of(texts, comment.section, comment.exact, comment.prefix, comment.suffix)
        state = CommentState.OPEN if place is not None else CommentState.ORPHANED
        lost += state == CommentState.ORPHANED and comment.state != state
        place = place or anchors.Place(comment.section, comment.prefix, comment.suffix)
        now = (state, place.section, place.prefix, place.suffix)
        if now != (comment.state, comment.section, comment.prefix, comment.suffix):
            comment.state, comment.section, comment.prefix, comment.suffix = now
            comment.save(update_fields=["state", "section", "prefix", "suffix"])
    return lost
