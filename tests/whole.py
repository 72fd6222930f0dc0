"""A page as a browser shows it in the end: with every part that comes later fetched into its place."""

from __future__ import annotations

import html
import re

from django.test import Client

_PLACE = re.compile(r'(<div class="later [^>]*hx-get="([^"]+)"[^>]*>).*?</div>', re.DOTALL)


def whole(client: Client, url: str) -> str:
    """Fetch a page and its parts, the way the page's script does.

    Args:
        client: of who reads.
        url: of the page, which must answer 200, as each of its parts.
    """
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)

    def part(found: re.Match[str]) -> str:
        address = html.unescape(found[2])
        piece = client.get(address, headers={"HX-Request": "true"})
        assert piece.status_code == 200, (address, piece.status_code)
        return f"{found[1]}{piece.content.decode()}</div>"

    return _PLACE.sub(part, answer.content.decode())
