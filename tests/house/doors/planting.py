"""A world in which every text of every governed model is a word that stands nowhere else, at every level.

Nothing here knows a room: the models, their fields and their order are read from Django, so a governed model that is
made tomorrow is planted tomorrow. Rows are written past the verbs (nobody could say all this at once); what verbs
write beside their rows (search documents, ledger lines, joints, notices) is planted too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone

from catalog.documents import put_document
from guard import ledger, policy, things
from guard.doors.acts import Acting
from guard.doors.managers import SealedManager
from guard.doors.writing import CURRENT
from guard.governed import Governed
from guard.models import Category, Domain, Level, Thing
from guard.states import TABLES
from people.models import Notice, User
from tests.house.doors.fields import CODED_NAMES, CODES
from tests.house.ground import own_models

LEVELS = (1, 2, 3, 4, 5)
OWN = policy.RAW + 1  # beyond all grades: of the person's own work, such as a job
#: which states a kind is planted in: its first, one on the way, its last
FRESH, APPROVED, RETIRED = "fresh", "approved", "retired"
FURTHER = {APPROVED: ("approved", "certified", "live", "granted", "supported", "accepted", "coded")}
ENDED = {RETIRED: ("retired", "gone", "archived", "closed", "superseded", "withdrawn", "revoked", "declined")}


@dataclass(frozen=True)
class Secret:
    """One planted word.

    Args:
        word: stands nowhere else.
        model: name of the governed model that holds it.
        field: of the model.
        level: of its thing.
        needed: the grade from which it may be seen.
        state: fresh, approved or retired.
    """

    word: str
    model: str
    field: str
    level: int
    needed: int
    state: str

    @property
    def where(self) -> str:
        return f"{self.model}.{self.field}"


@dataclass
class Planted:
    """One of everything at one level."""

    level: int
    state: str
    keeper: User
    other: User
    to: User
    said: str = ""
    things: dict[str, Thing] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    searched: list[str] = field(default_factory=list)  # titles, and other words by which things are found

    @property
    def house_level(self) -> Level:
        return Level.objects.select_related("scheme").get(scheme__is_house=True, rank=self.level)

    @property
    def category(self) -> Category:
        found = Category.objects.filter(scheme__is_house=True, code="sex").first()
        assert found is not None
        return found


@dataclass
class World:
    """All sets, and every secret in them."""

    domain: Domain
    keeper: User
    sets: list[Planted] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)

    def word(self, model: str, name: str, at: Planted, needed: int) -> str:
        """A new secret word, nine letters and digits that survive folding, escaping and quoting."""
        found = f"zq{len(self.secrets):05d}kx"
        self.secrets.append(Secret(found, model, name, at.level, needed, at.state))
        if name == "title" or name.startswith("search "):
            at.searched.append(found)
        return found

    def secrets_of(self) -> dict[str, Secret]:
        return {secret.word: secret for secret in self.secrets}


def governed_models() -> list[type[models.Model]]:
    """Every model behind the doors."""
    return [model for model in own_models() if isinstance(model._default_manager, SealedManager)]


def in_order() -> list[type[models.Model]]:
    """Governed models, whoever is pointed at first."""
    left, done = [m for m in governed_models() if m is not Thing], []
    while left:
        ready = [m for m in left if not (_needs(m) & set(left)) - {m}]
        assert ready, f"governed models point at each other in a ring: {left}"
        done += ready
        left = [m for m in left if m not in ready]
    return done


def _needs(model: type[models.Model]) -> set[Any]:
    """Models whose row must stand before this one's; keys that are set later do not count."""
    return {f.related_model for f in model._meta.concrete_fields if f.is_relation and not f.null} | (
        {apps.get_model("guard", "Waiver")} if model.__name__ == "WaiverRequest" else set()
    )


@contextmanager
def gardener(by: User) -> Iterator[None]:
    """Write past the verbs."""
    token = CURRENT.set(Acting("test.ground", by))
    try:
        yield
    finally:
        CURRENT.reset(token)


