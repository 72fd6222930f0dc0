"""The base of governed resources: lists, details, versions, moves and refusals, on a real room."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.routers import DefaultRouter

import config.urls
from demand import actions
from demand.models import Interview
from tests.demand import make
from web.api import GOVERNED, ApiField, GovernedViewSet, owners

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_api")]


class Reason(serializers.Serializer):
    reason = serializers.CharField(min_length=3)


class Revision(serializers.Serializer):
    research_question = serializers.CharField(required=False)


class Interviews(GovernedViewSet):
    model = Interview
    fields = (*GOVERNED, "method", owners())
    detail_fields = (ApiField("asked", "research_question"),)
    verbs = {
        "update": actions.revise_interview,
        "conduct": actions.conduct_interview,
        "cancel": actions.cancel_interview,
    }
    inputs = {"update": Revision, "cancel": Reason}


router = DefaultRouter(use_regex_path=True)
router.register("interviews", Interviews, basename="interview")
handler404, handler500 = config.urls.handler404, config.urls.handler500
urlpatterns = [path("api/try/", include(router.urls)), *config.urls.urlpatterns]
LIST = "/api/try/interviews/"


@pytest.fixture
def interviews(priya: Any, growth: Any) -> list[Interview]:
    who = make.participant(priya, growth)
    return [make.planned(priya, growth, participant=who, title=f"Talk {number}") for number in range(5)]


@pytest.fixture
def api(client: Client, priya: Any) -> Client:
    client.force_login(priya)
    return client


def one(interview: Interview) -> str:
    return f"{LIST}{interview.key}/"


def test_a_list_is_paged_to_its_end(api: Client, interviews: list[Interview]) -> None:
    found, url = [], f"{LIST}?ordering=title&limit=2"
    while url:
        body = api.get(url).json()
        found += [row["title"] for row in body["results"]]
        url = body["next"]
    assert found == [f"Talk {number}" for number in range(5)]
    assert set(body["results"][0]) >= {"key", "title", "level", "domain", "state", "owners"}
    assert "count" not in body
    assert "facets" not in body


def test_facets_and_count_come_when_asked(api: Client, interviews: list[Interview]) -> None:
    body = api.get(f"{LIST}?facets=1&count=1&level=L{interviews[0].level}").json()
    assert body["facets"]["domain"] == {"growth": 5}
    assert body["facets"]["state"] == {"planned": 5}
    assert (body["count"], body["count_is_capped"], body["facets_are_capped"]) == (5, False, False)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "ordering=secret", "cursor=zzz", "domain=mars", "level=9", "state=odd"]
)
def test_a_question_that_makes_no_sense_is_invalid(api: Client, interviews: list[Interview], query: str) -> None:
    answer = api.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_an_outsider_gets_an_empty_list_and_the_same_404(client: Client, otto: Any, interviews: Any) -> None:
    client.force_login(otto)
    assert client.get(f"{LIST}?facets=1&count=1").json() == {
        "results": [], "next": None, "facets": {"domain": {}, "level": {}, "state": {}}, "facets_are_capped": False,
        "count": 0, "count_is_capped": False,
    }  # fmt: skip
    hidden, absent = client.get(one(interviews[0])).json(), client.get(f"{LIST}INT-9999/").json()
    assert {**hidden, "request_id": ""} == {**absent, "request_id": ""}
    assert client.post(f"{one(interviews[0])}conduct/").status_code == 404
    assert client.get(f"{one(interviews[0])}blockers/?move=conduct").status_code == 404
    assert client.get(f"{one(interviews[0])}why/").status_code == 404


def test_without_signing_in_nothing_is_answered(client: Client, interviews: list[Interview]) -> None:
    answer = client.get(LIST)
    assert answer.status_code in (401, 403)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_change_must_name_the_version_it_saw(api: Client, interviews: list[Interview]) -> None:
    url, new = one(interviews[0]), {"research_question": "Why do they leave?"}
    seen = api.get(url).headers["ETag"]
    assert api.patch(url, new, "application/json").status_code == 428
    assert api.patch(url, new, "application/json", headers={"If-Match": '"99"'}).status_code == 412
    changed = api.patch(url, new, "application/json", headers={"If-Match": seen})
    assert changed.status_code == 200
    assert changed.json()["asked"] == "Why do they leave?"
    assert changed.headers["ETag"] != seen
    assert api.patch(url, new, "application/json", headers={"If-Match": seen}).status_code == 412


def test_a_move_is_a_post_and_a_refused_one_says_why(api: Client, interviews: list[Interview]) -> None:
    url = one(interviews[0])
    assert api.post(f"{url}conduct/").json()["state"] == "conducted"
    again = api.post(f"{url}conduct/")
    assert (again.status_code, again.json()["id"]) == (409, "state")
    assert again.json()["blockers"] == []
    assert api.post(f"{url}cancel/", {}, "application/json").status_code == 422
    assert api.get(f"{url}conduct/").status_code == 405


def test_blockers_of_a_move_are_a_list_and_an_unknown_move_is_invalid(api: Client, interviews: list[Interview]) -> None:
    assert "blockers" in api.get(f"{one(interviews[0])}blockers/?move=conduct").json()
    assert api.get(f"{one(interviews[0])}blockers/?move=fly").status_code == 422


def test_why_names_clearance_and_standings(api: Client, interviews: list[Interview]) -> None:
    body = api.get(f"{one(interviews[0])}why/").json()
    assert body["grade"] >= 2
    assert body["because"][0]["by"] == "clearance"


@pytest.mark.parametrize("rows", [1, 5])
def test_a_list_costs_the_same_queries_whatever_its_rows(
    api: Client, priya: Any, growth: Any, rows: int, django_assert_num_queries: Any
) -> None:
    who = make.participant(priya, growth)
    for number in range(rows):
        make.planned(priya, growth, participant=who, title=f"Talk {number}")
    # session and person with their rights, the rows; savepoint and read-only are the test's own transaction
    with django_assert_num_queries(5):
        api.get(LIST)


def test_the_schema_names_every_route_and_its_refusals() -> None:
    schema = SchemaGenerator(urlconf="tests.web.test_api").get_schema(request=None, public=True)
    paths = {name: item for name, item in schema["paths"].items() if "/try/" in name}
    assert set(paths) == {
        "/api/try/interviews/", "/api/try/interviews/{key}/", "/api/try/interviews/{key}/blockers/",
        "/api/try/interviews/{key}/cancel/", "/api/try/interviews/{key}/conduct/", "/api/try/interviews/{key}/why/",
    }  # fmt: skip
    detail = paths["/api/try/interviews/{key}/"]
    assert set(detail) == {"get", "patch"}
    assert {"200", "401", "403", "404", "409", "412", "422", "428"} <= set(detail["patch"]["responses"])
    assert any(given["name"] == "If-Match" for given in detail["patch"]["parameters"])
    listed = {given["name"] for given in paths["/api/try/interviews/"]["get"]["parameters"]}
    assert listed >= {"q", "domain", "level", "state", "owner", "ordering", "cursor", "limit", "facets", "count"}
