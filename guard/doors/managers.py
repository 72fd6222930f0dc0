"""Managers and querysets of governed rows: sealed until opened, written only inside an act."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from guard import ledger, policy
from guard.doors.reading import Actor, owned_q, principal_of, visible_q
from guard.doors.sealed import SealedQuery, inside_door
from guard.doors.writing import in_act
from guard.refusals import SealedError


class SealedQuerySet(models.QuerySet):
    """Reads need `visible_to` or `unrestricted`; writes need an act."""

    query: SealedQuery

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or SealedQuery(model), using, hints)

    # -- the reading door
    def visible_to(self, actor: Actor, action: str = "read") -> Self:
        """The rows that `actor` may see for `action` (see guard.policy.ACTIONS)."""
        principal = principal_of(actor)
        needed = max(policy.ACTIONS[action], getattr(self.model, "POLICY_GRADE", 0))
        condition = Q()
        for path in getattr(self.model, "POLICY_PATHS"):  # noqa: B009 - declared by DoorMixin
            condition &= visible_q(principal, needed, path)
        found = self._open(f"user {principal.user_id}")
        if found.query.opened_as == f"user {principal.user_id}":
            found.query.reader_id = principal.user_id
        return found.filter(condition)

    def unrestricted(self, reason: str) -> Self:
        """Every row, for the stated reason; each reason stands in docs/reference/unrestricted.md."""
        if not reason or len(reason) < 10:
            raise SealedError("unrestricted() needs a reason that a governance lead would accept.")
        return self._open(reason)

    @property
    def is_open(self) -> bool:
        """Whether somebody has said who reads."""
        return bool(getattr(self.query, "opened_as", ""))

    def _open(self, opened_as: str) -> Self:
        clone: Self = self.all()
        clone.query.opened_as = clone.query.opened_as or opened_as
        return clone

    def _both_open(self, other: Any) -> None:
        mine, theirs = self.query, getattr(other, "query", None)
        if getattr(mine, "opened_as", "") != getattr(theirs, "opened_as", None) or not self.is_open:
            raise SealedError("Two governed queries are combined only when the same reader opened both.")

    def __or__(self, other: Any) -> Any:
        self._both_open(other)
        return super().__or__(other)

    def __and__(self, other: Any) -> Any:
        self._both_open(other)
        return super().__and__(other)

    def __xor__(self, other: Any) -> Any:
        self._both_open(other)
        return super().__xor__(other)

    def union(self, *others: Any, all: bool = False) -> Any:
        for other in others:
            self._both_open(other)
        return super().union(*others, all=all)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise SealedError("Raw SQL does not pass the policy: write the query with the ORM.")

    # -- the writing door
    def update(self, **kwargs: Any) -> int:
        in_act(self.model)
        return super().update(**kwargs)

    def delete(self) -> Any:
        in_act(self.model)
        with inside_door():
            return super().delete()

    def _raw_delete(self, using: Any) -> Any:
        in_act(self.model)
        return super()._raw_delete(using)  # type: ignore[misc]

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        in_act(self.model)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> Any:
        in_act(self.model)
        with inside_door():
            return super().bulk_update(*args, **kwargs)


class SealedManager(models.Manager.from_queryset(SealedQuerySet)):  # type: ignore[misc]
    """The only kind of manager that a governed model has."""

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise SealedError("Raw SQL does not pass the policy: write the query with the ORM.")


class ThingManager(SealedManager):
    """Things come with their domain: a chip and a crumb need its name."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("domain")


class GovernedManager(SealedManager):
    """Governed objects come with their Thing: key, title, level and state live there."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("thing__domain")


class LedgerQuerySet(models.QuerySet):
    """The ledger is read by its own rule and never changed."""

    query: SealedQuery

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or SealedQuery(model), using, hints)

    def visible_to(self, actor: Actor) -> Self:
        """All of it for auditors and governance leads; else what was done to things that one sees, and one's own.

        Who read a thing is told to nobody else but its owner (decision 0021).
        """
        principal = principal_of(actor)
        clone: Self = self.all()
        clone.query.opened_as = f"user {principal.user_id}"
        if not principal.active:
            return clone.none()
        if principal.roles & {"auditor", "governance_lead"}:
            return clone
        may_know = ~Q(verb=ledger.READ) | owned_q(principal)
        return clone.filter(
            Q(actor_id=principal.user_id)
            | (Q(outcome="done", thing_id__isnull=False) & may_know & visible_q(principal, policy.READ, "thing"))
        )

    def unrestricted(self, reason: str) -> Self:
        """Every entry, for the stated reason."""
        clone: Self = self.all()
        clone.query.opened_as = reason
        return clone

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise SealedError("The ledger is append-only: entries are written by acts and never changed.")

    update = delete = bulk_update = bulk_create = create = raw = _raw_delete = _refuse


class LedgerManager(models.Manager.from_queryset(LedgerQuerySet)):  # type: ignore[misc]
    """Entries cannot be made here; `guard.ledger.write` is the only pen."""
