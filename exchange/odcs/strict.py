"""A strict loader for YAML and JSON that people upload: every value keeps its line, nothing is guessed.

Differences from PyYAML's safe loader, each because a real file was misread by it (interchange.md 4): no timestamps, no
``yes``/``no`` booleans, no octal or base-60 numbers, numbers keep their text (``1.10`` is not 1.1), duplicate keys are
reported (the first wins), and size, depth, number of values and aliases are capped. It works on parser events, so deep
nesting never reaches the interpreter's stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from exchange.odcs.json_events import JsonFault, json_events
from exchange.problems import N_, Path, Problem, Rules, problem

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 60
MAX_VALUES = 400_000
MAX_ALIASES = 500
MAX_ALIASED_VALUES = 20_000

RULES: Rules = {
    "FILE-1": ("error", N_("The file has %(size)s bytes; the limit is %(limit)s.")),
    "FILE-2": ("error", N_("The file is not valid UTF-8 text.")),
    "FILE-3": ("error", N_("The file cannot be read as YAML or JSON: %(reason)s.")),
    "FILE-4": ("error", N_("The key “%(key)s” is written twice; the first one is on line %(first)s.")),
    "FILE-5": ("error", N_("The file is nested more than %(limit)s levels deep.")),
    "FILE-6": ("error", N_("The file holds more than %(limit)s values.")),
    "FILE-7": ("error", N_("The file uses aliases too often or inside themselves.")),
    "FILE-8": ("error", N_("The tag %(tag)s is not accepted.")),
    "FILE-9": ("error", N_("The file is empty.")),
    "FILE-10": ("error", N_("The file holds more than one document.")),
    "FILE-11": ("error", N_("A key must be plain text.")),
    "FILE-13": ("error", N_("The text holds a character that cannot be stored.")),
    "FILE-12": ("error", N_("The top of the file must be a mapping of keys to values.")),
}

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})$")
_FLOAT = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?=[eE]))(?:[eE][-+]?[0-9]{1,2})?$"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MERGE = "<<"
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_PLAIN_TAGS = {"tag:yaml.org,2002:str", "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", None}


@dataclass(slots=True)
class Document:
    """A loaded file: its value, where each value stands, and what was wrong with the text itself."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)  # numbers and booleans as they were written
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        """Whether there is a mapping to look at."""
        return isinstance(self.value, dict)

    def line_of(self, path: Path) -> int:
        """The line of a value, or of the nearest thing that holds it; 0 when nothing is known."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return line
        return 0

    def text_of(self, path: Path) -> str | None:
        """A scalar as its author wrote it (``1.10``), or ``None`` when there is no scalar at the path."""
        if path in self.texts:
            return self.texts[path]
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value if isinstance(value, str) else None


class _Fault(Exception):
    def __init__(self, rule_id: str, path: Path, line: int, **facts: int | str) -> None:
        super().__init__(rule_id)
        self.problem = problem(RULES, rule_id, path, line, severity=None, **facts)


def load(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Document:
    """Load one YAML or JSON document.

    Args:
        data: the file; bytes are read as UTF-8 with or without a mark.
        max_bytes: larger files are refused before parsing.

    Returns:
        A document; ``value`` is ``None`` and ``problems`` says why when the text cannot be read. Never raises for
        content.
    """
    document = Document()
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    try:
        if size > max_bytes:
            raise _Fault("FILE-1", (), 0, size=size, limit=max_bytes)
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        if not text.strip():
            raise _Fault("FILE-9", (), 1)
        document.value = _Builder(document).build(_events(text))
        if not isinstance(document.value, dict):
            document.problems.append(problem(RULES, "FILE-12", (), 1))
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1 if isinstance(data, bytes) else 0
        document.problems.append(problem(RULES, "FILE-2", (), line))
    except _Fault as fault:
        document.value = None
        document.problems.append(fault.problem)
    return document


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a parser: kind is map, list, scalar, alias, end or document."""

    kind: str
    line: int
    value: Any = None
    text: str | None = None
    anchor: str | None = None


def _events(text: str) -> Iterator[Event]:
    if text.lstrip()[:1] in "{[":
        try:
            events = [Event(kind, line, value, written) for kind, line, value, written in json_events(text)]
            yield from events
            return
        except JsonFault as fault:
            if not fault.may_be_yaml:
                raise _Fault("FILE-3", (), fault.line, reason=fault.reason) from fault
    yield from _yaml_events(text)


def _yaml_events(text: str) -> Iterator[Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.DocumentStartEvent):
                yield Event("document", line)
            elif isinstance(event, yaml.AliasEvent):
                yield Event("alias", line, anchor=event.anchor)
            elif isinstance(event, yaml.ScalarEvent):
                value, written = _scalar(event, line)
                yield Event("scalar", line, value, written, event.anchor)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if event.tag not in _PLAIN_TAGS:
                    raise _Fault("FILE-8", (), line, tag=str(event.tag))
                yield Event("map" if isinstance(event, yaml.MappingStartEvent) else "list", line, anchor=event.anchor)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                yield Event("end", line)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        reason = fault.problem or fault.context or "it is malformed"
        raise _Fault("FILE-3", (), mark.line + 1 if mark else 0, reason=reason) from fault
    except yaml.YAMLError as fault:
        raise _Fault("FILE-3", (), 0, reason=str(fault).splitlines()[0]) from fault


