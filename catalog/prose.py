"""Markdown of the catalogue, rendered once, when it is saved."""

from __future__ import annotations

import re
from html import escape

from web import markdown

# words of one line without any sign that Markdown reads: the common case of imported descriptions
_PLAIN = re.compile(r"[^\W\d][\w ,;.:()'\"%/?=@-]*", re.UNICODE)


def html_of(text: str) -> str:
    """Safe HTML of a description; nothing for nothing. Plain lines take the short way (an import has thousands)."""
    if not text:
        return ""
    if _PLAIN.fullmatch(text) and "_" not in text and "  " not in text and len(text) < 2000:
        return f"<p>{escape(text.strip(), quote=False)}</p>"
    return markdown.render(text)
