"""Templates: each one compiles, holds nothing inline, and names no page of a higher room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Ground first; a template may name pages of its own room and of lower ones (house.md, contract 5).
FLOORS = [
    {"web", "account", "mfa", "socialaccount", "allauth", "parts", "errors", "api-schema", "api-docs", "guard"},
    {"people"},
    {"talk", "catalog"},
    {"metrics", "demand"},
    {"prds"},
    {"governance"},
    {"usage"},
    {"trace"},
    {"exchange"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
INLINE = re.compile(r"""<[a-zA-Z][^>]*?\s(style|on[a-z]+)\s*=\s*["']""", re.S)


def room_of(path: Path) -> str:
    relative = path.relative_to(ROOT / "templates")
    return relative.parts[0] if len(relative.parts) > 1 else "parts"


def names(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_it_compiles(path: Path) -> None:
    engines["django"].get_template(names(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_it_holds_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not INLINE.search(text), INLINE.search(text)
    assert not re.search(r"<style\b|javascript:|<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text, "use saved_html for what was cleaned at save"
    assert "mark_safe" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_it_names_no_page_of_a_higher_room(path: Path) -> None:
    own = FLOOR[room_of(path)]
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"""\{%-?\s*url\s+["']([\w-]+):""", text):
        assert FLOOR[name] <= own, f"{names(path)} names a page of {name}; use thing_url or register a panel"


def test_siblings_do_not_name_each_other() -> None:
    for one, other in (("demand", "metrics"), ("metrics", "demand"), ("catalog", "talk"), ("talk", "catalog")):
        for path in (ROOT / "templates" / one).rglob("*.html"):
            assert f'"{other}:' not in path.read_text(encoding="utf-8"), names(path)