def _scalar(event: yaml.ScalarEvent, line: int) -> tuple[Any, str | None]:
    text = event.value
    if event.tag is None and event.implicit[0] and event.style in (None, ""):
        value = resolve_plain(text)
        return value, (None if value is text and text != _MERGE else text)
    if event.tag in _PLAIN_TAGS:
        return text, None
    if event.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"):
        return text, text
    raise _Fault("FILE-8", (), line, tag=str(event.tag))


def resolve_plain(text: str) -> Any:
    """What a scalar without quotes means here: nothing, true or false, a decimal number, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


class _Builder:
    """Turns events into values without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.values = self.aliases = self.aliased = self.documents = 0

    def build(self, events: Iterator[Event]) -> Any:
        result: Any = None
        for event in events:
            if event.kind == "document":
                self.documents += 1
                if self.documents > 1:
                    raise _Fault("FILE-10", (), event.line)
            elif event.kind in ("map", "list"):
                self._open(event)
            elif event.kind == "end":
                frame = self.stack.pop()
                value = frame.close()
                if frame.anchor:
                    self.anchors[frame.anchor] = (value, self.values - frame.started)
                result = self._put(value, frame.path) if self.stack else value
            else:
                result = self._leaf(event)
        return result

    def _open(self, event: Event) -> None:
        path = self._next_path(event)
        if len(self.stack) >= MAX_DEPTH:
            raise _Fault("FILE-5", path[:8], event.line, limit=MAX_DEPTH)
        self._count(event, path)
        self.document.lines.setdefault(path, event.line)
        container: Any = {} if event.kind == "map" else []
        self.stack.append(_Frame(container, path, event.anchor, self.values))
        if event.anchor:
            self.anchors.pop(event.anchor, None)

    def _leaf(self, event: Event) -> Any:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.awaits_key:
            self._key(frame, event)
            return None
        path = self._next_path(event)
        self._count(event, path)
        value = self._aliased(event, path) if event.kind == "alias" else event.value
        self.document.lines.setdefault(path, event.line)
        self._check_text(event, path)
        if event.text is not None:
            self.document.texts.setdefault(path, event.text)
        if event.kind == "scalar" and event.anchor:
            self.anchors[event.anchor] = (value, 1)
        return self._put(value, path) if frame is not None else value

    def _key(self, frame: _Frame, event: Event) -> None:
        if event.kind == "alias":
            raise _Fault("FILE-11", frame.path, event.line)
        self._check_text(event, frame.path)
        key = event.text if event.text is not None else event.value
        frame.key, frame.merges = str(key), event.text == _MERGE
        path = (*frame.path, frame.key)
        if frame.key in frame.container:
            first = frame.key_lines.get(frame.key, 0)
            self.document.problems.append(problem(RULES, "FILE-4", path, event.line, key=frame.key, first=first))
        else:
            frame.key_lines[frame.key] = event.line
            self.document.lines[path] = event.line

    def _check_text(self, event: Event, path: Path) -> None:
        if isinstance(event.value, str) and _UNSTORABLE.search(event.value):
            raise _Fault("FILE-13", path, event.line)

    def _next_path(self, event: Event) -> Path:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.container, list):
            return (*frame.path, len(frame.container))
        if frame.key is None:
            raise _Fault("FILE-11", frame.path, event.line)
        return (*frame.path, frame.key)

    def _count(self, event: Event, path: Path) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _Fault("FILE-6", path[:4], event.line, limit=MAX_VALUES)

    def _aliased(self, event: Event, path: Path) -> Any:
        self.aliases += 1
        value, size = self.anchors.get(event.anchor or "", (None, -1))
        self.aliased += max(size, 0)
        self.values += max(size, 0)
        if size < 0 or self.aliases > MAX_ALIASES or self.aliased > MAX_ALIASED_VALUES:
            raise _Fault("FILE-7", path, event.line)
        return value

    def _put(self, value: Any, path: Path) -> Any:
        self.stack[-1].put(value)
        return value


@dataclass(slots=True)
class _Frame:
    container: Any
    path: Path
    anchor: str | None
    started: int
    key: str | None = None
    merges: bool = False
    key_lines: dict[str, int] = field(default_factory=dict)
    merged: list[Any] = field(default_factory=list)

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.container, dict) and self.key is None

    def put(self, value: Any) -> None:
        if isinstance(self.container, list):
            self.container.append(value)
            return
        key, self.key = self.key, None
        if self.merges:
            self.merges = False
            self.merged += [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict)]
        elif key is not None:
            self.container.setdefault(key, value)

    def close(self) -> Any:
        """The finished container; merged mappings fill only the keys that are not written."""
        for part in self.merged:
            for key, value in part.items():
                self.container.setdefault(key, value)
        return self.container
