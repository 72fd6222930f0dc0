"""Why can I, or can I not: the policy's answer for one person and one thing, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from web.words import STANDING_WORDS, level_word


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
    grade = grade_of(actor, thing)
    words = grade_words()
    reasons = [_by_clearance(principal, thing, words)]
    reasons += [
        {"by": "standing", "rule": "SEE-4", "standing": held.reason, "grade": held.grade,
         "sentence": _("Standing on it: %(standing)s, which opens %(what)s.")
         % {"standing": STANDING_WORDS.get(held.reason, held.reason.replace("_", " ")), "what": words[held.grade]}}
        for held in held_by(actor, thing)
    ]  # fmt: skip
    reasons += _rules(actor, thing, words)
    reader = reader or actor
    sees = grade if reader == actor else grade_of(reader, thing)
    origin = because(reader, thing) if sees >= READ else []
    return {
        "key": thing.key, "grade": grade, "opens": words[grade], "because": reasons,
        "level_because": [{"sentence": reason.sentence, "key": reason.key} for reason in origin],
        "policy": principal.rulebook[:12], "grades": principal.grades.text,
    }  # fmt: skip


def _by_clearance(principal: Any, thing: Any, words: dict[int, str]) -> dict[str, Any]:
    """What the grades in force give to this clearance at this level, and from which clearance they give more."""
    from guard.policy import READ

    clearance, table = principal.clearance(thing.domain_id), principal.grades
    given = table.given(clearance, thing.level)
    told = {"domain": thing.domain.name, "rank": clearance, "level": thing.level, "word": level_word(thing.level)}
    said = [
        (_("Clearance in %(domain)s: L%(rank)d. This is L%(level)d %(word)s.") if clearance
         else _("No clearance in %(domain)s. This is L%(level)d %(word)s.")) % told,
        _("So it opens: %(what)s.") % {"what": words[given]},
    ]  # fmt: skip
    row = table.row(thing.level)
    for start in sorted({start for start in row[given:] if start is not None}):
        most = max(grade for grade, least in enumerate(row, 1) if least == start)
        said.append(_("From L%(start)d on: %(what)s.") % {"start": start, "what": words[most]})
    if None in row:
        said.append(_("No clearance alone opens: %(what)s.") % {"what": words[row.index(None) + 1]})
    return {
        "by": "clearance", "rule": "SEE-2" if given >= READ else "SEE-3", "rank": clearance, "grade": given,
        "enough": given >= READ, "sentence": " ".join(said),
    }  # fmt: skip


def _rules(actor: Any, thing: Any, words: dict[int, str]) -> list[dict[str, Any]]:
    """The rules in force that leave this person less than clearance and standings give, and those that only warn."""
    from guard import policy
    from guard.doors.reading import held_by
    from guard.rules import live
    from guard.rules.rule import BLOCK, WARN

    principal, held = actor.principal, held_by(actor, thing)
    hard = policy.grade(principal, thing.level, thing.domain_id, held)
    said = {
        BLOCK: _("The rule %(rule)s leaves no more than: %(what)s."),
        WARN: _("The rule %(rule)s would leave no more than: %(what)s. It warns and does not block."),
    }
    return [
        {"by": "rule", "rule": rule.key, "mode": mode, "grade": rule.cap, "enough": mode != BLOCK,
         "sentence": said[mode] % {"rule": rule.key, "what": words[rule.cap]}}
        for mode in (BLOCK, WARN)
        for rule in live.biting(principal, thing, held, hard, mode)
    ]  # fmt: skip
