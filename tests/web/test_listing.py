"""Lists: keyset pages that lose and repeat nothing, filters, CSV that no spreadsheet runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from demand.models import Interview
from guard.refusals import Invalid, SealedError
from tests.demand import make
from web import keyset
from web.listing import DOMAIN, LEVEL, STATE, TITLE, UPDATED, Column, GovernedFilter, Listing, guard_formula

pytestmark = pytest.mark.django_db
COLUMNS = [TITLE, LEVEL, STATE, DOMAIN, UPDATED]
TITLES = ["b", "a", "c", "a", "=1+1", "a", "d"]


@pytest.fixture
def interviews(priya: Any, growth: Any) -> list[Interview]:
    who = make.participant(priya, growth)
    return [make.planned(priya, growth, participant=who, title=title) for title in TITLES]


def listing(actor: Any, **more: Any) -> Listing:
    more.setdefault("default_sort", "thing__title")
    return Listing(Interview.objects.visible_to(actor), COLUMNS, GovernedFilter, csv_name="interviews", size=3, **more)


def ask(actor: Any, query: str = "", **headers: str) -> Any:
    request = RequestFactory().get(f"/list/?{query}", headers=headers)
    request.user = actor
    request.htmx = False
    return request


def walk(actor: Any, query: str) -> list[str]:
    """Titles of every page, by following `next` to the end."""
    titles, cursor = [], ""
    while True:
        page = listing(actor).context(ask(actor, f"{query}&cursor={cursor}"))["page"]
        titles += [row.title for row in page.rows]
        cursor = page.next
        if not cursor:
            return titles


@pytest.mark.parametrize("sort", ["", "title", "-title", "level", "-level", "updated", "-updated"])
def test_pages_lose_and_repeat_nothing_in_any_order(priya: Any, interviews: Any, sort: str) -> None:
    found = walk(priya, f"sort={sort}")
    assert sorted(found) == sorted(TITLES)
    if sort in ("title", "-title"):
        assert found == sorted(TITLES, reverse=sort.startswith("-"))


def test_the_page_before_is_the_page_one_came_from(priya: Any, interviews: Any) -> None:
    first = listing(priya).context(ask(priya))["page"]
    second = listing(priya).context(ask(priya, f"cursor={first.next}"))["page"]
    third = listing(priya).context(ask(priya, f"cursor={second.next}"))["page"]
    back = listing(priya).context(ask(priya, f"cursor={third.previous}"))["page"]
    assert [row.pk for row in back.rows] == [row.pk for row in second.rows]
    start = listing(priya).context(ask(priya, f"cursor={back.previous}"))["page"]
    assert [row.pk for row in start.rows] == [row.pk for row in first.rows]
    assert start.previous == ""


def test_empty_values_come_last_and_are_paged_too(priya: Any, growth: Any, interviews: Any) -> None:
    rows = Interview.objects.visible_to(priya)
    field = keyset.field_of(Interview, "retention_until")
    assert field is not None
    assert field.null
    for order in ("retention_until", "-retention_until"):
        found, cursor = [], ""
        while True:
            page = keyset.cut(rows, order, cursor=cursor, size=2)
            found += [row.pk for row in page.rows]
            cursor = page.next
            if not cursor:
                break
        assert sorted(found) == sorted(row.pk for row in interviews)


def test_a_page_mark_of_another_order_is_refused(priya: Any, interviews: Any) -> None:
    mark = listing(priya).context(ask(priya, "sort=title"))["page"].next
    with pytest.raises(Invalid):
        listing(priya).context(ask(priya, f"sort=-title&cursor={mark}"))


@pytest.mark.parametrize("mark", ["x", "AAAA", "W10", "eyJhIjoxfQ", "é", "bnVsbA"])
def test_a_broken_page_mark_is_refused_not_a_fault(priya: Any, interviews: Any, mark: str) -> None:
    with pytest.raises(Invalid):
        listing(priya).context(ask(priya, f"cursor={mark}"))


def test_a_list_shows_only_what_its_reader_may_see(otto: Any, interviews: Any) -> None:
    assert listing(otto).context(ask(otto))["rows"] == []


def test_a_sealed_queryset_is_refused_at_once() -> None:
    with pytest.raises(SealedError):
        Listing(Interview.objects.all(), COLUMNS)


def test_filters_narrow_and_are_said(priya: Any, interviews: Any) -> None:
    drawn = listing(priya).context(ask(priya, "q=a&domain=growth&state=planned"))
    assert {row.title for row in drawn["rows"]} == {"a"}
    assert drawn["is_filtered"]
    assert not listing(priya).context(ask(priya, "q=zzz"))["rows"]


def test_htmx_gets_the_list_alone(priya: Any, interviews: Any) -> None:
    class Htmx:
        boosted = history_restore_request = False

    request = ask(priya)
    request.htmx = Htmx()
    html = listing(priya).respond(request, "absent.html").content.decode()
    assert html.lstrip().startswith("<section")
    assert "<html" not in html


def test_csv_holds_every_page_and_runs_nothing(priya: Any, interviews: Any) -> None:
    answer = listing(priya).respond(ask(priya, "format=csv"), "absent.html")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="interviews.csv"'
    assert len(lines) == 1 + len(TITLES)
    assert any(line.startswith("'=1+1,") for line in lines)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\tx", "\rx", "\n=x", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guard_formula(text) == f"'{text}"


def test_figures_stay_figures() -> None:
    assert guard_formula(-5) == -5
    assert guard_formula("5") == "5"


def test_a_list_costs_one_query_whatever_its_rows(priya: Any, interviews: Any, django_assert_num_queries: Any) -> None:
    assert priya.principal
    columns = [TITLE, LEVEL, STATE, DOMAIN, UPDATED, Column("key", "Key")]
    rows = Interview.objects.visible_to(priya)
    with django_assert_num_queries(1):
        Listing(rows, columns, size=50).context(ask(priya))
