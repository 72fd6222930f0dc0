"""Base classes of every governed row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from guard.doors.managers import GovernedManager, SealedManager
from guard.doors.writing import DoorMixin

if TYPE_CHECKING:
    from guard.models import Domain


class Governed(DoorMixin, models.Model):
    """An object with a key: what it is called, where it belongs, how strict it is and how far it got is its Thing."""

    KIND = ""
    POLICY_PATHS: tuple[str, ...] = ("thing",)
    POLICY_GRADE = 0

    thing = models.OneToOneField("guard.Thing", primary_key=True, on_delete=models.PROTECT, related_name="+")

    objects = GovernedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.thing.title)

    @property
    def key(self) -> str:
        return str(self.thing.key)

    @property
    def title(self) -> str:
        return str(self.thing.title)

    @property
    def level(self) -> int:
        return int(self.thing.level)

    @property
    def state(self) -> str:
        return str(self.thing.state)

    @property
    def domain(self) -> Domain:
        return self.thing.domain

    @property
    def uid(self) -> Any:
        return self.thing.uid


class Part(DoorMixin, models.Model):
    """A row of a governed object, seen by whoever sees its object at `POLICY_GRADE` or above."""

    POLICY_PATHS: tuple[str, ...] = ()  # path to the object's Thing, such as ("dataset__thing",)
    POLICY_GRADE = 2

    objects = SealedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
