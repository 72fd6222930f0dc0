"""The catalogue's work for the worker and for the night."""

from __future__ import annotations

import logging

from catalog import seeping
from catalog.actions import follow_lineage, lapse_reviews
from catalog.actions.loads import index_loaded
from catalog.documents import forget_unused_words
from catalog.models import Stirred
from catalog.recounting import counted_again
from guard.outbox import nightly, work
from people.first import actor_named

log = logging.getLogger(__name__)


@work("catalog.index_datasets")
def index_datasets(ids: list[int]) -> None:
    """Write search documents that a large load left over."""
    index_loaded(by=actor_named(None), ids=ids)


@work(seeping.WORK)
def follow_what_was_stirred() -> None:
    """Follow a fall of levels that reaches too far for a request."""
    follow_lineage(by=actor_named(None))


@nightly("catalog.lineage")
def follow_what_is_left() -> None:
    """What was stirred by other hands than an act's, or by an act whose work was lost."""
    if Stirred.objects.exists():
        follow_lineage(by=actor_named(None))


@nightly("column lineage counted again")
def count_lineage_again() -> None:
    """Say loudly when what arrives by lineage drifted; nothing is changed by itself (`govern propagate --apply`)."""
    counted = counted_again()
    if counted.datasets:
        counts = {"columns": len(counted.columns), "datasets": len(counted.wholes)}
        log.error("lineage drifted", extra=counts)


@nightly("catalog.reviews")
def end_reviews() -> None:
    """Let lapse what is due."""
    lapse_reviews(by=actor_named(None))


@nightly("catalog.vocabulary")
def shorten_vocabulary() -> None:
    """Forget words that nothing says any more."""
    forget_unused_words()
