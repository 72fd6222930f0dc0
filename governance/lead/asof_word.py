"""`manage.py govern asof KEY --at MOMENT [--column NAME] [--json]`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.asof import AsOf, who_could_read
from governance.words import Out, Word, register_word
from people.first import actor_named
from web.why import grade_words


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("key", help="of the thing, such as DS-1001")
    parser.add_argument("--at", required=True, type=datetime.fromisoformat, help="a moment, 2026-11-01T10:00")
    parser.add_argument("--column", default="", help="a column of the dataset")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--by", required=True, help="username of the governance lead, security or auditor who asks")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Print who could read it then, and why."""
    at = options["at"]
    at = timezone.make_aware(at) if timezone.is_naive(at) else at
    by = actor_named(options["by"])
    found = who_could_read(reader=by, key=options["key"], at=at, column=options["column"])
    out.write(_as_json(found) if options["json"] else _as_text(found))
    return 0


def _as_text(found: AsOf) -> str:
    words = grade_words()
    head = f"{found.thing.key} L{found.level} {found.state} · {found.at.isoformat()}"
    if found.column:
        head += f" · {found.column} " + (f"L{found.column_level}" if found.column_level else _("Unclassified"))
    lines = [head]
    for one in found.people:
        why = [f"L{one.clearance}"] if one.clearance else []
        why += [f"{held.reason} ({held.grade})" for held in one.standings] + list(one.rules)
        lines.append(f"{one.person.username}: {words[one.grade]} · {', '.join(why)}")
    return "\n".join(lines) + "\n"


def _as_json(found: AsOf) -> str:
    body = {
        "key": found.thing.key, "at": found.at.isoformat(), "level": found.level, "state": found.state,
        "column": found.column, "column_level": found.column_level,
        "people": [
            {"person": one.person.username, "grade": one.grade, "clearance": one.clearance, "rules": list(one.rules),
             "standings": [{"reason": held.reason, "grade": held.grade} for held in one.standings]}
            for one in found.people
        ],
    }  # fmt: skip
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


register_word(Word("asof", "say who could read something at a moment, and why", arguments, run))
