"""Where the built front end lies: reads Vite's manifest once per build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_read: dict[str, tuple[float, dict[str, Any]]] = {}


def manifest() -> dict[str, Any]:
    """Return Vite's manifest; empty when the front end is not built (pages then come without style and script)."""
    path = Path(settings.FRONTEND_DIST) / ".vite" / "manifest.json"
    try:
        changed = path.stat().st_mtime
    except FileNotFoundError:
        return {}
    known = _read.get(str(path))
    if known is None or known[0] != changed:
        known = _read[str(path)] = (changed, json.loads(path.read_bytes()))
    return known[1]


def tags_for(entry: str) -> SafeString:
    """Style sheets, preloaded text face and module script of an entry (``main.ts``), with hashed names."""
    chunks = manifest()
    chunk = chunks.get(f"src/{entry}")
    if chunk is None:
        return SafeString("")
    faces = [name for name in chunk.get("assets", []) if "inter-latin-wght" in name]
    return format_html(
        "{}{}{}",
        format_html_join(
            "\n",
            '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>',
            ((static(f),) for f in faces),
        ),
        format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in chunk.get("css", []))),
        format_html('<script type="module" src="{}"></script>', static(chunk["file"])),
    )
