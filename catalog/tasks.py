"""The catalogue's work for the worker and for the night."""

from __future__ import annotations

from catalog.actions import lapse_reviews
from catalog.actions.loads import index_loaded
from catalog.documents import forget_unused_words
from guard.outbox import nightly, work
from people.first import actor_named


@work("catalog.index_datasets")
def index_datasets(ids: list[int]) -> None:
    """Write search documents that a large load left over."""
    index_loaded(by=actor_named(None), ids=ids)


@nightly("catalog.reviews")
def end_reviews() -> None:
    """Let lapse what is due."""
    lapse_reviews(by=actor_named(None))


@nightly("catalog.vocabulary")
def shorten_vocabulary() -> None:
    """Forget words that nothing says any more."""
    forget_unused_words()
