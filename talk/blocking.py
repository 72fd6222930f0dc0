"""What talk says to a gate: which comments still block."""

from __future__ import annotations

from typing import Any

from talk.models import Comment, CommentState


def open_blocking_comments(thing: Any) -> list[Comment]:
    """Open blocking comments on a thing, with their authors (PRD-G8)."""
    rows = Comment.objects.unrestricted("a gate judges whoever looks; it names the author, not the words")
    return list(rows.filter(thing=thing, is_blocking=True, state=CommentState.OPEN).select_related("author"))
