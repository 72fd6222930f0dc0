"""From the names that other tools write to the canonical one of ``catalog.names``."""

from __future__ import annotations

import re

from catalog.names import NameIndex, NamePart, canonical_name, column_name, parts_of, split_name

__all__ = [
    "NameIndex", "NamePart", "canonical_name", "column_name", "from_dbt", "from_openlineage", "parts_of", "split_name",
]  # fmt: skip

# OpenLineage's naming of namespaces: the scheme of the address tells how names below it are folded.
_SQL_SCHEMES = {
    "postgres": "postgres", "postgresql": "postgres", "redshift": "redshift", "snowflake": "snowflake",
    "bigquery": "bigquery", "duckdb": "duckdb", "mysql": "mysql", "mssql": "tsql", "sqlserver": "tsql",
    "oracle": "oracle", "trino": "trino", "presto": "presto", "awsathena": "athena", "databricks": "databricks",
    "hive": "hive", "spark": "spark", "clickhouse": "clickhouse", "sqlite": "sqlite",
}  # fmt: skip
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)(?::|$)")


def from_dbt(adapter: str, relation_name: str | None, database: str | None, schema: str | None, identifier: str) -> str:
    """The canonical name of a dbt node or source.

    Args:
        adapter: ``metadata.adapter_type`` of the manifest.
        relation_name: the name as dbt writes it in SQL, which shows what is quoted; may be absent.
        database, schema, identifier: the parts as the manifest lists them, used when there is no relation name.
    """
    if relation_name and len(split_name(relation_name)) >= 2:
        return canonical_name(relation_name, adapter)
    return canonical_name([database, schema, identifier], adapter)


def from_openlineage(namespace: str, name: str) -> str:
    """The canonical name of an OpenLineage dataset.

    Args:
        namespace: ``postgres://host:5432``, ``duckdb:///shop.duckdb``, ``bigquery``, ``s3://bucket`` …
        name: ``database.schema.table``, or a path for object stores.

    Returns:
        The SQL name for namespaces of databases; ``namespace/path`` unchanged for everything else, since files and
        topics have no database and fold nothing.
    """
    match = _SCHEME.match(namespace.strip())
    dialect = _SQL_SCHEMES.get(match.group(1).lower()) if match else None
    if dialect is None:
        return f"{namespace.rstrip('/')}/{name.lstrip('/')}" if namespace else name
    return canonical_name(name, dialect)
