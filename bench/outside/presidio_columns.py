"""Reads columns as JSON lines, prints what Presidio's recognisers say of each; run by an interpreter that has it.

Untuned: every recogniser that needs no language model, with its own patterns and scores. A column is what half of its
values are at score .5, and, more kindly, what three in ten are at score .3. No network.
"""

from __future__ import annotations

import inspect
import json
import logging
import socket
import sys
from collections import Counter
from typing import Any

LIMITS = (0.5, 0.3)  # of the score, and of the share of values
KINDS = {
    "CREDIT_CARD": "payment_card", "IBAN_CODE": "iban", "EMAIL_ADDRESS": "email", "IP_ADDRESS": "ip_address",
    "PHONE_NUMBER": "phone",
}  # fmt: skip


def shut() -> None:
    """No way out: looking up a list of domains over the network fails, as it does on a closed site."""

    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError("no network")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse


def recognisers() -> list[Any]:
    """Every recogniser that can be made without arguments and without a language model."""
    from presidio_analyzer import PatternRecognizer, predefined_recognizers

    made = []
    for name in predefined_recognizers.__all__:
        kind = getattr(predefined_recognizers, name)
        if inspect.isclass(kind) and (issubclass(kind, PatternRecognizer) or name == "PhoneRecognizer"):
            try:
                made.append(kind())
            except Exception:  # noqa: S112  # needs something that is not here
                continue
    return made


def found(made: list[Any], values: list[str]) -> list[str]:
    """For each limit the entity that most values have, where enough of them do; a kind of ours wins a tie."""
    seen: list[Counter[str]] = [Counter() for _ in LIMITS]
    for value in values:
        answers = [answer for recogniser in made for answer in _answers(recogniser, value)]
        for counted, limit in zip(seen, LIMITS, strict=True):
            entities = {answer.entity_type for answer in answers if answer.score >= limit}
            counted.update(entities - {"DATE_TIME", "URL"})
    kinds = []
    for counted, limit in zip(seen, LIMITS, strict=True):
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] not in KINDS))
        entity, count = ranked[0] if ranked else ("", 0)
        kinds.append(KINDS.get(entity, entity) if values and count >= limit * len(values) else "")
    return kinds


def _answers(recogniser: Any, value: str) -> list[Any]:
    try:
        return recogniser.analyze(value, recogniser.supported_entities, None) or []
    except Exception:  # such as a list of domains that cannot be fetched
        return []


def main() -> None:
    """One line in, one line out; the first line says how many recognisers there are."""
    logging.disable(logging.CRITICAL)
    shut()
    made = recognisers()
    print(json.dumps({"recognisers": len(made)}), flush=True)
    for line in sys.stdin:
        values = [value for value in json.loads(line)["values"] if value]
        print(json.dumps({"kinds": found(made, values)}), flush=True)


if __name__ == "__main__":
    main()
