"""Where the corpus is; tests that need it skip by name when it is not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("THROUGHLINE_CORPUS") or ROOT.parent / "shared" / "corpus")


def needs_corpus(*parts: str) -> pytest.MarkDecorator:
    """Skip a test, by name, when a folder or file of the corpus is missing."""
    path = CORPUS.joinpath(*parts)
    return pytest.mark.skipif(not path.exists(), reason=f"the corpus has no {'/'.join(parts)} here")


def files(*parts: str, endings: tuple[str, ...] = (".yaml", ".yml", ".json")) -> list[Path]:
    """The files of a folder of the corpus, sorted; empty when it is missing."""
    return sorted(path for path in CORPUS.joinpath(*parts).rglob("*") if path.suffix in endings)


def say(capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    """Print a figure of the corpus even when the test passes."""
    with capsys.disabled():
        sys.stdout.write(f"\n{sentence}\n")
