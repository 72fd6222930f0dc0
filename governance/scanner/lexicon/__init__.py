"""Lists of names, read once. They are evidence, never proof: a column is judged by the share of values they meet."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


def words(text: str) -> frozenset[str]:
    """The words of a text, for short lists that stand beside their rule."""
    return frozenset(text.split())


def _words(name: str) -> frozenset[str]:
    lines = (files(__package__) / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def given() -> frozenset[str]:
    """Given names in small letters, without accents."""
    return _words("given.txt")


@lru_cache(maxsize=1)
def family() -> frozenset[str]:
    """Family names in small letters, without accents."""
    return _words("family.txt")


@lru_cache(maxsize=1)
def family_zh() -> frozenset[str]:
    """Chinese family names of one sign and of two."""
    words = _words("family_zh.txt") - {"|"}
    return frozenset(sign for word in words if len(word) > 2 for sign in word) | {w for w in words if len(w) == 2}


@lru_cache(maxsize=1)
def organisations() -> frozenset[str]:
    """Words of organisations and places."""
    return _words("organisations.txt")


@lru_cache(maxsize=1)
def streets() -> frozenset[str]:
    """Words for streets."""
    return _words("streets.txt")


@lru_cache(maxsize=1)
def junk() -> frozenset[str]:
    """What stands for no value; a line may hold several words."""
    lines = (files(__package__) / "junk.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
