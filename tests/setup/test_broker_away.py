"""A broker that is away costs a page a moment, not seconds; the outbox keeps the work."""

from __future__ import annotations

import time

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

from config.celery import app


def test_sending_to_a_broker_that_is_away_fails_at_once(tmp_path):
    began = time.monotonic()
    with Connection(
        f"redis+socket://{tmp_path}/none.sock", transport_options=app.conf.broker_transport_options
    ) as line:
        with pytest.raises(OperationalError):
            line.Producer().publish({}, routing_key="celery", retry=False)
    assert time.monotonic() - began < 3
