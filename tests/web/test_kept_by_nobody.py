"""What is answered to one reader is kept by no cache for another, and goes along with who signs out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

import web.listing
from guard.kinds import KINDS
from people.models import User
from tests.house.ground import own_models
from tests.house.test_routes import ROUTES
from web.api import GovernedViewSet
from web.cells import Column
from web.filters import GovernedFilter

ADDRESSES = ("/", "/catalog/", "/catalog/datasets/", "/catalog/datasets/?format=csv", "/me/", "/api/v1/datasets/",
             "/api/v1/datasets/DS-9999/", "/nowhere/", "/search/?q=x", "/api/schema/")  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_case_22_no_cache_between_may_keep_an_answer(address: str, priya: User, client: Client) -> None:
    """Pages, fragments, files, answers of the API and refusals: for one's own browser only, which asks again."""
    client.force_login(priya)
    for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
        answer = client.get(address, headers=headers)
        told = {word.strip() for word in answer["Cache-Control"].split(",")}
        assert told & {"private", "no-store"} and told & {"no-cache", "no-store"}, (address, answer.headers)
        assert not told & {"public", "immutable"} and not any(word.startswith("s-maxage") for word in told)
        assert "Cookie" in answer.get("Vary", ""), address


def test_case_22_going_back_after_signing_out_shows_nothing(priya: User, client: Client) -> None:
    """The browser is told to forget what it kept; what it asks for anew is the page to sign in."""
    client.force_login(priya)
    assert "Clear-Site-Data" not in client.get("/me/")
    assert b"Priya" in client.get("/me/").content  # the control
    out = client.post("/accounts/logout/")
    assert out.status_code == 302 and '"cache"' in out["Clear-Site-Data"]
    again = client.get("/me/")
    assert again.status_code == 302 and b"Priya" not in again.content


# -- sorting and searching by what is hidden
def paths() -> Iterator[tuple[str, str]]:
    """Every ORM path by which a list of the product is sorted or searched: pages, their filters, the API."""
    assert ROUTES and web.listing  # the rooms' views are loaded
    for column in _all(Column):
        yield f"column {column.name}", str(column.sort or "")
    for view in _below(GovernedViewSet):
        yield from ((f"{view.__name__} {word}", path) for word, path in view.orderings.items())
    for filters in _below(GovernedFilter):
        yield from ((filters.__name__, path) for path in filters.searched)
        yield from ((f"{filters.__name__}.{name}", str(one.field_name)) for name, one in filters.base_filters.items()
                    if one.method is None)  # fmt: skip


def _all(kind: type) -> list[Column]:
    import gc

    return [one for one in gc.get_objects() if issubclass(type(one), kind)]


def _below(base: type) -> Iterator[type]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)


#: of an interview whoever reads it is told the alias of who was heard, and a quote names its interview
TOLD_ANYWAY = {"participant__thing__title", "interview__thing__key"}


def test_case_08_no_list_is_sorted_or_searched_by_another_objects_words() -> None:
    """A path may lead to the row itself, its own thing, or a person; another object is hidden to some."""
    found = dict.fromkeys(path.lstrip("-") for _where, path in paths())
    governed = {f.name for model in own_models() for f in model._meta.concrete_fields
                if f.is_relation and getattr(f.related_model, "KIND", "") in KINDS}  # fmt: skip
    astray = {path for path in found if path.split("__")[0] in governed or re.search(r".__thing(__|$)", path)}
    assert astray == TOLD_ANYWAY, astray
    assert {"thing__title", "qualified_name", "dataset_name"} <= set(found) and "dataset" in governed
