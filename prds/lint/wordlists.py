"""Word lists of the lint: data files in English and Chinese, to which an organisation adds and from which it takes.

Matching is one bounded regular expression a list, so it stays linear in the text whatever is written in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("en", "zh")
NEVER = re.compile(r"(?!)")

_LATIN = re.compile(r"[A-Za-z0-9]")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CLAUSE_ENDS = re.compile(r"[,;:()，；：。（）、]")
_BEFORE, _AFTER = 48, 60  # characters in which a negation or a rejection is looked for


@dataclass(frozen=True)
class Hit:
    """A word found: as it stands in the text, with its place."""

    word: str
    start: int
    end: int


def _body_of(word: str) -> str:
    """One word as a pattern without its guards: see the head of en.toml for the signs."""
    stem, star = (word[:-1], True) if word.endswith("*") and len(word) > 1 else (word, False)
    body = r"[\s-]{1,3}".join(re.escape(part) for part in stem.split())
    return body.replace(r"\*", "[A-Za-z]{0,3}") + ("[A-Za-z]{0,14}" if star else "")


def _compile(words: Iterable[str]) -> re.Pattern[str]:
    """One alternation: Latin words behind one pair of guards, which keeps them quick; the others as they stand."""
    exact, any_case, bare = [], [], []
    for word in sorted({word.strip() for word in words if word.strip()}, key=lambda word: (-len(word), word)):
        if _CHINESE.search(word) or not (_LATIN.match(word) and (_LATIN.match(word[-1]) or word.endswith("*"))):
            bare.append(_body_of(word))
        elif any(letter.isupper() for letter in word):
            exact.append(_body_of(word))
        else:
            any_case.append(_body_of(word))
    latin = [*exact, *([f"(?i:{'|'.join(any_case)})"] if any_case else [])]
    parts = [f"(?<![A-Za-z0-9_])(?:{'|'.join(latin)})(?![A-Za-z0-9_])"] if latin else []
    return re.compile("|".join([*parts, *bare])) if parts or bare else NEVER


@dataclass(frozen=True)
class Words:
    """All lists, by name. Unknown names are empty lists."""

    lists: Mapping[str, tuple[str, ...]]
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False, compare=False)

    def pattern(self, name: str) -> re.Pattern[str]:
        if name not in self._compiled:
            self._compiled[name] = _compile(self.lists.get(name, ()))
        return self._compiled[name]

    def find(self, name: str, text: str) -> Iterator[Hit]:
        """The words of a list in a text, harmless compounds (`<name>_except`) left out."""
        if f"{name}_except" in self.lists:
            text = self.pattern(f"{name}_except").sub(lambda found: " " * len(found.group()), text)
        for found in self.pattern(name).finditer(text):
            yield Hit(found.group(), found.start(), found.end())

    def has(self, name: str, text: str) -> bool:
        return next(self.find(name, text), None) is not None

    def meant(self, name: str, text: str) -> Iterator[Hit]:
        """The words of a list that the text does not deny: "no streaming" and "streaming: rejected" are left out."""
        return (hit for hit in self.find(name, text) if not self.is_denied(text, hit))

    def means(self, name: str, text: str) -> bool:
        return next(self.meant(name, text), None) is not None

    def is_denied(self, text: str, hit: Hit) -> bool:
        """Whether a negation stands in front of the word, or a rejection behind it, within its clause."""
        before = _CLAUSE_ENDS.split(text[max(0, hit.start - _BEFORE) : hit.start])[-1]
        after = text[hit.end : hit.end + _AFTER]
        return bool(self.pattern("negation").search(before) or self.pattern("rejection").search(after))


@lru_cache(maxsize=1)
def _shipped() -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        for name, words in tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")).items():
            lists[name] = (*lists.get(name, ()), *words)
    return lists


@lru_cache(maxsize=1)
def shipped_words() -> Words:
    """The lists as they come, compiled once a process."""
    return Words(_shipped())


def load_words(
    added: Mapping[str, Iterable[str]] | None = None, removed: Mapping[str, Iterable[str]] | None = None
) -> Words:
    """The lists with an organisation's own words.

    Args:
        added: words by list, written as in the data files.
        removed: words by list that shall not count any more.

    Raises:
        KeyError: for a list that does not exist, so that a misspelt name does not stay silent.
    """
    lists = dict(_shipped())
    for name in (*(added or {}), *(removed or {})):
        if name.removesuffix("_except") not in lists:
            raise KeyError(name)
    for name, words in (added or {}).items():
        lists[name] = (*lists.get(name, ()), *words)
    for name, words in (removed or {}).items():
        gone = {word.casefold() for word in words}
        lists[name] = tuple(word for word in lists[name] if word.casefold() not in gone)
    return Words(lists)


@lru_cache(maxsize=4)
def words_in(file: str) -> Words:
    """The lists with the words of an organisation's own file, read once a process; the shipped ones without a file.

    Args:
        file: path of a TOML file with the tables `add` and `remove`, each with lists of words by name of list.

    Raises:
        KeyError: for a table or list that does not exist.
    """
    if not file:
        return shipped_words()
    own = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    if unknown := set(own) - {"add", "remove"}:
        raise KeyError(sorted(unknown)[0])
    return load_words(own.get("add"), own.get("remove"))
