"""The demo's longer texts, as files."""

from pathlib import Path


def read(name: str) -> str:
    """One text by its file name."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
