"""Every place where the product looks past the policy, with its reason, read from the source.

`python -m tests.house.unrestricted` writes docs/reference/unrestricted.md; a test compares.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.ground import ROOMS, ROOT, said, sources, tree_of

FILE = ROOT / "docs" / "reference" / "unrestricted.md"
HEAD = """# Where the policy is passed by, and why

Governed rows are read with `visible_to(actor)`. Each of the places below reads more than one person may see, says why,
and shows none of it to anybody who may not see it. A test reads the source and compares it with this page; a governance
lead accepts every new line.

| reason | where |
|---|---|
"""
SQL_HEAD = """
## SQL written by hand

The ORM's policy does not reach into a cursor; row level security does, and the tripwire stops what carries no policy.
These files open one.

| file | what for |
|---|---|
"""


@dataclass(frozen=True, order=True)
class Look:
    """One call of `unrestricted`."""

    reason: str
    file: str


def looks() -> list[Look]:
    """Every call of `unrestricted(reason)` in the product, and of what does the same for SQL by hand."""
    found = set()
    for path in sources(*ROOMS):
        tree = tree_of(path)
        words = dict(_constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _looks_past(node.func):
                found.add(Look(_reason(node, words), said(path)))
    return sorted(found)


def _looks_past(called: ast.expr) -> bool:
    """`rows.unrestricted(…)`, and `beyond(…)` and `past_the_policy(…)` of guard.wall."""
    return getattr(called, "attr", "") == "unrestricted" or getattr(called, "id", "") in ("beyond", "past_the_policy")


def _own(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Texts that a file gives a name."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value.value


def _file_of(module: str) -> Path | None:
    folder = ROOT / Path(*module.split("."))
    return next((f for f in (folder.with_suffix(".py"), folder / "__init__.py") if f.exists()), None)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """A file's own texts and those that it imports, as ``NAME`` or ``module.NAME``."""
    yield from _own(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ROOMS):
            continue
        for alias in node.names:
            name, inner = alias.asname or alias.name, _file_of(f"{node.module}.{alias.name}")
            if inner is not None:
                yield from ((f"{name}.{key}", text) for key, text in _own(tree_of(inner)))
            elif (outer := _file_of(node.module)) is not None:
                yield from ((name, text) for key, text in _own(tree_of(outer)) if key == alias.name)


def _reason(node: ast.Call, words: dict[str, str]) -> str:
    argument = node.args[0] if node.args else (node.keywords[0].value if node.keywords else None)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return words.get(ast.unparse(argument), "") if argument is not None else ""


def cursors() -> list[tuple[str, str]]:
    """Files that open a cursor, with the first sentence of what they say they are for."""
    found = []
    for path in sources(*ROOMS):
        text = path.read_text(encoding="utf-8")
        if any(way in text for way in (".cursor()", ".make_cursor(", "prepared.row(")):
            doc = ast.get_docstring(tree_of(path)) or ""
            found.append((said(path), doc.split("\n")[0].strip()))
    return sorted(found)


def document() -> str:
    """The page as it must be."""
    where = defaultdict(set)
    for look in looks():
        where[look.reason].add(f"`{look.file}`")
    lines = [f"| {reason} | {', '.join(sorted(files))} |" for reason, files in sorted(where.items())]
    queries = [f"| `{file}` | {purpose} |" for file, purpose in cursors()]
    return HEAD + "\n".join(lines) + "\n" + SQL_HEAD + "\n".join(queries) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(document(), encoding="utf-8")
