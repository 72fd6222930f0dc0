"""What happens elsewhere and lets the scanner look again: columns that an import brought or changed."""

from __future__ import annotations

import logging

from catalog.models import Dataset
from governance import rescanning
from governance.actions import start_scan
from guard.doors import grade_of
from guard.policy import PROFILE
from guard.reactions import reacts_to
from guard.refusals import Refusal
from people.first import actor_named

log = logging.getLogger(__name__)


@reacts_to("dataset.schema_changed")
def columns_changed(entry_id: int, thing_id: int | None) -> None:
    """The scanner looks again, if it ever looked. A second call finds nothing to do."""
    for dataset in rescanning.due(thing_id) if thing_id is not None else ():
        rescan(dataset)


def rescan(dataset: Dataset) -> None:
    """Ask for a scan as the service account: it proposes, people decide; what it may not see it leaves alone."""
    by = actor_named(None)
    if grade_of(by, dataset.thing) < PROFILE:
        return
    try:
        start_scan(by=by, dataset=dataset)
    except Refusal as refusal:  # one is under way: its night comes
        log.info("not scanned again", extra={"dataset": dataset.key, "code": refusal.code})
