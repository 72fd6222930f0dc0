"""What must be true before the product may start outside a developer's machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe(
    *, local: bool, debug: bool, demo: bool, secret_key: str, allowed_hosts: Sequence[str], servers: Mapping[str, str],
    locked_out: bool = False,
) -> None:  # fmt: skip
    """Raise when a setting would make a production start unsafe; say which line to mend.

    Args:
        local: started by script/* on loopback, where defaults are allowed.
        debug: Django's DEBUG.
        demo: demo sign-ins are valid.
        secret_key: the signing key; at least 50 characters in production.
        allowed_hosts: host names that the web server answers to.
        servers: addresses of the database and the broker by the name of their variable; none may be empty.
        locked_out: local sign-in is off and no identity provider is named.

    Raises:
        ImproperlyConfigured: with one line per fault.
    """
    faults = []
    if not secret_key:
        faults.append("SECRET_KEY is not set: set SECRET_KEY or SECRET_KEY_FILE to 50 random characters or more.")
    if locked_out:
        faults.append("OIDC_ONLY is on and nobody could sign in: set OIDC_SERVER_URL, or unset OIDC_ONLY.")
    if not local:
        if secret_key and (len(secret_key) < 50 or secret_key.startswith("local-")):
            faults.append("SECRET_KEY is a default or too short: use 50 random characters or more.")
        if debug:
            faults.append("DEBUG is on: unset DEBUG.")
        if demo:
            faults.append("THROUGHLINE_DEMO is on: demo sign-ins are for loopback only; unset it.")
        if not allowed_hosts or "*" in allowed_hosts:
            faults.append("ALLOWED_HOSTS is empty or open: list the host names, separated by commas.")
        faults += [f"{name} is not set: see docs/reference/settings.md." for name, url in servers.items() if not url]
    if faults:
        raise ImproperlyConfigured("Throughline does not start:\n  " + "\n  ".join(faults))
