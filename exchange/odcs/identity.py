"""Which table a dataset of a contract is: its physical name within the server that the contract names."""

from __future__ import annotations

from exchange.names import canonical_name, split_name
from exchange.odcs.model import Contract, ContractDataset, ContractServer

_DATABASE_KEYS = ("database", "project", "catalog")
_SCHEMA_KEYS = ("schema", "dataset")
_FIRST = ("production", "prod", "prd", "live")
_DIALECTS = {"postgresql": "postgres", "sqlserver": "tsql", "synapse": "tsql", "cloudsql": "postgres"}


def main_server(contract: Contract, name: str = "") -> ContractServer | None:
    """The server that counts.

    Args:
        contract: the contract.
        name: the server's own name, when somebody chose one.

    Returns:
        The named one; else the first of production, by environment or name; else the first; ``None`` without servers.
    """
    if name:
        return next((server for server in contract.servers if server.name == name), None)
    for server in contract.servers:
        if server.environment.lower() in _FIRST or server.name.lower() in _FIRST:
            return server
    return contract.servers[0] if contract.servers else None


def dialect_of(server: ContractServer | None) -> str:
    """The dialect of a server's type, as ``canonical_name`` knows it; empty without a server."""
    kind = server.type.lower() if server else ""
    return _DIALECTS.get(kind, kind)


def dataset_name(contract: Contract, dataset: ContractDataset, server_name: str = "") -> str:
    """The canonical name of a dataset.

    Args:
        contract: the contract it belongs to.
        dataset: one of its datasets.
        server_name: the server to use; see ``main_server``.

    Returns:
        ``database.schema.table``, or fewer parts where the contract does not say them.
    """
    server = main_server(contract, server_name)
    details = server.details if server else {}
    database = next((str(details[key]) for key in _DATABASE_KEYS if details.get(key)), "")
    schema = next((str(details[key]) for key in _SCHEMA_KEYS if details.get(key)), "")
    written = dataset.physical_name or dataset.name
    return canonical_name(split_name(written), dialect_of(server), default=(database, schema))
