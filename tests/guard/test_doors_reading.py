"""The reading door: every way round that the house names is closed."""

from __future__ import annotations

import pytest
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.forms import ModelChoiceField
from django.template import Context, Template

from guard.models import Domain, Link, Standing, Thing
from guard.refusals import SealedError
from people.models import User
from tests.guard.ground import find_stone


@pytest.fixture
def stones(growth: Domain, omar: User) -> list[Thing]:
    return [find_stone(by=omar, title=f"stone {level}", domain=growth, level=level) for level in (1, 3, 5)]


WAYS = {
    "iterating": lambda: list(Thing.objects.all()),
    "counting": lambda: Thing.objects.count(),
    "len": lambda: len(Thing.objects.all()),
    "exists": lambda: Thing.objects.filter(level=1).exists(),
    "slicing": lambda: Thing.objects.all()[0:2].count(),
    "one index": lambda: Thing.objects.order_by("pk")[0],
    "get": lambda: Thing.objects.get(level=1),
    "first": lambda: Thing.objects.first(),
    "aggregating": lambda: Thing.objects.aggregate(Count("pk")),
    "annotating values": lambda: list(Thing.objects.values("kind").annotate(Count("pk"))),
    "values": lambda: list(Thing.objects.values("title")),
    "values_list": lambda: list(Thing.objects.values_list("title", flat=True)),
    "in_bulk": lambda: Thing.objects.in_bulk([1]),
    "iterator": lambda: list(Thing.objects.iterator(chunk_size=10)),
    "raw": lambda: list(Thing.objects.raw("select * from guard_thing")),
    "explain": lambda: Thing.objects.all().explain(),
    "union": lambda: list(Thing.objects.all().union(Thing.objects.all())),
    "intersection": lambda: list(Thing.objects.all().intersection(Thing.objects.all())),
    "difference": lambda: list(Thing.objects.all().difference(Thing.objects.all())),
    "or": lambda: list(Thing.objects.all() | Thing.objects.all()),
    "a subquery of another": lambda: list(Domain.objects.filter(pk__in=Thing.objects.values("domain_id"))),
    "exists in another": lambda: list(Domain.objects.filter(Exists(Thing.objects.filter(domain=OuterRef("pk"))))),
    "subquery in another": lambda: list(Domain.objects.annotate(t=Subquery(Thing.objects.values("title")[:1]))),
    "a form's choices": lambda: list(ModelChoiceField(Thing.objects.all()).choices),
    "a template": lambda: Template("{% for t in things %}{{ t }}{% endfor %}").render(
        Context({"things": Thing.objects.all()})
    ),
    "dates": lambda: list(Thing.objects.dates("created_at", "day")),
    "links": lambda: list(Link.objects.all()),
    "standings": lambda: list(Standing.objects.all()),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_refuses_to_read_governed_rows_when_nobody_is_named(way: str, stones: list[Thing]) -> None:
    with pytest.raises(SealedError):
        WAYS[way]()


def test_it_refuses_a_related_manager_a_forward_key_and_a_prefetch(stones: list[Thing], omar: User) -> None:
    thing = Thing.objects.visible_to(omar).first()
    with pytest.raises(SealedError):
        list(thing.links_out.all())
    with pytest.raises(SealedError):
        list(Thing.objects.visible_to(omar).prefetch_related("standings"))
    opened = Thing.objects.visible_to(omar).prefetch_related(
        Prefetch("standings", queryset=Standing.objects.visible_to(omar))
    )
    assert len(opened) == 2
    standing = Standing(thing_id=thing.pk)
    with pytest.raises(SealedError):
        _ = standing.thing


def test_it_refuses_to_combine_what_two_readers_opened(stones: list[Thing], omar: User, otto: User) -> None:
    mine, his = Thing.objects.visible_to(omar), Thing.objects.visible_to(otto)
    for combine in (lambda: mine | his, lambda: mine & his, lambda: mine ^ his, lambda: mine.union(his)):
        with pytest.raises(SealedError):
            combine()
    for combine in (lambda: mine | Thing.objects.all(), lambda: mine.union(Thing.objects.all())):
        with pytest.raises(SealedError):
            combine()
    assert {thing.level for thing in mine | Thing.objects.visible_to(omar)} == {1, 3}


def test_it_shows_each_person_what_their_clearance_opens(
    stones: list[Thing], omar: User, grace: User, otto: User
) -> None:
    seen = {
        who.username: [t.level for t in Thing.objects.visible_to(who).order_by("level")] for who in (omar, grace, otto)
    }
    assert seen == {"omar": [1, 3], "grace": [1, 3, 5], "otto": []}


def test_an_unrestricted_read_needs_a_reason(stones: list[Thing]) -> None:
    with pytest.raises(SealedError):
        Thing.objects.unrestricted("")
    assert Thing.objects.unrestricted("a test counts every row").count() == 3


def test_visible_to_nobody_is_a_loud_fault(stones: list[Thing]) -> None:
    with pytest.raises(TypeError):
        Thing.objects.visible_to(None)
