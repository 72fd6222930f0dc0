"""What happens to comments when the text under them changes or is withdrawn. Inside the act that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guard.doors import in_act
from guard.models import Thing
from talk import anchors
from talk.models import Comment

_WHY = "an act works on rows that it was handed"


def re_anchor(thing: Thing, texts: Mapping[str, str]) -> int:
    """After a text changed: comments whose words are gone become orphans, those whose words are back open again.

    Args:
        thing: whose text changed, inside the act that changed it.
        texts: the new text by section slug; a section that is not there is gone.

    Returns:
        How many became orphans.
    """
    in_act(Comment)
    rows = Comment.objects.unrestricted(_WHY).filter(thing=thing).exclude(exact="").exclude(state="resolved")
    lost = 0
    for comment in rows:
        at = anchors.find(texts.get(comment.section, ""), comment.exact, comment.prefix, comment.suffix)
        state = Comment.State.OPEN if at >= 0 else Comment.State.ORPHANED
        if state != comment.state:
            lost += state == Comment.State.ORPHANED
            set_fields(comment, state=state)
    return lost


def forget_words(thing: Thing) -> int:
    """Blank every comment on a thing whose words were withdrawn, since they may repeat them; returns how many."""
    in_act(Comment)
    gone = "Removed with the words that it spoke of."
    rows = Comment.objects.unrestricted(_WHY).filter(thing=thing)
    return int(rows.update(body=gone, body_html=f"<p>{gone}</p>", exact="", prefix="", suffix=""))


def set_fields(comment: Comment, **fields: Any) -> None:
    """Write fields of a comment in hand."""
    Comment.objects.unrestricted(_WHY).filter(pk=comment.pk).update(**fields)
    for name, value in fields.items():
        setattr(comment, name, value)
