"""The verb by which the scanner looks again by itself: with a lent sight of one dataset, for the time of one scan."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Dataset
from governance import rescanning
from governance.actions.lending import FOR, LENT
from governance.actions.scans import start_scan
from governance.models import Scan
from guard import clock, things
from guard.doors import act, acting
from guard.policy import PROFILE, Who
from guard.refusals import Blocked, Denied
from people.first import scanner_account


@act("scan.lent", who=Who(anyone=True))
def rescan_dataset(*, by: Any, dataset: Dataset) -> Scan:
    """Have the scanner look again by itself, on behalf of who asked for a scan before.

    The scanner's account is cleared for nothing. For this scan it is lent the sight of statistics of this one dataset,
    never more than who asked could see now; it ends with the scan, and by itself half an hour later. What is read stays
    in the worker: counts and shapes come out of it. The account of the work at night is not asked for its clearance.

    Args:
        by: a service account, as which the work at night and the reactions run.
        dataset: due (`governance.rescanning`), with its warehouse at hand.

    Returns:
        The scan, waiting.

    Raises:
        Denied: not a service account.
        Blocked: nobody who asked could still ask, so it waits for a person; or a scan is under way.
    """
    if not by.is_service:
        raise Denied(_("The scanner looks again by itself; people ask for a scan."))
    things.lock(dataset)
    asker, account = rescanning.asker_of(dataset), scanner_account()
    if asker is None or account is None:
        raise Blocked(_("It waits for a person to scan it again."), code="waits-for-person")
    until = clock.now() + FOR
    things.give(dataset, reason=LENT, grade=PROFILE, person=account, until=until)
    acting().subject(dataset)
    acting().note(
        on_behalf_of=asker.username, lent_to=account.username, level=dataset.level, until=until.isoformat(),
        keeps="counts and shapes",
    )  # fmt: skip
    return start_scan(by=account, dataset=dataset)
