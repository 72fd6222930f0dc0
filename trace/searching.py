"""What was asked of search, read once for page, dialog and API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.search import Results, search
from guard.kinds import KINDS
from guard.levels import parse_level
from guard.refusals import Invalid


@dataclass(frozen=True)
class Question:
    """Words and filters of one search."""

    q: str = ""
    kind: str = ""
    domain: str = ""
    level: int | None = None
    state: str = ""
    cursor: str = ""
    limit: int = 20

    @property
    def is_asked(self) -> bool:
        return bool(self.q.strip() or self.kind or self.domain or self.level or self.state)


def read_question(query: Mapping[str, Any]) -> Question:
    """Read query parameters.

    Raises:
        Invalid: an unknown kind, level or limit, by field.
    """
    errors = {}
    kind, level, limit = query.get("kind", ""), query.get("level", ""), query.get("limit", "20")
    if kind and kind not in KINDS:
        errors["kind"] = [_("There is no such kind.")]
    rank = parse_level(level) if level else None
    if level and rank is None:
        errors["level"] = [_("Choose a level from 1 to 5.")]
    if not limit.isdecimal() or not 1 <= int(limit[:4]) <= 100:
        errors["limit"] = [_("A number from 1 to 100.")]
    if "\x00" in "".join(str(value) for value in query.values()):
        errors["q"] = [_("This has a character that no name has.")]
    if errors:
        raise Invalid(errors=errors)
    return Question(
        query.get("q", "")[:300], kind, query.get("domain", ""), rank, query.get("state", ""), query.get("cursor", ""),
        int(limit),
    )  # fmt: skip


def answer(question: Question, actor: Any) -> Results:
    """Search for one reader."""
    return search(
        actor, question.q, kinds=[question.kind] if question.kind else (), domain=question.domain, level=question.level,
        state=question.state, limit=question.limit, cursor=question.cursor,
    )  # fmt: skip


def count_words(results: Results) -> str:
    """How many, honestly."""
    return f"{results.count}+" if results.is_capped else str(results.count)
