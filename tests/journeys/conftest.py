"""Fixtures of journeys: one Chromium for all, a page signed in as somebody; skipped by name where there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import browser as helper


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, or a skip that says how to get one."""
    if helper.chromium() is None:
        pytest.skip("no Chromium here: apt-get install chromium, or set CHROMIUM=/path/to/chromium")
    with helper.browser() as opened:
        yield opened


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """``visit(user=None, **session)`` -> a page at the live server, signed in as `user`."""
    with ExitStack() as stack:

        def open_page(user: Any = None, **more: Any) -> Page:
            cookies = helper.signed_in(user, live_server.url) if user is not None else []
            return stack.enter_context(helper.session(chromium, live_server.url, cookies=cookies, **more))

        yield open_page
    _until_answered()


def _until_answered() -> None:
    """Parts of a page come later: whoever has left it may still be answered, and needs the database for it."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=120)
