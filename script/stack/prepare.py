"""What the checkout needs besides the virtual environment: the built front end and compiled translations."""

from __future__ import annotations

from script.stack import frontend, translations
from script.stack.places import ROOT


def main(words: list[str]) -> int:
    """Build what is missing or older than its sources."""
    frontend.build()
    translations.compile_changed()
    (ROOT / "static-root").mkdir(exist_ok=True)  # WhiteNoise warns when it is missing; collectstatic fills it
    return 0
