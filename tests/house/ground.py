"""What the house tests read: the rooms, their models, and their source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).parents[2]
# from the top floor to the ground; rooms on one floor do not know each other
FLOORS = (
    ("exchange",), ("trace",), ("usage",), ("governance",), ("prds",), ("demand", "metrics"), ("catalog", "talk"),
    ("people",), ("web",), ("guard",),
)  # fmt: skip
ROOMS = [room for floor in FLOORS for room in floor]
HEIGHT = {room: len(FLOORS) - number for number, floor in enumerate(FLOORS) for room in floor}
GENERATED = ("migrations", "__pycache__", "node_modules", "dist")


def own_models() -> list[type[Model]]:
    """Every concrete model of ours."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ROOMS]


def sources(*folders: str) -> Iterator[Path]:
    """Every Python file of these folders that people wrote."""
    for folder in folders or (*ROOMS, "config", "script", "tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not any(part in GENERATED for part in path.relative_to(ROOT).parts):
                yield path


def tree_of(path: Path) -> ast.Module:
    """The syntax of one file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def said(path: Path) -> str:
    """The file's name from the root, for messages."""
    return str(path.relative_to(ROOT))
