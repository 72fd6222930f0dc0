"""The command line as doors: every command of ours, and every word of `govern`, as one reader."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.core.management import call_command, get_commands
from django.db import transaction

from governance.words import WORDS
from people.models import User
from tests.house.doors import claims
from tests.house.doors.planting import Planted
from tests.house.doors.walking import Answer, Ask, read_now
from tests.house.ground import ROOMS

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: doors-{name}
version: 1.0.0
status: active
schema:
  - name: {name}
    physicalName: {name}
    properties:
      - name: order_id
        logicalType: string
        physicalType: text
"""


def ours() -> list[str]:
    """Commands of our own rooms."""
    return sorted(name for name, app in get_commands().items() if str(app).split(".")[0] in (*ROOMS, "demo", "config"))


def foreign() -> list[tuple[str, str]]:
    """Commands that libraries brought, with who brought them."""
    return sorted((name, str(app)) for name, app in get_commands().items() if name not in ours())


def lines(reader: User, sets: list[Planted], folder: Path) -> Iterator[tuple[Ask, list[str]]]:
    """Every line that is typed, as words; files that it needs are written beforehand."""
    for name, forms in [*claims.COMMANDS.items(), *claims.WORDS.items()]:
        for number, form in enumerate(forms):
            for at in (
                sets
                if re.search(r"[{](any|dataset|grant|log|sheet|statements|contract|warehouse_name)[}]", form)
                else sets[:1]
            ):
                for key in _keys(form, at):
                    given = {
                        "by": reader.username, "any": key, "dataset": at.things["dataset"].key,
                        "grant": at.things["grant"].key,
                        "warehouse_name": at.rows["Warehouse"].name, "today": date.today().isoformat(),
                        "log": folder / "log.csv", "sheet": folder / "sheet.csv",
                        "statements": folder / "statements.sql", "contract": folder / "contract.yaml",
                        "zip": folder / f"{reader.username}{number}.zip",
                    }  # fmt: skip
                    _files(folder, at)
                    door = claims.EXPORT if name in ("export", "evidence") else claims.COMMAND
                    words = [word.format(**given) for word in form.split()]
                    files = [Path(word) for word in words if word.endswith((".yaml", ".csv", ".sql"))]
                    read = [file.read_text(encoding="utf-8") for file in files]
                    url = " ".join([*words, *read])  # what one typed and handed in oneself is no secret
                    yield Ask(door, f"manage.py {name}", url, about=(at.level, at.state)), words


def _keys(form: str, at: Planted) -> list[str]:
    if "{any}" not in form:
        return [""]
    return [thing.key for kind, thing in at.things.items() if kind != "participant"]


def _files(folder: Path, at: Planted) -> None:
    name = at.rows["Dataset"].qualified_name
    (folder / "contract.yaml").write_text(CONTRACT.format(name=name), encoding="utf-8")
    (folder / "statements.sql").write_text(f"CREATE TABLE t AS SELECT order_id FROM {name};\n", encoding="utf-8")
    (folder / "sheet.csv").write_text(
        f"dataset,column,level\n{at.things['dataset'].key},order_id,L3\n", encoding="utf-8"
    )
    with (folder / "log.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["at", "user", "sql"])
        writer.writerow([f"{date.today()}T10:00:00Z", "sam", f"SELECT 1 FROM {name}"])


def typed(ask: Ask, words: list[str]) -> Answer:
    """Type one line; all that it prints, its refusals, and what is in the files that it writes. Then undo it."""
    out, said, code = io.StringIO(), "", 0
    with transaction.atomic():
        try:
            call_command(*words, stdout=out, stderr=out)
        except SystemExit as end:
            code = int(end.code or 0)
        except Exception as fault:  # a refusal, or a crash: what it says is read like all the rest
            said, code = f"{type(fault).__name__}: {fault}", 1
        opened = read_now()
        transaction.set_rollback(True)
    for word in words:
        if word.endswith(".zip") and Path(word).exists():
            said += _unpacked(Path(word))
    return Answer(ask, code, f"{out.getvalue()}\n{said}", opened)


def _unpacked(file: Path) -> str:
    with zipfile.ZipFile(file) as pack:
        found = "\n".join(f"{name}\n{pack.read(name).decode('utf-8', 'replace')}" for name in pack.namelist())
    file.unlink()
    return found


def words_of_govern() -> list[str]:
    """The words that parts of the house registered."""
    return sorted(WORDS)
