"""One invented column, and how dirt gets in; shared by both generators."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from bench.scanner_protocol import COLUMNS, CRYPTIC, CRYPTIC_NAMES, DIRT, JUNK, NEGATIVES, TOLD, VALUES

Maker = Callable[[], object]


@dataclass(frozen=True)
class Labelled:
    """A column with what it truly is.

    Attributes:
        name: as the scanner sees it.
        values: VALUES of them, None among them.
        kind: the true kind, or "" where nothing personal is in it.
        variant: which maker made it.
        stratum: told or cryptic; "other" for what is not personal.
        dirt: share of junk.
    """

    name: str
    values: tuple[str | None, ...]
    kind: str
    variant: str
    stratum: str
    dirt: float


def filled(rng: random.Random, make: Maker, dirt: float) -> tuple[str | None, ...]:
    """VALUES values; of them a share of junk at random places, and one value in eight repeated."""
    fresh = [str(make()) for _ in range(VALUES)]
    repeated = [rng.choice(fresh) if rng.random() < 0.125 else value for value in fresh]
    return tuple(rng.choice(JUNK) if rng.random() < dirt else value for value in repeated)


def positives(
    rng: random.Random, kind: str, variants: Sequence[tuple[str, Maker, Sequence[str]]]
) -> Iterator[Labelled]:
    """The columns of one kind: variants and names in turn, every dirt level, both strata."""
    for stratum, count in COLUMNS.items():
        for dirt in DIRT:
            for number, (variant, make, names) in enumerate(islice(cycle(variants), count)):
                pool = names if stratum == TOLD else CRYPTIC_NAMES
                name = pool[(number // len(variants) if stratum == TOLD else number) % len(pool)]
                yield Labelled(name, filled(rng, make, dirt), kind, variant, stratum, dirt)


def negatives(rng: random.Random, variant: str, make: Maker, names: Sequence[str]) -> Iterator[Labelled]:
    """The columns of one other thing; every third has a name that says nothing."""
    for dirt in DIRT:
        for number in range(NEGATIVES):
            name = CRYPTIC_NAMES[number % len(CRYPTIC_NAMES)] if number % 3 == 2 else names[number % len(names)]
            yield Labelled(name, filled(rng, make, dirt), "", variant, "other" if number % 3 != 2 else CRYPTIC, dirt)
