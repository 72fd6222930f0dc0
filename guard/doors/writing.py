"""The writing door: governed rows change only inside an act."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from guard.doors.sealed import inside_door
from guard.refusals import DoorError

if TYPE_CHECKING:
    from guard.doors.acts import Acting

CURRENT: ContextVar[Acting | None] = ContextVar("acting", default=None)


def in_act(model: Any) -> None:
    """Raise `DoorError` unless an act is under way."""
    if CURRENT.get() is None:
        name = getattr(model, "__name__", str(model))
        raise DoorError(f"{name} is governed: write it inside an @act verb.")


class DoorMixin:
    """Save, delete and refresh of one governed row."""

    POLICY_PATHS: tuple[str, ...] = ("",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        in_act(type(self))
        super().save(*args, **kwargs)  # type: ignore[misc]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        in_act(type(self))
        with inside_door():
            return super().delete(*args, **kwargs)  # type: ignore[misc]

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        if from_queryset is None:
            from_queryset = type(self)._base_manager.unrestricted("a row already in hand is read again")  # type: ignore[attr-defined]
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)  # type: ignore[misc]
