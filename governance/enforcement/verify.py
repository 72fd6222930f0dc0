"""Is the warehouse as the levels ask? Lists, memberships, policies, views, and live tries; every difference classed."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from governance.enforcement import probes, reading
from governance.enforcement.aim import Aim
from governance.enforcement.compare import compare
from governance.enforcement.reading import Link
from governance.enforcement.session import looking
from governance.enforcement.steps import NARROWER, UNKNOWN, WIDER, Beyond, Difference
from governance.enforcement.wanted import Wanted
from governance.enforcement.world import Known, World

CLASSES = (WIDER, NARROWER, UNKNOWN)


@dataclass(frozen=True)
class Verdict:
    """What verifying found.

    Args:
        drift: every difference, the dangerous class first.
        unprotected: what this design cannot hide, by name (`limits`).
    """

    world: World
    wanted: Wanted
    drift: tuple[Beyond, ...]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(one.drift for one in self.drift)
        return {name: counted[name] for name in CLASSES}

    @property
    def is_in_step(self) -> bool:
        return not self.drift


def verify(link: Link, aim: Aim, known: Known) -> Verdict:
    """Read everything and try every role; nothing is changed.

    Raises:
        Collision: a name of ours is somebody else's.
    """
    with looking(link), _without_collecting():
        world = reading.read(link, aim.names, aim.managed, known.digests)
        wanted = aim.wanted(world)
        found = [*drift_of(compare(world, wanted, known)), *probes.probe(link, world, wanted)]
    order = {name: number for number, name in enumerate(CLASSES)}
    return Verdict(world, wanted, tuple(sorted(dict.fromkeys(found), key=lambda one: order[one.drift])))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hundreds of thousands of small objects without a cycle: to look for cycles costs a quarter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def drift_of(difference: Difference) -> Sequence[Beyond]:
    """The differences without their remedies."""
    steps = (Beyond(step.drift, step.code, step.thing, step.who, step.detail) for step in difference.steps)
    return [*steps, *difference.beyond]
