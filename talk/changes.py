"""What happens to comments when the text under them changes. Inside the act that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guard.doors import in_act
from talk import anchors
from talk.models import Comment, CommentState


def re_anchor(thing: Any, texts: Mapping[str, str]) -> int:
    """Comments whose words are gone become orphans; those whose words are back are open again.

    Args:
        thing: whose text changed.
        texts: the new text by section slug; a section that is not there is gone.

    Returns:
        How many became orphans.
    """
    in_act(Comment)
    rows = Comment.objects.unrestricted("an act works on rows that it was handed").filter(
        thing=getattr(thing, "thing", thing)
    )
    lost = 0
    for comment in rows.exclude(exact="").exclude(state=CommentState.RESOLVED):
        at = anchors.find(texts.get(comment.section, ""), comment.exact, comment.prefix, comment.suffix)
        state = CommentState.OPEN if at >= 0 else CommentState.ORPHANED
        if state != comment.state:
            lost += state == CommentState.ORPHANED
            comment.state = state
            comment.save(update_fields=["state"])
    return lost
