"""A broker that is away costs a page a moment, not seconds; the outbox keeps the work."""

from __future__ import annotations

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.utils import functional

from config.celery import app


def test_sending_to_a_broker_that_is_away_does_not_wait_for_it(tmp_path, monkeypatch):
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        assert sum(waited) < 1, "seconds between the tries to reach it"

    monkeypatch.setattr(functional, "sleep", wait)
    with Connection(
        f"redis+socket://{tmp_path}/none.sock", transport_options=app.conf.broker_transport_options
    ) as line:
        with pytest.raises(OperationalError):
            line.Producer().publish({}, routing_key="celery", retry=False)
