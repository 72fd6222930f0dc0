"""How a category of a shipped scheme is written down."""

from __future__ import annotations

from typing import Any


def category(code: str, name: str, name_zh: str, floor: int | None, **more: Any) -> dict[str, Any]:
    """One category as the fields of guard.models.Category.

    Args:
        code: within the scheme.
        name: in English.
        name_zh: in Chinese.
        floor: the house rank that data of this category has at least; None for no floor.
        more: parent (a code above it in the same list), meaning, condition, is_prohibited.
    """
    return {"code": code, "name": name, "name_zh": name_zh, "floor": floor, **more}
