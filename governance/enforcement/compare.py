"""The difference between the world and what is wanted, object by object. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from governance.enforcement import compare_rights, compare_roles, compare_tables, compare_views
from governance.enforcement.names import Names
from governance.enforcement.steps import Beyond, Difference, Step
from governance.enforcement.wanted import Wanted
from governance.enforcement.world import Known, World


class Collision(ValueError):
    """A name that enforcement needs belongs to somebody else."""


def compare(world: World, wanted: Wanted, known: Known) -> Difference:
    """Everything that differs.

    Raises:
        Collision: a role or schema of a name that we need is there and is not ours.
    """
    refuse_collisions(world, wanted.names)
    steps: list[Step] = []
    beyond: list[Beyond] = []
    for found in _all(world, wanted, known):
        if isinstance(found, Step):
            steps.append(found)
        else:
            beyond.append(found)
    return Difference(tuple(sorted(steps, key=lambda step: step.phase)), tuple(beyond))


def _all(world: World, wanted: Wanted, known: Known) -> Iterator[Step | Beyond]:
    yield from compare_roles.roles(world, wanted)
    yield from compare_roles.keepers(world, wanted, known)
    yield from compare_roles.readers(world, wanted)
    yield from compare_roles.powers(world, wanted)
    yield from compare_roles.product(world, wanted)
    yield from compare_rights.database(world, wanted)
    yield from compare_rights.schemas(world, wanted)
    yield from compare_rights.defaults(world, wanted, known)
    yield from compare_rights.functions(world, wanted, known)
    yield from compare_tables.tables(world, wanted)
    yield from compare_tables.strangers(world, wanted)
    yield from compare_tables.copies(world)
    yield from compare_views.key(world, wanted)
    yield from compare_views.schemas(world, wanted)
    yield from compare_views.views(world, wanted, known)


def refuse_collisions(world: World, names: Names) -> None:
    """Refuse roles and schemas of our names that others made.

    Raises:
        Collision: with the name.
    """
    for name in sorted(names.ours):
        role = world.roles.get(name)
        if role is not None and role.comment.split(";")[0] != names.comment:
            raise Collision(name)
    for name in sorted(names.schemas):
        schema = world.schemas.get(name)
        if schema is not None and schema.owner != names.owner:
            raise Collision(name)
