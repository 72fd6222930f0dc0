"""The words of `manage.py govern`: each part of enforcement registers its own, also from a room above this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.management.base import CommandParser


class Out(Protocol):
    """Where a word prints: the command's output, or a stream in a test."""

    def write(self, text: str, /) -> object: ...


@dataclass(frozen=True)
class Word:
    """One word of the command.

    Args:
        name: as it is typed.
        help: one sentence.
        arguments: adds what it takes to its parser.
        run: carries it out with the parsed options, printing to the stream; returns the exit code: 0 done, 1 findings
            or refused, 2 wrong use. Refusals, ValueError and LookupError may be raised; the command turns them into
            a sentence.
    """

    name: str
    help: str
    arguments: Callable[[CommandParser], None]
    run: Callable[[Mapping[str, Any], Out], int]


WORDS: dict[str, Word] = {}


def register_word(word: Word) -> None:
    """Add a word; called in `AppConfig.ready`.

    Raises:
        ValueError: the word is taken by something else.
    """
    if WORDS.setdefault(word.name, word) is not word:
        raise ValueError(f"govern {word.name} is registered twice.")
