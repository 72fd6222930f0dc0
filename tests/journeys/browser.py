"""A real browser for journeys: Debian's Chromium, sign-in, screenshots in every width and theme, axe.

Screenshots go to ``shots/`` (git ignores it). Nothing is downloaded: Chromium comes from Debian, axe from the locked
packages of the front end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright keeps an event loop in this thread; Django's own calls between two steps are still synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "shots"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {390: 844, 768: 1024, 1440: 900}
THEMES = ("light", "dark")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    names = (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "chromium", "chromium-headless-shell")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium; close it by leaving the block."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def session(
    opened: Browser, base: str, *, cookies: Iterable[dict[str, Any]] = (), width: int = 1440, script: bool = True
) -> Iterator[Page]:
    """A page of its own context at `base`; faults that the page logs (CSP too) fail the test when it is left.

    Args:
        opened: from `browser`.
        base: address without a path.
        cookies: as Playwright takes them; see `signed_in`.
        width: of the window, one of `WIDTHS`.
        script: False shows what works without JavaScript.
    """
    context = opened.new_context(
        base_url=base,
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        java_script_enabled=script,
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.add_cookies(list(cookies))
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_fault(said) else None)
    try:
        yield page
    finally:
        context.close()
    assert not faults, faults


def _is_fault(said: Any) -> bool:
    """An error of a script or of the content policy; a refused request (4xx) is an answer, not a fault."""
    return (
        said.type == "error" and "Failed to load resource" not in said.text and "Response Status Error" not in said.text
    )


def signed_in(user: Any, base: str) -> list[dict[str, Any]]:
    """Cookies of a session of this person, made in the database (for tests; no password needed)."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from people.sessions import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return [{"name": settings.SESSION_COOKIE_NAME, "value": store.session_key, "url": base}]


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def set_theme(context: BrowserContext, base: str, theme: str) -> None:
    """Light or dark by the cookie that the server reads."""
    context.add_cookies([{"name": "theme", "value": theme, "url": base}])


def settle(page: Page) -> None:
    """Wait until every part of the page that comes later is there."""
    page.wait_for_function("() => !document.querySelector('[data-later]:not(.arrived)')", timeout=120_000)


def shoot(
    page: Page, name: str, *, base: str, widths: Iterable[int] = (390, 768, 1440), themes: Iterable[str] = THEMES
) -> list[Path]:
    """Take pictures of the page under way in each width and theme; returns the files.

    Each picture also asserts that nothing sticks out at the side.
    """
    SHOTS.mkdir(exist_ok=True)
    taken = []
    for theme in themes:
        set_theme(page.context, base, theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 900)})
            page.reload()
            settle(page)
            page.evaluate("document.fonts.ready")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name}: {wide} px stick out at {width} px"
            path = SHOTS / f"{name}-{width}-{theme}.png"
            page.screenshot(path=path, full_page=True)
            taken.append(path)
    return taken


def axe(page: Page, *, base: str = "", themes: Iterable[str] = THEMES) -> None:
    """Assert that axe finds nothing on the page under way; in both themes when `base` is given."""
    if not base:
        settle(page)
        _run_axe(page)
        return
    for theme in themes:
        set_theme(page.context, base, theme)
        page.reload()
        settle(page)
        _run_axe(page, theme)


def _run_axe(page: Page, theme: str = "") -> None:
    # Evaluated by the debugger's protocol, so the content policy need not allow it.
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.help + ' @ ' + v.nodes.map(n => n.target.join(' ')"
        " + ' | ' + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? '')).slice(0, 4).join(' ; ')))",
        AXE_TAGS,
    )
    assert not found, f"axe on {page.url} {theme}: " + "\n".join(found)


def weight(page: Page, url: str) -> dict[str, int]:
    """Bytes transferred for a first view of `url`, by kind (fonts apart); use a fresh context.

    The tests' own server sends files as they are; what WhiteNoise sends is the .br beside them, so that counts.
    """
    sizes: dict[str, int] = {"font": 0, "other": 0}
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    known: dict[str, tuple[str, str]] = {}
    client.on(
        "Network.responseReceived",
        lambda e: known.__setitem__(e["requestId"], (e["type"], e["response"]["url"])),
    )

    def done(event: dict[str, Any]) -> None:
        kind, url = known.get(event["requestId"], ("", ""))
        small = ROOT / "frontend" / "dist" / f"{url.partition('/static/')[2]}.br"
        length = small.stat().st_size if "/static/" in url and small.exists() else int(event["encodedDataLength"])
        sizes["font" if kind == "Font" else "other"] += length

    client.on("Network.loadingFinished", done)
    page.goto(url, wait_until="networkidle")
    return sizes
