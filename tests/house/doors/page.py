"""`python -m tests.house.doors.page` writes docs/reference/doors.md; a test compares."""

from __future__ import annotations

import os
from collections import defaultdict

import django

from tests.house.ground import ROOT

FILE = ROOT / "docs" / "reference" / "doors.md"
HEAD = """# Every governed model behind every door

Ways out are read from the URL configuration, the OpenAPI document, the registry of commands and the words of `govern`;
a new one that no door claims fails a test. The walk (`tests/walks`) plants a word that stands nowhere else in
every text of every governed model, at every level and in several states, and lets six people walk through every way
out. Whoever is below a thing's level meets none of its words in any byte of any answer; whoever is cleared meets each.

"""


def document() -> str:
    """The page as it must be."""
    from tests.house.doors import claims, reasons, walking
    from tests.house.doors.planting import governed_models

    models = sorted(model.__name__ for model in governed_models())
    pairs = [(model, door) for model in models for door in claims.DOORS]
    why = {pair: reasons.why_not(*pair) for pair in pairs}
    shown = sum(reason is None for reason in why.values())
    routes = walking.own_routes()
    lines = [
        f"{len(models)} governed models × {len(claims.DOORS)} doors = {len(pairs)} pairs: {shown} with a positive"
        f" control, {len(pairs) - shown} that do not apply for a reason that the walk holds, 0 uncovered.",
        f"{len(routes)} routes and {len(claims.COMMANDS) + len(claims.WORDS)} commands and words are claimed.",
        f"The house has no {', no '.join(claims.ABSENT_DOORS)}: nothing of that name is among them.",
    ]
    return HEAD + "\n".join(lines) + "\n\n" + _table(models, why) + _notes(why) + _doors(routes) + _nowhere()


def _table(models: list[str], why: dict[tuple[str, str], str | None]) -> str:
    from tests.house.doors.claims import DOORS

    numbers = _numbers(why)
    rows = ["| model | " + " | ".join(DOORS) + " |", "|---" * (len(DOORS) + 1) + "|"]
    for model in models:
        cells = [str(numbers[reason]) if (reason := why[model, door]) else "●" for door in DOORS]
        rows.append(f"| {model} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n\n● is met by who is cleared. A number is the reason why it is not there:\n\n"


def _numbers(why: dict[tuple[str, str], str | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    for reason in why.values():
        if reason:
            found.setdefault(reason, len(found) + 1)
    return found


def _notes(why: dict[tuple[str, str], str | None]) -> str:
    return "\n".join(f"{number}. {reason}" for reason, number in _numbers(why).items()) + "\n\n"


def _doors(routes: list[tuple[str, list[str]]]) -> str:
    from tests.house.doors import claims

    of: dict[str, list[str]] = defaultdict(list)
    for name, _parts in routes:
        of[claims.door_of(name) or "nobody"].append(name)
    rows = [f"| {door} | {len(of[door])} |" for door in claims.DOORS if of[door]]
    asked = ", ".join(f"`?{name}=` is {door}" for name, door in claims.QUESTIONS.items())
    return "## Routes by door\n\n| door | routes |\n|---|---|\n" + "\n".join(rows) + f"\n\nQuestions: {asked}.\n\n"


def _nowhere() -> str:
    from tests.house.doors.reasons import NOWHERE

    rows = [f"| `{name}` | {why} |" for name, why in sorted(NOWHERE.items())]
    head = "## Words that no door draws\n\nNobody meets them, cleared or not; the walk holds that too.\n\n"
    return head + "| field | why |\n|---|---|\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("THROUGHLINE_LOCAL", "1")
    os.environ.setdefault("SECRET_KEY", "written for a page that is made without a server" * 2)
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1/none")
    django.setup()
    FILE.write_text(document(), encoding="utf-8")
