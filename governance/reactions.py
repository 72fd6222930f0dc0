"""What happens elsewhere and lets the scanner look again: columns that an import brought or changed."""

from __future__ import annotations

import logging

from catalog.models import Dataset
from governance import rescanning
from governance.actions import rescan_dataset
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
    """Let the scanner look again by itself where somebody's word for it still holds; else it waits for a person."""
    if rescanning.asker_of(dataset) is None:
        return
    try:
        rescan_dataset(by=actor_named(None), dataset=dataset)
    except Refusal as refusal:  # one is under way: its night comes
        log.info("not scanned again", extra={"dataset": dataset.key, "code": refusal.code})
