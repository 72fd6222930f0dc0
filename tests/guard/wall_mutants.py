"""Every way to break one word of the wall: read from its text, so that a new function is broken too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guard.wall import building, functions

CONDITION = "the condition"
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(.*?\$body\$;", re.DOTALL)
#: what is put where: operators, connectives, aggregates, negations, truths
FLIPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"<=", ("<", ">")),
    (r">=", (">", "<")),
    (r"<>", ("=",)),
    (r"(?<![<>:])=(?!>)", ("<>",)),
    (r"(?<![-<>@])<(?![=>@])", ("<=", ">")),
    (r"(?<![-<>@])>(?![=>@])", (">=", "<")),
    (r"\?\|", ("?&",)),
    (r"@>", ("<@",)),
    (r"(?<=\) )- ", ("+ ",)),
    (r"\bAND\b", ("OR",)),
    (r"\bOR\b(?! REPLACE)", ("AND",)),
    (r"\bmax\b", ("min",)),
    (r"\bgreatest\b", ("least",)),
    (r"\bbool_or\b", ("bool_and",)),
    (r"\bbool_and\b", ("bool_or",)),
    (r"\bDESC\b", ("ASC",)),
    (r"\bALL\b", ("ANY",)),
    (r"\bANY\b", ("ALL",)),
    (r"\bIN\b", ("NOT IN",)),
    (r"\bNOT EXISTS\b", ("EXISTS",)),
    (r"(?<!NOT )\bEXISTS\b", ("NOT EXISTS",)),
    (r"\bIS NOT NULL\b", ("IS NULL",)),
    (r"\bIS NULL\b", ("IS NOT NULL",)),
    (r"\bNOT (?=\w)(?!EXISTS|NULL)", ("",)),
    (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)),
    (r"\b\w+\.is_\w+", ("true",)),
)  # fmt: skip
_QUOTED = re.compile(r"'([a-z][a-z._]*)'")
_NUMBER = re.compile(r"(?<![\w$])\d+\b")


@dataclass(frozen=True)
class Mutant:
    """One change of one text.

    Args:
        where: name of the function, or `CONDITION`.
        name: the line that is changed, and which change of it.
        start, end: the place in the text.
        by: what stands there instead.
    """

    where: str
    name: str
    start: int
    end: int
    by: str

    def of(self, text: str) -> str:
        return text[: self.start] + self.by + text[self.end :]


def texts() -> dict[str, str]:
    """The wall's functions by name."""
    return {found[1]: found[0] for found in _FUNCTION.finditer(functions.text())}


_opens = building.opens  # a test puts another in its place


def opened(grade: int) -> str:
    """What the wall asks of a row of things, before anything is broken."""
    return _opens(grade, "t")


def mutants_of(where: str) -> list[Mutant]:
    """Every mutant of a function, or of the condition (its numbers are the grade, of one digit, so places stay)."""
    text = opened(1) if where == CONDITION else texts()[where]
    head = text.find("$body$") + 1  # what is declared before the body decides nothing
    found: dict[str, Mutant] = {}
    for start, end, by in sorted(_changes(text)):
        if start < head:
            continue
        begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        line = " ".join(text[begin : stop if stop > 0 else None].split())
        name = f"{line} | {text[start:end].strip()} -> {by.strip()}"
        while name in found:
            name += " again"
        found[name] = Mutant(where, name, start, end, by)
    return list(found.values())


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    quoted = [range(*found.span()) for found in re.finditer(r"'[^']*'", text)]
    for pattern, others in FLIPS:
        for found in re.finditer(pattern, text):
            if not any(found.start() in place for place in quoted):
                yield from ((found.start(), found.end(), by) for by in others)
    for found in _QUOTED.finditer(text):
        yield found.start(1), found.end(1), f"{found[1]}x"
    for found in _NUMBER.finditer(text):
        number = int(found[0])
        yield from ((found.start(), found.end(), str(by)) for by in (number + 1, number - 1) if by >= 0)
