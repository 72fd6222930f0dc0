"""One's own page and the API beside it: one's own notices, rights and tokens, nobody else's."""

from __future__ import annotations

from django.test import Client

from guard.doors import act
from guard.models import Domain, Thing
from guard.policy import Who
from people import actions
from people.models import ApiToken, User
from tests.guard.ground import find_stone


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@act("stone.told", who=Who(anyone=True))
def tell_about(*, by: User, stone: Thing, person: User) -> None:
    actions.tell(person, stone, "stone.told", "Somebody found a stone.")


def test_a_visitor_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get("/me/")
    assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)


def test_it_shows_rights_and_notices_and_names_only_what_one_may_see(
    growth: Domain, omar: User, sam: User, grace: User
) -> None:
    open_stone = find_stone(by=omar, title="an open stone", domain=growth, level=2)
    secret = find_stone(by=grace, title="a secret stone", domain=growth, level=5)
    tell_about(by=omar, stone=open_stone, person=sam)
    tell_about(by=grace, stone=secret, person=sam)
    page = signed_in(sam).get("/me/").content.decode()
    assert "an open stone" in page
    assert "a secret stone" not in page
    assert "1 restricted item" in page
    assert "Growth" in page
    listed = signed_in(sam).get("/api/v1/notices/").json()["results"]
    assert [notice["thing"] for notice in listed] == [None, open_stone.key]
    assert signed_in(omar).get("/api/v1/notices/").json()["results"] == []


def test_reading_notices_marks_them(growth: Domain, omar: User, sam: User) -> None:
    tell_about(by=omar, stone=find_stone(by=omar, title="x", domain=growth), person=sam)
    client = signed_in(sam)
    assert client.post("/me/notices/read/").status_code == 303
    assert client.post("/api/v1/notices/read/", content_type="application/json").json() == {"read": 0}


def test_a_token_is_made_shown_once_and_revoked(omar: User, sam: User) -> None:
    client = signed_in(omar)
    page = client.post("/me/tokens/", {"name": "ci", "scopes": ["read"], "days": 7})
    text = page.context["token_text"]
    assert text in page.content.decode() and page["Cache-Control"] == "no-store"
    assert text not in client.get("/me/").content.decode()
    token = ApiToken.objects.get()
    assert signed_in(sam).post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    answer = Client().get("/api/v1/tokens/", headers={"Authorization": f"Bearer {text}"})
    assert [row["hint"] for row in answer.json()["results"]] == [text[:8]]
    client.post(f"/me/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/tokens/", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_a_wrong_token_form_keeps_what_was_typed(omar: User) -> None:
    page = signed_in(omar).post("/me/tokens/", {"name": "ci", "scopes": ["read"], "days": 9999})
    assert page.status_code == 422
    assert 'value="9999"' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_reading_token_writes_nothing(omar: User) -> None:
    _token, text = actions.create_token(by=omar, person=omar, name="r")
    answer = Client().post(
        "/api/v1/tokens/", {"name": "more"}, "application/json", headers={"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == 403
    assert ApiToken.objects.count() == 1


def test_colleagues_are_named_and_their_rights_are_not(cast: dict[str, User], otto: User) -> None:
    row = signed_in(otto).get("/api/v1/people/grace/").json()
    assert row == {"username": "grace", "name": "Grace Obi", "job": "", "is_service": False}
    assert signed_in(otto).get("/api/v1/people/nobody/").status_code == 404
