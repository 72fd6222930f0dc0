"""Markdown of the catalogue, rendered once, when it is saved."""


def html_of(text: str) -> str:
    """Safe HTML of a description; nothing for nothing."""
    if not text:
        return ""
    from web import markdown

    return str(markdown.render(text))
