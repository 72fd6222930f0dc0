"""Which operations of the API were answered with a 2xx anywhere in the suite; printed at its end.

Each process writes what it saw into a folder of the run; the first process adds them up.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

SEEN: set[str] = set()


def watch() -> None:
    """Note every API view's good answer by its method and route."""
    from rest_framework.views import APIView

    real = APIView.finalize_response

    def finalize(self: Any, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = real(self, request, response, *args, **kwargs)
        match = getattr(request, "resolver_match", None)
        if match is not None and 200 <= response.status_code < 300:
            SEEN.add(f"{request.method} {_plain(match.route)}")
        return response

    APIView.finalize_response = finalize  # type: ignore[method-assign]


def _plain(route: str) -> str:
    """A route as the OpenAPI document writes it: ``/api/v1/prds/{}/approve/``."""
    route = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?\w+>", "{}", route)
    return "/" + route.replace("^", "").replace("$", "").replace("\\.", ".").replace("\\", "").lstrip("/")


def keep(folder: Path) -> None:
    """Leave what this process saw."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{os.getpid()}.txt").write_text("\n".join(sorted(SEEN)), encoding="utf-8")


def share(folder: Path, document: dict[str, Any]) -> tuple[int, int, list[str]]:
    """How many operations had a good answer, of how many, and which had none."""
    seen = {line for file in folder.glob("*.txt") for line in file.read_text(encoding="utf-8").splitlines()}
    wanted = {
        f"{method.upper()} {re.sub(r'[{][^}]*[}]', '{}', path)}"
        for path, item in document["paths"].items()
        for method in item
        if method in ("get", "post", "patch", "put", "delete")
    }
    return len(wanted & seen), len(wanted), sorted(wanted - seen)
