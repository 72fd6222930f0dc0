"""One's own page speaks the reader's language, also where the words were kept before they were read."""

from __future__ import annotations

from django.test import Client

from catalog.actions import appoint_owner
from guard.models import Domain
from people.models import User
from tests.catalog import make


def test_notices_and_standings_are_said_in_the_readers_language(
    omar: User, grace: User, tom: User, growth: Domain, client: Client
) -> None:
    appoint_owner(by=grace, of=make.dataset(omar, growth), person=tom)
    client.force_login(tom)
    english = client.get("/me/").content.decode()
    assert "You now answer for this." in english and '<span class="muted">Owner' in english
    chinese = client.get("/me/", headers={"accept-language": "zh-Hans"}).content.decode()
    assert "You now answer for this." not in chinese and '<span class="muted">owner' not in chinese
