"""What talk says to a gate: which comments still block."""

from __future__ import annotations

from typing import Any

from talk.models import Comment, CommentState


def open_blocking_comments(thing: Any) -> list[Comment]:
    """Blocking comments on a thing that nobody settled, with their authors (PRD-G8).

    One whose words are gone still blocks: cutting the words it speaks of is no answer to it.
    """
    rows = Comment.objects.unrestricted("a gate judges whoever looks; it names the author, not the words")
    return list(
        rows.filter(thing=thing, is_blocking=True).exclude(state=CommentState.RESOLVED).select_related("author")
    )
