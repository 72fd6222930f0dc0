"""The sight that is lent to the scanner's account: of one dataset, and of reviews of it that it opened before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from guard import clock, things
from guard.policy import COLUMNS
from people.first import SCANNER

LENT = "scanner"
FOR = timedelta(minutes=30)  # at most; it ends with the scan


def is_scanner(person: Any) -> bool:
    """Whether somebody is the scanner's own account."""
    return bool(person.is_service and person.username == SCANNER)


def give_back(of: Any, person: Any) -> None:
    """End what was lent; inside an act. Of people there is nothing to end."""
    if is_scanner(person):
        things.end_standing(of, reason=LENT, person=person)


@contextmanager
def lent(of: Any, person: Any) -> Iterator[None]:
    """Let the scanner's account speak about a review of the dataset that it was lent, and no longer."""
    if is_scanner(person):
        things.give(of, reason=LENT, grade=COLUMNS, person=person, until=clock.now() + FOR)
    yield
    give_back(of, person)
