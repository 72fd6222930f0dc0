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


def explain(actor: Any, thing: Any, reader: Any = None) -> dict[str, Any]:
    """Return grade, what it opens, the clearance, each standing that counts, and why the level is what it is.

    Args:
        actor: the person about whom it is asked.
        thing: a Thing.
        reader: who asks, when it is somebody else; they learn of the level's origin what they may know.
    """
    from guard.doors.reading import grade_of, held_by
    from guard.policy import READ
    from guard.witness import because

    principal = actor.principal
    clearance, grade = principal.clearance(thing.domain_id), grade_of(actor, thing)
    words = grade_words()
    reasons = [
        {"by": "clearance", "rank": clearance, "enough": clearance >= thing.level,
         "sentence": (_("Clearance in %(domain)s: L%(rank)d. This is L%(level)d %(word)s.") if clearance else
                      _("No clearance in %(domain)s. This is L%(level)d %(word)s."))
         % {"domain": thing.domain.name, "rank": clearance, "level": thing.level, "word": level_word(thing.level)}}
    ]  # fmt: skip
    reasons += [
        {"by": "standing", "standing": held.reason, "grade": held.grade,
         "sentence": _("Standing on it: %(standing)s, which opens %(what)s.")
         % {"standing": held.reason.replace("_", " "), "what": words[held.grade]}}
        for held in held_by(actor, thing)
    ]  # fmt: skip
    reader = reader or actor
    sees = grade if reader == actor else grade_of(reader, thing)
    origin = because(reader, thing) if sees >= READ else []
    return {
        "key": thing.key, "grade": grade, "opens": words[grade], "because": reasons,
        "level_because": [{"sentence": reason.sentence, "key": reason.key} for reason in origin],
    }  # fmt: skip