def plant(domain: Domain, keeper: User, other: User, to: User) -> World:
    """Every governed model at every level, the two highest in every state.

    Args:
        domain: where all of it belongs.
        keeper: stands on everything as its owner.
        other: a second person where two are needed.
        to: whom notices were written to.
    """
    world = World(domain, keeper)
    states = (FRESH, APPROVED, RETIRED)
    wanted = [(level, states[level % 3]) for level in (1, 2, 3)] + [(4, s) for s in states] + [(5, s) for s in states]
    with gardener(keeper):
        for level, state in wanted:
            world.sets.append(_set(world, Planted(level, state, keeper, other, to)))
        for planted in world.sets:
            _finish(planted)
        _join(world)
        _cross(world)
    return world


def _set(world: World, at: Planted) -> Planted:
    own = [model for model in governed_models() if issubclass(model, Governed)]
    for model in own:
        kind = model.KIND
        at.things[kind] = things.new_thing(
            kind=kind, title=world.word(model.__name__, "title", at, policy.READ), domain=world.domain,
            level=at.level, state=state_of(kind, at.state),
        )  # fmt: skip
    at.said = world.word("Quote", "exact", at, policy.READ)
    for model in in_order():
        at.rows[model.__name__] = model.objects.create(**_values(world, at, model))
    at.rows["Job"] = apps.get_model("guard", "Job").objects.create(
        kind="import", by=at.keeper, sentence=world.word("Job", "sentence", at, OWN),
        arguments={"note": world.word("Job", "arguments", at, OWN)},
        result={"note": world.word("Job", "result", at, OWN)},
    )  # fmt: skip
    for model in own:
        _beside(world, at, model)
    return at


def state_of(kind: str, which: str) -> str:
    """A state of the kind's own table."""
    if kind not in TABLES:
        return ""
    table = TABLES[kind]
    known = [str(state) for state in table.states]
    wanted = {**FURTHER, **ENDED}.get(which, (table.initial,))
    return next((state for state in wanted if state in known), str(table.initial))


def _values(world: World, at: Planted, model: type[models.Model]) -> dict[str, Any]:
    needed = max(policy.READ, getattr(model, "POLICY_GRADE", 0))
    found: dict[str, Any] = {}
    for f in model._meta.concrete_fields:
        if isinstance(f, (models.AutoField, models.GeneratedField)) or f.name in ("uid", "row_version"):
            continue

        def word(name: str = f.name) -> str:
            return world.word(model.__name__, name, at, needed)

        found[f.name] = _value(at, model, f, word)
    return {name: value for name, value in found.items() if value is not _LEAVE}


_LEAVE: Any = object()


def _value(at: Planted, model: type[models.Model], f: Any, word: Callable[[], str]) -> Any:
    full = f"{model.__name__}.{f.name}"
    if full in CODES:
        return CODES[full][0](at, word)
    if f.is_relation:
        return _related(at, model, f)
    if f.choices:
        return next(value for value, _label in f.choices if value != "")
    if isinstance(f, ArrayField):
        return [word()] if isinstance(f.base_field, (models.CharField, models.TextField)) else [at.level]
    if isinstance(f, SearchVectorField):
        return _LEAVE
    if isinstance(f, (models.CharField, models.TextField)):
        if f.name in CODED_NAMES:
            return _LEAVE if f.has_default() or f.blank else "x"
        return f"<p>{word()}</p>" if f.name.endswith("_html") else word()
    return _plain(f)


def _plain(f: Any) -> Any:
    if f.null or f.has_default() or f.has_db_default():
        return _LEAVE
    if isinstance(f, models.DateTimeField):
        return timezone.now()
    if isinstance(f, models.DateField):
        return timezone.now().date() + timedelta(days=30)
    return 1


def _related(at: Planted, model: type[models.Model], f: Any) -> Any:
    there = f.related_model
    if there is Thing:
        return at.things.get(getattr(model, "KIND", ""), at.things["dataset"])
    if there is User:
        return _LEAVE if f.null else at.keeper
    if there.__name__ in at.rows:
        return at.rows[there.__name__]
    if f.null:
        return _LEAVE
    return _ungoverned(there)


