"""What only we understand inside a foreign contract: our chain, and keys that the standard forbids."""

from __future__ import annotations

from typing import Any

from exchange.odcs.mapping import ABSENT_PROPERTY, CHAIN_PROPERTY, REST_PROPERTY, VENDOR

LINK_FIELDS = ("kind", "key", "title", "relation", "url", "pinned", "facts")
_OURS = {REST_PROPERTY, ABSENT_PROPERTY}


def restore(fields: dict[str, Any], rest: dict[str, Any], *, custom_in_rest: bool = False) -> dict[str, Any]:
    """Undo what our writer hid in custom properties.

    Args:
        fields: what was read; ``custom`` is looked at.
        rest: what was left over.
        custom_in_rest: whether the custom properties of this object stayed in the rest.

    Returns:
        The fields with ``rest`` filled and our own properties taken out.
    """
    entries = rest.get("customProperties", ()) if custom_in_rest else fields.get("custom", ())
    entries = entries if isinstance(entries, (list, tuple)) else ()
    hidden = {
        entry.get("property"): entry.get("value")
        for entry in entries
        if isinstance(entry, dict) and entry.get("property") in _OURS
    }
    if not hidden:
        return {**fields, "rest": rest}
    kept = [entry for entry in entries if not (isinstance(entry, dict) and entry.get("property") in _OURS)]
    if custom_in_rest:
        rest = {**rest, "customProperties": kept}
        if not kept:
            rest.pop("customProperties")
    else:
        fields = {**fields, "custom": tuple(kept)}
    back = hidden.get(REST_PROPERTY)
    if isinstance(back, dict):
        rest = {**rest, **back}
    absent = hidden.get(ABSENT_PROPERTY)
    for name in absent if isinstance(absent, list) else []:
        fields.pop(str(name), None)
    return {**fields, "rest": rest}


def take_chain(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Take our thread out of the custom properties and definitions of a contract.

    Args:
        fields: the contract's fields; ``custom`` and ``definitions`` lose what belongs to the chain.

    Returns:
        The links as keyword arguments of ``ChainLink``; malformed ones are left out.
    """
    links: list[dict[str, Any]] = []
    kept: list[Any] = []
    for entry in fields.get("custom", ()):
        if entry.get("property") == CHAIN_PROPERTY and isinstance(entry.get("value"), list):
            links += [_link(raw) for raw in entry["value"] if isinstance(raw, dict) and raw.get("kind")]
        else:
            kept.append(entry)
    if not links:
        return []
    fields["custom"] = tuple(kept)
    ours = {(definition_type(str(link["kind"])), link.get("url")) for link in links}
    fields["definitions"] = tuple(
        entry for entry in fields.get("definitions", ()) if (entry.get("type"), entry.get("url")) not in ours
    )
    return links


def definition_type(kind: str) -> str:
    """The type of an authoritative definition that points to one of our pages."""
    return f"{VENDOR}:{kind}"


def _link(raw: dict[str, Any]) -> dict[str, Any]:
    link: dict[str, Any] = {name: str(raw[name]) for name in LINK_FIELDS[:-1] if raw.get(name) is not None}
    facts = raw.get("facts")
    link["facts"] = facts if isinstance(facts, dict) else {}
    link.setdefault("key", "")
    return link
