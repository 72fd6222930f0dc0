"""Whatever room it is in: governed rows are sealed, changes are acts, and every look past the policy has its reason."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re

import pytest
from django.db.models import Model

from guard.doors.acts import ACTS
from guard.doors.managers import LedgerManager, LedgerQuerySet, SealedManager, SealedQuerySet
from guard.doors.writing import DoorMixin
from guard.governed import Governed, Part
from guard.kinds import KINDS
from guard.models import Entry, EntryDetail
from guard.refusals import DoorError, SealedError
from guard.states import TABLES
from tests.house import unrestricted
from tests.house.ground import ROOMS, ROOT, own_models, said, sources

CODE = re.compile(r"^[a-z][a-z_]*\.[a-z][a-z_]*$")
# Names a governed thing without being one: the record itself, which has a reading rule of its own.
NAMES_A_THING = {"Entry", "EntryDetail"}
# Public functions of actions.py that are no verbs: they run inside somebody's act, or change nothing.
INSIDE_AN_ACT = {"people.tell", "talk.forget_words", "people.digest_of", "catalog.plan_datasets", "exchange.preview"}


def governed() -> list[type[Model]]:
    return [model for model in own_models() if isinstance(model._default_manager, SealedManager)]


@pytest.mark.parametrize("model", governed(), ids=lambda model: model.__name__)
def test_every_manager_of_a_governed_model_is_sealed(model: type[Model]) -> None:
    for manager in (model._default_manager, model._base_manager, *model._meta.managers):
        assert isinstance(manager, SealedManager), manager
        assert isinstance(manager.get_queryset(), SealedQuerySet)
    with pytest.raises(SealedError):
        list(model._default_manager.all())
    with pytest.raises(SealedError):
        model._base_manager.count()


@pytest.mark.parametrize("model", governed(), ids=lambda model: model.__name__)
def test_no_governed_row_is_written_outside_an_act(model: type[Model]) -> None:
    assert issubclass(model, DoorMixin)
    rows = model._default_manager.unrestricted("a test tries every write")
    for write in (
        lambda: model().save(),
        lambda: model().delete(),
        lambda: rows.update(pk=1),
        lambda: rows.delete(),
        lambda: model._default_manager.bulk_create([model()]),
        lambda: model._default_manager.create(),
    ):
        with pytest.raises(DoorError):
            write()


@pytest.mark.parametrize("model", governed(), ids=lambda model: model.__name__)
def test_a_governed_row_says_by_which_path_the_policy_reaches_it(model: type[Model]) -> None:
    if model.__name__ == "Thing":
        return
    assert model.POLICY_PATHS
    for path in model.POLICY_PATHS:
        assert path, f"{model.__name__} has an empty policy path"
        step: type[Model] = model
        for name in path.split("__"):
            step = step._meta.get_field(name).related_model
        assert step.__name__ == "Thing", path


def test_whoever_points_at_a_governed_row_is_governed() -> None:
    sealed = set(governed())
    loose = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        if model not in sealed and model.__name__ not in NAMES_A_THING
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in sealed
    ]
    assert loose == []


def test_the_record_has_a_reading_rule_of_its_own() -> None:
    for model in (Entry, EntryDetail):
        assert isinstance(model._default_manager, LedgerManager)
        assert isinstance(model._default_manager.get_queryset(), LedgerQuerySet)
        with pytest.raises(SealedError):
            list(model._default_manager.all())


def test_every_object_with_a_key_is_of_a_declared_kind_with_a_table_of_moves() -> None:
    kinds = {model.KIND for model in own_models() if issubclass(model, Governed)}
    assert kinds <= set(KINDS)
    prefixes = [kind.prefix for kind in KINDS.values()]
    assert len(prefixes) == len(set(prefixes))
    for table in TABLES.values():
        for move in table.moves.values():
            assert str(move.label)
            said_so = move.who.anyone or not move.is_offered or str(move.sentence)
            assert said_so, f"{table.kind}.{move.name} does not say who can"


def test_parts_need_at_least_the_grade_of_reading() -> None:
    assert [m.__name__ for m in own_models() if issubclass(m, Part) and m.POLICY_GRADE < 2] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_function_of_actions_is_a_verb_that_is_recorded(room: str) -> None:
    """What a room offers as an action is an act; helpers beside them write only inside one, the doors see to that."""
    if importlib.util.find_spec(f"{room}.actions") is None:
        return
    module = importlib.import_module(f"{room}.actions")
    offered = getattr(module, "__all__", None) or [
        name for name, found in vars(module).items()
        if callable(found) and not name.startswith("_") and getattr(found, "__module__", "") == module.__name__
    ]  # fmt: skip
    verbs = set(ACTS.values())
    functions = {name: getattr(module, name) for name in offered if inspect.isfunction(getattr(module, name))}
    loose = [f"{room}.{name}" for name, found in functions.items() if found not in verbs]
    assert set(loose) <= INSIDE_AN_ACT


def test_ledger_codes_are_a_noun_and_what_happened_to_it() -> None:
    for path in sources(*ROOMS):
        if "actions" in path.relative_to(ROOT).with_suffix("").parts:
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    ours = {code for code, verb in ACTS.items() if verb.__module__.split(".")[0] in ROOMS}
    assert ours
    assert [code for code in ours if not CODE.match(code)] == []


def test_raw_sql_is_where_the_doors_are_and_nowhere_unnoticed() -> None:
    """A cursor passes the policy by. Each file that opens one is listed with its reason in the reference."""
    listed = (ROOT / "docs" / "reference" / "unrestricted.md").read_text(encoding="utf-8")
    for path in sources(*ROOMS):
        if ".cursor()" in path.read_text(encoding="utf-8"):
            assert f"`{said(path)}`" in listed, f"{said(path)} opens a cursor"


def test_the_reference_lists_every_look_past_the_policy() -> None:
    """Regenerate with `python -m tests.house.unrestricted`, and let a governance lead read the difference."""
    file = ROOT / "docs" / "reference" / "unrestricted.md"
    assert file.read_text(encoding="utf-8") == unrestricted.document()


def test_every_reason_can_be_read_from_the_source() -> None:
    assert [look for look in unrestricted.looks() if not look.reason] == []
