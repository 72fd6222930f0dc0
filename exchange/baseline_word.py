"""`manage.py govern baseline WAREHOUSE`: what the catalogue agreed to, as the file that `govern check` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from catalog.models import Column, Dataset, Warehouse
from exchange.gate.access import word
from exchange.gate.approved import Approved
from exchange.gate.baseline import Baseline, as_text, write_baseline
from governance import attesting
from governance.enforcement import desk
from governance.enforcement.labels import place_of
from governance.enforcement.names import PROTECTED_FROM, Names
from governance.models import Attestation
from governance.states import AttestationState
from governance.words import Out, Word
from guard.doors import opened_all
from guard.doors.opening import EXPORT
from people.first import actor_named


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("warehouse", help="its name")
    parser.add_argument("--output", metavar="FILE", help="a file, written whole; standard output when left out")
    parser.add_argument("--by", help="username as whom to read; without it the service account of the command line")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Write approved levels and live transformations of one warehouse."""
    by = actor_named(options["by"])
    warehouse = Warehouse.objects.visible_to(by).filter(name=options["warehouse"]).first()
    if warehouse is None:
        raise LookupError(_("There is no such warehouse that you may see."))
    made = baseline_of(by, warehouse)
    if options["output"]:
        write_baseline(Path(options["output"]), made)
    else:
        out.write(as_text(made).rstrip("\n"))
    return 0


def baseline_of(reader: Any, warehouse: Warehouse) -> Baseline:
    """What people agreed to in a warehouse, as far as a reader sees its columns.

    Masks and grants are there once a plan was applied in the warehouse: only then does the house decide about them.
    """
    made = Baseline(transformations=list(_transformations(reader, warehouse)), is_house=True)
    datasets = Dataset.objects.visible_to(reader, "columns").filter(warehouse=warehouse)
    found = {dataset.pk: dataset for dataset in datasets}
    opened_all(reader, found.values(), door=EXPORT)
    for dataset in found.values():
        made.levels[dataset.qualified_name] = {"": dataset.declared_level}
    rows = list(Column.objects.visible_to(reader).filter(dataset__in=found).select_related("dataset__thing"))
    for column in rows:
        made.levels[found[column.dataset_id].qualified_name][column.name] = column.level
    if desk.last_applied(warehouse) is not None:
        protected = [dataset for dataset in found.values() if dataset.level >= PROTECTED_FROM]
        made.masks, made.grants = _masks(rows), _grants(Names(warehouse.name), protected)
    return made


def _masks(columns: Iterable[Column]) -> dict[str, dict[str, str]]:
    """What the grades' views mask in tables that are read through them alone: a keyed digest, or nothing at all.

    The digest is the milder of the two, so a file may say it of any type.
    """
    found: dict[str, dict[str, str]] = {}
    for column in columns:
        if column.rank >= PROTECTED_FROM:
            found.setdefault(column.dataset.qualified_name, {})[column.name] = "keyed_hash"
    return found


def _grants(names: Names, protected: Iterable[Dataset]) -> dict[str, dict[str, list[str]]]:
    """Nobody is granted a protected table, its whole schema or a role of the plan but by the plan itself."""
    found: dict[str, dict[str, list[str]]] = {f"role {word(role)}": {} for role in names.ours}
    for dataset in protected:
        schema, table = place_of(dataset.qualified_name)
        found |= {dataset.qualified_name: {}, word(f"{schema}.{table}"): {}, f"{word(schema)}.*": {}}
    return found


def _transformations(reader: Any, warehouse: Warehouse) -> Iterator[Approved]:
    """Those that hold now; one that lost its votes, its day or its SQL lets nothing through."""
    rows = Attestation.objects.visible_to(reader).filter(
        what=Attestation.What.TRANSFORMATION, thing__state=AttestationState.LIVE, target_dataset__warehouse=warehouse
    )
    rows = rows.select_related("thing__domain", "source_dataset__thing__domain", "target_dataset__thing__domain")
    live = list(rows.order_by("pk"))
    faults = attesting.faults_among(live)
    opened_all(reader, live, door=EXPORT)
    for one in live:
        if faults[one.pk] or one.ends_on is None:
            continue
        yield Approved(
            f"{one.source_dataset.qualified_name}.{one.source_name}",
            f"{one.target_dataset.qualified_name}.{one.target_name}",
            one.lowers_to, one.sql_hash, one.ends_on.isoformat(), one.key,
        )  # fmt: skip


WORD = Word("baseline", "write what was agreed on, for `govern check` to compare with", arguments, run)
