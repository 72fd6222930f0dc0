"""`manage.py govern scan [DATASET…]`: scan here and now, as a named person or the service account."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q

from catalog.models import Dataset
from catalog.warehouse import has_address
from governance.actions.scans import start_scan
from governance.models import Scan, ScanFinding
from governance.scanner import ORIGIN, work
from governance.words import Out, Word
from guard.refusals import Refusal
from people.first import actor_named

DONE, FAILED = 0, 1


def arguments(parser: CommandParser) -> None:
    """What the word takes."""
    parser.add_argument("datasets", nargs="*", metavar="DATASET", help="key or qualified name; all that can be read")
    parser.add_argument("--by", metavar="USER", help="acts with this person's rights; the service account unless given")
    parser.add_argument("--json", action="store_true", help="print counts, evidence and shapes as JSON")


def run(options: Mapping[str, Any], out: Out) -> int:
    """Scan, print what was found, exit 1 when any scan failed or was refused.

    Raises:
        LookupError: no such account or dataset.
    """
    actor = actor_named(options.get("by"))
    answers: list[dict[str, Any]] = []
    code = DONE
    for dataset in _wanted(actor, options.get("datasets") or []):
        try:
            scan = work.carry_out(work.scan_named(start_scan(by=actor, dataset=dataset, in_worker=False).pk))
        except (Refusal, work.ScanFailed) as refusal:
            code = FAILED
            answers.append({"dataset": dataset.key, "failed": refusal.sentence})
            continue
        answers.append({"dataset": dataset.key, "review": scan.review.key if scan.review else None,
                        "columns": _rows(actor, scan)})  # fmt: skip
    if options.get("json"):
        out.write(json.dumps({"scanner": ORIGIN, "scans": answers}, ensure_ascii=False, indent=1) + "\n")
    else:
        out.write("".join(f"{line}\n" for answer in answers for line in _lines(answer)) or "Nothing to scan.\n")
    return code


def _wanted(actor: Any, names: list[str]) -> list[Dataset]:
    rows = Dataset.objects.visible_to(actor, "profile").select_related("thing__domain", "warehouse")
    if not names:
        return [dataset for dataset in rows.order_by("pk") if has_address(dataset.warehouse.name)]
    found = []
    for name in names:
        dataset = rows.filter(Q(thing__key=name) | Q(qualified_name=name)).first()
        if dataset is None:
            raise LookupError(f"There is no dataset {name} that you may scan.")
        found.append(dataset)
    return found


def _rows(actor: Any, scan: Scan) -> list[dict[str, Any]]:
    rows = ScanFinding.objects.visible_to(actor).filter(scan=scan)
    return [
        {
            "column": row.column_name, "result": row.result, "why": row.why, "kind": row.kind, "level": row.rank,
            "stance": row.stance, "passed": row.passed, "distinct": row.distinct, "rows": row.rows, "junk": row.junk,
            "score": float(row.score) if row.score is not None else None, "shapes": row.shapes,
        }
        for row in rows
    ]  # fmt: skip


def _lines(answer: Mapping[str, Any]) -> list[str]:
    if "failed" in answer:
        return [f"{answer['dataset']}: {answer['failed']}"]
    counts = Counter(row["result"] for row in answer["columns"])
    said = ", ".join(f"{number} {word}" for word, number in sorted(counts.items())) or "no columns"
    head = f"{answer['dataset']}: {said}" + (f"; proposed in {answer['review']}" if answer["review"] else "")
    found = [
        f"  {row['column']}: {row['kind']} L{row['level']} {row['stance']} ({row['passed']} of {row['distinct']},"
        f" {', '.join(shape for shape, _count in row['shapes'])})"
        for row in answer["columns"]
        if row["kind"]
    ]
    return [head, *found]


WORD = Word("scan", "Look for personal data by names and sampled values; propose levels.", arguments, run)