def _ungoverned(model: type[models.Model]) -> Any:
    """A row that every set shares."""
    found = model._default_manager.first()
    if found is None:
        names = {f.name: "x" * 8 for f in model._meta.concrete_fields if isinstance(f, models.CharField)}
        found = model._default_manager.create(**names)
    return found


def _beside(world: World, at: Planted, model: type[Governed]) -> None:
    """What the verbs write beside a row: how it is found, and what the record says of it."""
    thing, name = at.things[model.KIND], model.__name__
    if model.KIND != "participant":
        put_document(
            thing,
            name=world.word(name, "search name", at, policy.READ),
            tags=[world.word(name, "search tag", at, policy.READ)],
            body=world.word(name, "search text", at, policy.READ),
            column_text=world.word(name, "search column", at, policy.COLUMNS) if model.KIND == "dataset" else "",
        )
    Notice.objects.create(person=at.to, thing=thing, code=f"{model.KIND}.described", sentence="Something happened.")
    ledger.write(
        verb=f"{model.KIND}.described", by=at.keeper, outcome="done", thing=thing,
        body={"reason": world.word(name, "ledger reason", at, policy.READ),
              "diff": {"description": [world.word(name, "ledger diff", at, policy.READ), "x"]}},
    )  # fmt: skip


def _finish(at: Planted) -> None:
    """Keys that point at what is made later."""
    at.rows["Metric"].current = at.rows["MetricVersion"]
    at.rows["Metric"].save(update_fields=["current"])
    at.rows["Prd"].current = at.rows["PrdVersion"]
    at.rows["Prd"].save(update_fields=["current"])


def _join(world: World) -> None:
    """Every declared joint between every two levels that it may join, both ways round."""
    from guard.models import Link
    from guard.relations import RELATIONS

    rows = []
    for (source, code, target), relation in RELATIONS.items():
        for a in world.sets:
            for b in world.sets:
                up = relation.carries == "none" or a.level >= b.level
                if up and not (source == target and a is b) and source in a.things and target in b.things:
                    rows.append(Link(
                        source=a.things[source], relation=code, target=b.things[target], carries=relation.carries,
                        columns=["x"] if relation.carries == "part" else [], role="",
                        carried_rank=b.level if relation.carries == "part" else None,
                    ))  # fmt: skip
    Link.objects.bulk_create(rows, ignore_conflicts=True)


#: keys that carry a level: no verb lets a row stand on something stricter (each has a test in its room)
CARRIED = {
    "Quote.interview", "Interview.participant", "LevelReview.dataset", "Grant.dataset", "Grant.renews",
    "GrantPeriod.dataset", "CampaignItem.campaign", "ColumnEdge.target_dataset", "Attestation.target_dataset",
    "Attestation.source_dataset", "RuleVersion.change", "PolicyChange.rule",
}  # fmt: skip
ACROSS = 2  # the level whose rows stand on the strictest


def _cross(world: World) -> None:
    """Let what many may see stand on what few may: every key between governed objects, where no level is carried."""
    mild = next(at for at in world.sets if at.level == ACROSS)
    strict = next(at for at in world.sets if at.level == max(LEVELS) and at.state == FRESH)
    for name, row in mild.rows.items():
        model = type(row)
        own = tuple(path.split("__")[0] for path in getattr(model, "POLICY_PATHS", ()))
        for f in model._meta.concrete_fields:
            if not f.is_relation or f.name in own or f.primary_key or f"{name}.{f.name}" in CARRIED:
                continue
            if f.related_model is Thing:
                value: Any = strict.things["metric"] if name == "Evidence" else strict.things["dataset"]
            elif f.related_model and issubclass(f.related_model, Governed):
                value = strict.rows[f.related_model.__name__]
            else:
                continue
            model._default_manager.unrestricted("a test plants").filter(pk=row.pk).update(**{f.name: value})
