"""Markdown of the catalogue, rendered once, when it is saved."""

from web import markdown


def html_of(text: str) -> str:
    """Safe HTML of a description; nothing for nothing."""
    return markdown.render(text) if text else ""
