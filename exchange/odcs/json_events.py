"""JSON as a stream of events with lines: what ``json`` hides and a finding needs. No recursion, duplicates visible."""

from __future__ import annotations

import json.decoder
import re
from collections.abc import Callable, Iterator
from typing import Any

_scan_string: Callable[[str, int, bool], tuple[str, int]] = getattr(json.decoder, "scanstring")  # noqa: B009
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}

JsonEvent = tuple[str, int, Any, str | None]  # kind (map, list, scalar, end), line, value, text as written


class JsonFault(ValueError):
    """The text is not JSON; ``may_be_yaml`` when nothing but an opening was read, so that YAML's flow style may fit."""

    def __init__(self, reason: str, line: int, *, may_be_yaml: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.line, self.may_be_yaml = reason, line, may_be_yaml


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.seen = 0

    def skip(self) -> str:
        """Move over white space and return the next character, empty at the end."""
        match = _SPACE.match(self.text, self.at)
        end = match.end() if match else self.at
        self.move(end)
        return self.text[self.at : self.at + 1]

    def move(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def fail(self, reason: str) -> JsonFault:
        return JsonFault(reason, self.line, may_be_yaml=self.seen == 0)

    def string(self) -> str:
        try:
            value, end = _scan_string(self.text, self.at + 1, True)
        except ValueError as fault:
            raise self.fail("a text is not closed or holds a control character") from fault
        self.move(end)
        self.seen += 1
        return value

    def scalar(self) -> tuple[Any, str | None]:
        char = self.text[self.at]
        if char == '"':
            return self.string(), None
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.move(self.at + len(word))
                return value, word
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            raise self.fail("a value is missing or malformed")
        self.move(match.end())
        self.seen += 1
        written = match.group()
        if len(written) > 40:
            return written, written
        return (int(written) if written.lstrip("-").isdigit() else float(written)), written


def json_events(text: str) -> Iterator[JsonEvent]:
    """Read JSON step by step.

    Args:
        text: one JSON document.

    Yields:
        ``(kind, line, value, text)``; keys of objects come as scalars before their values.

    Raises:
        JsonFault: with the reason and the line, when the text is not JSON.
    """
    reader = _Reader(text)
    stack: list[str] = []
    yield from _value(reader, stack)
    while stack:
        char = reader.skip()
        if char == ("}" if stack[-1][0] == "{" else "]"):
            reader.move(reader.at + 1)
            stack.pop()
            yield "end", reader.line, None, None
            continue
        if stack[-1][1:] == "more":
            if char != ",":
                raise reader.fail("a comma or a closing bracket is missing")
            reader.move(reader.at + 1)
            char = reader.skip()
        stack[-1] = stack[-1][0] + "more"
        if stack[-1][0] == "{":
            if char != '"':
                raise reader.fail("a key in double quotes is missing")
            line = reader.line
            yield "scalar", line, reader.string(), None
            if reader.skip() != ":":
                raise reader.fail("a colon is missing after a key")
            reader.move(reader.at + 1)
        yield from _value(reader, stack)
    if reader.skip():
        raise reader.fail("there is more text after the end")


def _value(reader: _Reader, stack: list[str]) -> Iterator[JsonEvent]:
    char = reader.skip()
    if not char:
        raise reader.fail("the file ends too early")
    line = reader.line
    if char in "{[":
        reader.move(reader.at + 1)
        stack.append(char)
        yield ("map" if char == "{" else "list"), line, None, None
        return
    value, written = reader.scalar()
    yield "scalar", line, value, written
