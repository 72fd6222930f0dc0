"""Why can I, or can I not: the policy's answer for one person and one thing, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from web.words import level_word


def grade_words() -> dict[int, str]:
    """What each grade opens, in the reader's language."""
    return {
        0: _("nothing"),
        1: _("that a restricted item exists"),
        2: _("name, owner and level"),
        3: _("columns"),
        4: _("profile and statistics"),
        5: _("a masked sample"),
        6: _("a raw sample"),
    }


def explain(actor: Any, thing: Any) -> dict[str, Any]:
    """Return grade, what it opens, the clearance, and each standing that counts.

    Args:
        actor: the person who asks about themselves.
        thing: a Thing that they may see.
    """
    from guard.doors.reading import grade_of, held_by

    principal = actor.principal
    clearance, grade = principal.clearance(thing.domain_id), grade_of(actor, thing)
    words = grade_words()
    reasons = [
        {"by": "clearance", "rank": clearance, "enough": clearance >= thing.level,
         "sentence": _("Your clearance in %(domain)s is %(rank)s; this is level %(level)s %(word)s.")
         % {"domain": thing.domain.name, "rank": clearance, "level": thing.level, "word": level_word(thing.level)}}
    ]  # fmt: skip
    reasons += [
        {"by": "standing", "standing": held.reason, "grade": held.grade,
         "sentence": _("You are %(standing)s of it, which opens %(what)s.")
         % {"standing": held.reason.replace("_", " "), "what": words[held.grade]}}
        for held in held_by(actor, thing)
    ]  # fmt: skip
    return {"key": thing.key, "grade": grade, "opens": words[grade], "because": reasons}
