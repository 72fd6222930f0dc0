"""Every way out is claimed by a door; what the house does not have is not there by any name."""

from __future__ import annotations

from fnmatch import fnmatchcase
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Model

from guard.refusals import SealedError
from tests.house.doors import claims, commands, page, reasons, walking
from tests.house.doors.fields import CODES
from tests.house.doors.planting import governed_models
from tests.house.doors.readers import BELOW, KEEPER


def test_every_route_is_claimed_by_a_door() -> None:
    assert [name for name, _parts in walking.own_routes() if claims.door_of(name) is None] == []


def test_a_new_route_that_keeps_no_rule_for_names_is_nobodys() -> None:
    assert [name for name in ("v2:everything", "catalog:tap", "sitemap") if claims.door_of(name)] == []


def test_every_number_in_an_address_names_rows() -> None:
    numbered = [name for name, parts in walking.own_routes() if {"number", "pk"} & set(parts)]
    loose = [name for name in numbered if not claims.numbered(name)]
    assert loose == []


def test_every_question_of_the_openapi_document_is_asked_or_narrows() -> None:
    """What narrows a list cannot show more than the list; what counts, sums or finds has a door of its own."""
    narrows = {
        "cursor", "limit", "ordering", "domain", "level", "state", "owner", "move", "kind", "scheme", "dataset",
        "thing", "depth", "direction", "name", "classified", "layer", "review", "warehouse", "counted", "data_role",
        "due", "verdict", "key", "strength", "method", "outcome", "person", "verb", "tier", "stage", "code",
        "interview", "mine", "open", "at", "column", "origin",
    }  # fmt: skip
    asked = {
        one["name"]
        for item in walking.operations().values()
        for one in item.get("get", {}).get("parameters", [])
        if one["in"] == "query"
    }
    assert asked - narrows == set(claims.QUESTIONS)
    assert not {"expand", "include", "fields", "embed"} & asked


def test_every_command_of_ours_is_claimed() -> None:
    assert set(commands.ours()) == set(claims.COMMANDS)
    assert set(commands.words_of_govern()) == set(claims.WORDS)


def test_every_other_command_is_a_librarys() -> None:
    loose = [(name, app) for name, app in commands.foreign() if not app.startswith(claims.OPERATORS)]
    assert loose == []


@pytest.mark.parametrize("model", governed_models(), ids=lambda one: one.__name__)
def test_a_librarys_dump_does_not_get_past_the_seal(model: type[Model]) -> None:
    """Case 15: a dump of the catalogue."""
    for dump in claims.DUMPS:
        out = StringIO()
        with pytest.raises(Exception) as fault:
            call_command(dump, model._meta.label, stdout=out)
        assert isinstance(fault.value.__cause__ or fault.value, SealedError) or "governed" in str(fault.value)
        assert out.getvalue().strip("[\n") == ""


@pytest.mark.parametrize("door", claims.ABSENT_DOORS)
def test_a_door_that_the_house_does_not_have_is_not_there_by_any_name(door: str) -> None:
    """Cases 17, 18 and 20: no feed, no share link, no agent protocol, no admin site."""
    names = [name for name, _parts in walking.own_routes()] + commands.ours() + commands.words_of_govern()
    found = [name for name in names for pattern in claims.ABSENT_DOORS[door] if fnmatchcase(name, pattern)]
    assert found == []


def test_no_pair_is_uncovered_and_no_reason_is_about_nothing() -> None:
    models = {model.__name__ for model in governed_models()}
    named = {name for reason in reasons.REASONS for name in reason.models}
    assert named <= models, named - models
    assert {door for reason in reasons.REASONS for door in reason.doors} <= set(claims.DOORS)
    fields = {f"{model.__name__}.{f.name}" for model in governed_models() for f in model._meta.concrete_fields}
    assert set(CODES) <= fields, set(CODES) - fields
    assert {name for name in reasons.NOWHERE if not name.startswith("Job.")} <= fields


def test_between_them_the_readers_below_name_every_level_and_state() -> None:
    named = {pair for reader in BELOW for pair in reader.named}
    assert {level for level, _state in named} | {1} == {1, 2, 3, 4, 5}
    hidden = {state for reader in BELOW for level, state in reader.named if level > reader.rank}
    assert hidden == {state for _level, state in KEEPER.named}


def test_the_reference_shows_the_matrix() -> None:
    """Regenerate with `python -m tests.house.doors.page`."""
    assert page.FILE.read_text(encoding="utf-8") == page.document()
