"""Case 45: nothing is changed by a request that another site could make a browser send."""

from __future__ import annotations

from typing import Any

from django.test import Client

from guard.models import Domain, Entry
from tests.house import routes
from tests.house.routes import samples
from tests.house.test_routes import ROUTES, TABLE, address

LOOK = "a test looks at what is there"


BODIES = {"application/json": b"{}", "multipart/form-data; boundary=end": b"--end--\r\n"}


def _said(client: Client, method: str, path: str, kind: str) -> int:
    return int(getattr(client, method)(path, BODIES[kind], content_type=kind).status_code)


def test_case_45_every_change_by_a_signed_in_browser_needs_the_token_of_a_form(
    cast: dict[str, Any], growth: Domain
) -> None:
    made = samples.make_all(cast, growth)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["grace"])
    before, refused = Entry.objects.unrestricted(LOOK).count(), 0
    for name, parts in ROUTES:
        row = routes.row_of(name, TABLE)
        if row is None or row.what in (routes.PUBLIC, routes.FOREIGN):
            continue
        key = made[row.kind].key if row.kind in made else "DS-9999"
        for method in ("post", "put", "patch", "delete"):
            said = {_said(client, method, address(name, parts, row, key), kind) for kind in BODIES}
            assert said <= {403, 404, 405, 415} and said != {415}, (name, method, said)
            refused += 403 in said
    assert refused > 100
    assert Entry.objects.unrestricted(LOOK).count() == before
