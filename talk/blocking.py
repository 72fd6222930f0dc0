"""What talk says to a gate: which comments still block."""

from __future__ import annotations

from typing import Any

from guard.memory import rows_by
from talk.models import Comment, CommentState


def open_blocking_comments(thing: Any) -> list[Comment]:
    """Blocking comments on a thing that nobody settled, with their authors (PRD-G8).

    One whose words are gone still blocks: cutting the words it speaks of is no answer to it.
    """
    return rows_by("thing", thing.pk, _open_ones)


def _open_ones(thing_ids: list[int]) -> list[tuple[int, Comment]]:
    rows = Comment.objects.unrestricted("a gate judges whoever looks; it names the author, not the words")
    found = rows.filter(thing__in=thing_ids, is_blocking=True).exclude(state=CommentState.RESOLVED)
    return [(row.thing_id, row) for row in found.select_related("author")]
