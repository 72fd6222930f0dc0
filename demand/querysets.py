"""Managers of demand: what a row is always read with, since an unread joint of a governed row stays sealed."""

from __future__ import annotations

from typing import Any

from guard.doors.managers import GovernedManager


class InterviewManager(GovernedManager):
    """Interviews come with their participant's alias, never with the identity."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("participant__thing")


class QuoteManager(GovernedManager):
    """Quotes come with their interview, which is as strict as they are."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("interview__thing", "interview__participant__thing")


class RequestManager(GovernedManager):
    """Requests come with the people and the purpose that every page of them names."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("requester", "decision_maker", "purpose")
