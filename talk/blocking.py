<<<<<<< HEAD
"""What talk says to a gate: which comments still block."""

from __future__ import annotations

from typing import Any

from talk.models import Comment, CommentState


def open_blocking_comments(thing: Any) -> list[Comment]:
    """Open blocking comments on a thing, with their authors (PRD-G8)."""
    rows = Comment.objects.unrestricted("a gate judges whoever looks; it names the author, not the words")
    return list(rows.filter(thing=thing, is_blocking=True, state=CommentState.OPEN).select_related("author"))
=======
"""What other rooms ask of comments."""

from __future__ import annotations

from guard.models import Thing
from talk.models import Comment


def open_blocking_comments(thing: Thing) -> list[Comment]:
    """Blocking comments on a thing that nobody has resolved; one whose words are gone still blocks (PRD-G8)."""
    rows = Comment.objects.unrestricted("a gate counts blocking comments whoever looks").filter(
        thing=getattr(thing, "thing", thing), is_blocking=True, parent=None
    )
    return list(rows.exclude(state=Comment.State.RESOLVED).select_related("author"))
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
