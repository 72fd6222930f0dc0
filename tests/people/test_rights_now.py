"""A right that was taken away is gone with the next request of the same session: nothing is kept between requests."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain
from people.models import Clearance, RoleHeld, Session, User
from people.sessions import account_of, asked
from tests.catalog import make

PLACES = ("/api/v1/search/?q=dwd_trade", "/search/?q=dwd_trade", "/api/v1/datasets/?q=dwd_trade")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def finds(client: Client, key: str) -> list[bool]:
    return [key in client.get(place).content.decode() for place in PLACES]


def test_a_clearance_taken_away_is_gone_with_the_next_request(cast: dict[str, User], growth: Domain) -> None:
    key = make.dataset(cast["omar"], growth, "shop.dwd_trade", {"amount": 3}).key
    sam = signed_in(cast["sam"])
    assert finds(sam, key) == [True] * 3
    token = CURRENT.set(Acting("test.ground", cast["sam"]))
    Clearance.objects.filter(person=cast["sam"]).update(rank=1)
    CURRENT.reset(token)
    assert finds(sam, key) == [False] * 3
    token = CURRENT.set(Acting("test.ground", cast["sam"]))
    Clearance.objects.filter(person=cast["sam"]).update(rank=3)
    CURRENT.reset(token)
    assert finds(sam, key) == [True] * 3


def test_a_role_taken_away_is_gone_with_the_next_request(cast: dict[str, User], growth: Domain) -> None:
    priya = signed_in(cast["priya"])
    assert priya.get("/home/blockers/").status_code == 200
    token = CURRENT.set(Acting("test.ground", cast["priya"]))
    RoleHeld.objects.filter(person=cast["priya"]).delete()
    CURRENT.reset(token)
    assert priya.get("/home/blockers/").status_code == 404


def test_who_left_is_signed_out_with_the_next_request(cast: dict[str, User], growth: Domain) -> None:
    sam = signed_in(cast["sam"])
    assert sam.get("/").status_code == 200
    User.objects.filter(pk=cast["sam"].pk).update(is_active=False)
    assert sam.get("/").status_code == 302
    assert sam.get(PLACES[0]).status_code in (401, 403)


def test_a_new_password_ends_the_other_sessions(cast: dict[str, User], growth: Domain) -> None:
    sam = signed_in(cast["sam"])
    cast["sam"].set_password("another long one, 2026")
    cast["sam"].save(update_fields=["password"])
    assert sam.get("/").status_code == 302


def test_a_session_that_ended_or_is_gone_opens_nothing(cast: dict[str, User], growth: Domain) -> None:
    sam = signed_in(cast["sam"])
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert sam.get("/").status_code == 302
    sam = signed_in(cast["sam"])
    Session.objects.all().delete()
    assert sam.get("/").status_code == 302


def test_the_account_of_a_session_and_its_rights_are_one_statement(cast: dict[str, User], growth: Domain) -> None:
    found = User.objects.with_rights(cast["omar"].pk)
    assert found is not None and found == cast["omar"]
    kept = User.objects.get(pk=cast["omar"].pk)
    assert {name: getattr(found, name) for name in vars(kept) if not name.startswith("_")} == {
        name: value for name, value in vars(kept).items() if not name.startswith("_")
    }
    assert vars(found)["principal"] == kept.principal
    assert User.objects.with_rights(10**9) is None


def asked_about_people(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as sent:
        assert client.get("/api/v1/domains/").status_code == 200
    return [query["sql"] for query in sent if "people_user" in query["sql"]]


def test_a_session_its_account_and_its_rights_are_one_statement(cast: dict[str, User]) -> None:
    assert len(asked_about_people(signed_in(cast["omar"]))) == 1


def test_a_session_that_does_not_say_whose_it_is_still_belongs_to_who_signed_in(cast: dict[str, User]) -> None:
    omar = signed_in(cast["omar"])
    Session.objects.update(person=None)  # as those that were there before sessions said so
    assert len(asked_about_people(omar)) == 2
    assert b"Omar" in omar.get("/me/").content


def test_whose_a_session_is_only_its_signed_data_decides(cast: dict[str, User]) -> None:
    otto = signed_in(cast["otto"])
    assert Session.objects.get().person == cast["otto"]
    Session.objects.update(person=cast["grace"])
    body = otto.get("/me/").content
    assert b"Otto" in body
    assert b"Grace" not in body


def test_an_account_that_was_read_with_a_session_is_handed_over_once(cast: dict[str, User]) -> None:
    store = signed_in(cast["omar"]).session
    store.load()
    assert account_of(cast["omar"].pk) is not store.hand_over(cast["omar"].pk)  # not asked: read afresh
    store.load()
    with asked(store):
        first, second = account_of(cast["omar"].pk), account_of(cast["omar"].pk)
    assert first == second == cast["omar"]
    assert first is not second
