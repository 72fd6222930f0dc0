"""From levels to the roles, views and rights that should be there. Pure: the catalogue's levels and the shapes in."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from governance.enforcement.masks import mask
from governance.enforcement.names import GRADES, KEEP, KEY_TABLE, PROTECTED_FROM, UNKNOWN, Names, may_manage
from governance.enforcement.quoting import dotted, fit, ident
from governance.enforcement.world import Key, Relation, World


@dataclass(frozen=True)
class Label:
    """What the catalogue says of one table: the rank of each column, and a floor for the whole."""

    schema: str
    name: str
    columns: Mapping[str, int]
    floor: int = 0
    dataset: str = ""

    @property
    def key(self) -> Key:
        return (self.schema, self.name)


@dataclass(frozen=True)
class Personal:
    """Access that was decided for one person: columns of one table (none named: all) in the views of one grade."""

    login: str
    table: Key
    grade: int
    columns: tuple[str, ...] = ()
    grant: str = ""


@dataclass(frozen=True)
class Guarded:
    """A table that is in the catalogue, or a partition of one."""

    key: Key
    rank: int
    dataset: str
    is_child: bool = False

    @property
    def is_protected(self) -> bool:
        """Whether nobody but the owner may read the table itself."""
        return self.rank >= PROTECTED_FROM


@dataclass(frozen=True)
class View:
    """One table as one grade sees it."""

    key: Key
    grade: int
    table: Key
    columns: tuple[str, ...]
    masked: tuple[str, ...]
    query: str
    personal: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def digest(self) -> str:
        """Of the SQL that we write."""
        return hashlib.sha256(self.query.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Wanted:
    """The state that the levels ask for.

    Args:
        names: of roles and schemas.
        managed: schemas whose tables are under enforcement.
        tables: catalogued tables that are there, and their partitions.
        unknown: what stands in a managed schema and in no catalogue.
        views: by grade schema and name.
        members: (grade's role, login).
        missing: catalogued tables that are not there.
        unlabelled: columns that the catalogue does not know, by table.
        product: login by which the product itself reads, when it is there.
        people: logins of people who are cleared for something.
    """

    names: Names
    managed: tuple[str, ...]
    tables: Mapping[Key, Guarded]
    unknown: tuple[Key, ...]
    views: Mapping[Key, View]
    members: frozenset[tuple[str, str]] = frozenset()
    missing: tuple[str, ...] = ()
    unlabelled: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    product: str = ""
    people: frozenset[str] = frozenset()

    @property
    def readers(self) -> frozenset[str]:
        """Logins that come by a grade or by a grant."""
        granted = {login for view in self.views.values() for login, _columns in view.personal}
        return frozenset(granted | {login for _role, login in self.members})


def build(
    world: World, labels: Sequence[Label], names: Names, grades: Mapping[str, int],
    personal: Iterable[Personal] = (), *, product: str = "",
) -> Wanted:  # fmt: skip
    """What should be there.

    Args:
        world: for shapes (columns, types, partitions) and logins; its rights are not looked at.
        labels: from the catalogue.
        names: of what is made.
        grades: rank by login; logins that are not there are left out.
        personal: decided access.
        product: login by which the product itself reads.

    Raises:
        ValueError: a label names a schema that may not be managed.
    """
    for label in labels:
        if not may_manage(label.schema):
            raise ValueError(f"The schema {label.schema} is never managed.")
    by_key = {label.key: label for label in labels}
    for key, label in list(by_key.items()):  # a partition with a label of its own is still a part
        relation = world.relations.get(key)
        if relation is not None and relation.parent in by_key:
            del by_key[label.key]
    managed = tuple(sorted({label.schema for label in labels}))
    tables: dict[Key, Guarded] = {}
    unlabelled: dict[Key, tuple[str, ...]] = {}
    for key, label in by_key.items():
        if (relation := world.relations.get(key)) is not None:
            tables[key] = _guarded(relation, label)
            if strange := tuple(name for name in relation.columns if name not in label.columns):
                unlabelled[key] = strange
    _add_children(world, tables)
    views = _views(world, by_key, tables, _granted(personal, world))
    return Wanted(
        names=names,
        managed=managed,
        tables=tables,
        unknown=tuple(sorted(k for k in world.relations if k[0] in managed and k not in tables)),
        views=views,
        members=frozenset(
            (names.role(grade), who)
            for who, grade in {**_of_product(world, tables.values(), product), **grades}.items()
            if grade in GRADES and who in world.logins
        ),
        missing=tuple(sorted(label.dataset or ".".join(key) for key, label in by_key.items() if key not in tables)),
        unlabelled=unlabelled,
        product=product if product in world.logins else "",
        people=frozenset(grades),
    )  # fmt: skip


def _of_product(world: World, tables: Iterable[Guarded], product: str) -> dict[str, int]:
    """The grade of the product's own login: the least one whose views mask nothing, since it profiles and scans.

    One that is a superuser or the enforcement login reads past every grade; `compare_roles.product` names it.
    """
    if product == world.admin or product in world.supers:
        return {}
    return {product: max((table.rank for table in tables), default=0)}


def rank_of(label: Label, column: str) -> int:
    """The rank of one column; unknown ones count as L4."""
    return label.columns.get(column, UNKNOWN)


def _guarded(relation: Relation, label: Label) -> Guarded:
    ranks = [rank_of(label, column) for column in relation.columns]
    return Guarded(relation.key, max([label.floor, *ranks], default=UNKNOWN) or UNKNOWN, label.dataset)


def _add_children(world: World, tables: dict[Key, Guarded]) -> None:
    """Partitions and children are as strict as what they are part of, however deep."""
    waiting = {key: r for key, r in world.relations.items() if r.parent is not None and key not in tables}
    while True:
        ready = {key: tables[r.parent] for key, r in waiting.items() if r.parent in tables}
        if not ready:
            return
        for key, parent in ready.items():
            own = world.relations[key].columns
            extra = set(own) - set(world.relations[parent.key].columns)
            tables[key] = Guarded(key, max(parent.rank, UNKNOWN if extra else 0), parent.dataset, is_child=True)
            del waiting[key]


def _granted(personal: Iterable[Personal], world: World) -> dict[tuple[Key, int], dict[str, set[str]]]:
    found: dict[tuple[Key, int], dict[str, set[str]]] = {}
    for one in personal:
        relation = world.relations.get(one.table)
        if relation is not None and one.login in world.logins:
            columns = set(one.columns or relation.columns)
            found.setdefault((one.table, one.grade), {}).setdefault(one.login, set()).update(columns)
    return found


def view_names(keys: Iterable[Key]) -> dict[Key, str]:
    """A name in the grades' schemas for each table: its own where no other has it, else with its schema."""
    keys = sorted(keys)
    counted = Counter(name for _schema, name in keys)
    named = {key: key[1] for key in keys if counted[key[1]] == 1}
    taken = set(named.values())
    for key in keys:
        if key in named:
            continue
        name = fit(f"{key[0]}__{key[1]}")
        if name in taken:
            name = fit(f"{name[:40]}_{hashlib.sha256(repr(key).encode()).hexdigest()[:12]}")
        taken.add(name)
        named[key] = name
    return named


def _views(
    world: World, labels: Mapping[Key, Label], tables: Mapping[Key, Guarded],
    granted: Mapping[tuple[Key, int], Mapping[str, set[str]]],
) -> dict[Key, View]:  # fmt: skip
    views: dict[Key, View] = {}
    named = view_names(key for key, table in tables.items() if not table.is_child)
    for key, name in named.items():
        relation, label = world.relations[key], labels[key]
        shown = [_shown(column, kind) for column, kind in zip(relation.columns, relation.types, strict=True)]
        ranks = [rank_of(label, column) for column in relation.columns]
        made: dict[tuple[bool, ...], tuple[tuple[str, ...], str]] = {}
        for grade in GRADES:
            hidden = tuple([rank > grade for rank in ranks])
            if label.floor > grade or all(hidden):
                continue  # nothing of it is for this grade: not even that it exists
            if hidden not in made:  # grades that see the same share one text
                masked = tuple(compress(relation.columns, hidden))
                made[hidden] = masked, _query(key, shown, hidden)
            at, people = (Names.schema(grade), name), granted.get((key, grade), {})
            views[at] = View(
                at, grade, key, relation.columns, *made[hidden],
                tuple((login, tuple(c for c in relation.columns if c in people[login])) for login in sorted(people)),
            )  # fmt: skip
    return views


def _shown(column: str, data_type: str) -> tuple[str, str, bool]:
    """As it is, as it is masked, whether masking needs the key."""
    name = ident(column)
    masked, needs_key = mask(f"b.{name}", data_type)
    return f"b.{name}", f"{masked} AS {name}", needs_key


def _query(table: Key, shown: Sequence[tuple[str, str, bool]], hidden: Sequence[bool]) -> str:
    parts = [masked if hide else plain for (plain, masked, _key), hide in zip(shown, hidden, strict=True)]
    key = f", {dotted(KEEP, KEY_TABLE)} AS k" if any(
        needs and hide for (_p, _m, needs), hide in zip(shown, hidden, strict=True)
    ) else ""  # fmt: skip
    return f"SELECT {', '.join(parts)} FROM {dotted(*table)} AS b{key}"  # noqa: S608 - quoted names
