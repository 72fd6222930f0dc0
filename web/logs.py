"""Logs: one JSON line an event, with the request's id, and never a secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET_NAME = re.compile(r"pass(word|wd)?|secret|token|authorization|cookie|api[-_]?key|session|csrf|dsn", re.I)
_SECRET_VALUE = re.compile(r"(?i)(\bbearer\s+|://[^/\s:@]+:)[^\s@]+")
MASK = "[not shown]"


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: mask values by name, and bearer tokens and passwords in addresses wherever they stand."""
    for name, value in event.items():
        if _SECRET_NAME.search(name):
            event[name] = MASK
        elif isinstance(value, str):
            event[name] = _SECRET_VALUE.sub(rf"\g<1>{MASK}", value)
    return event


def _without_internals(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def configure(options: Mapping[str, Any]) -> None:
    """Configure structlog and the standard library's loggers (Django calls this as LOGGING_CONFIG).

    Args:
        options: ``json`` (bool; else lines for a person) and ``level`` (name of a logging level).
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    last = structlog.processors.JSONRenderer() if options.get("json", True) else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_without_internals, last])
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options.get("level", "INFO"))
    # Django's own handlers would print everything twice; 4xx answers are logged once, by our middleware.
    for name in ("django", "django.server", "django.request", "django.security"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("django.request").setLevel("ERROR")
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
