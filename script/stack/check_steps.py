"""The steps of `script/check`, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

CODE = ["."]
# What a production start looks like, so that Django's deploy check judges that and not a developer's machine.
PRODUCTION = {
    "THROUGHLINE_LOCAL": "",
    "SECRET_KEY": "check-only-0f8b1d7e5c2a49639be4d1f07a6c8e35b2d9f4a1c7e60835",
    "ALLOWED_HOSTS": "throughline.example",
    "DATABASE_URL": "postgres://app:unused@db.example/throughline",
    "DATABASE_OWNER_URL": "postgres://owner:unused@db.example/throughline",
    "BROKER_URL": "rediss://broker.example/0",
}


@dataclass(frozen=True)
class Step:
    """One check.

    Attributes:
        name: as on the command line.
        what: what it proves, for the printed line.
        words: the command after the interpreter.
        subject: a pattern of files; while none exists there is nothing to check yet.
        informs: shows its findings without failing.
        env: changes to the environment.
        fixes: commands of `--fix`.
        timeout: seconds.
    """

    name: str
    what: str
    words: list[str]
    subject: str = ""
    informs: bool = False
    env: dict[str, str] = field(default_factory=dict)
    fixes: list[list[str]] = field(default_factory=list)
    timeout: int = 300


def _ours(name: str, *words: str) -> list[str]:
    return ["-m", "script.stack.checks", name, *words]


STEPS = [
    Step(
        "format",
        "code is formatted",
        ["-m", "ruff", "format", "--check", "-q", *CODE],
        fixes=[["-m", "ruff", "format", *CODE]],
    ),
    Step(
        "lint",
        "ruff finds nothing",
        ["-m", "ruff", "check", "-q", *CODE],
        fixes=[["-m", "ruff", "check", "--fix", *CODE]],
    ),
    Step("types", "mypy finds nothing", ["-m", "mypy", "."], timeout=600),
    Step("imports", "the floors of the house hold", _ours("imports")),
    Step(
        "templates",
        "djlint finds nothing",
        ["-m", "djlint", "--lint", "--quiet", "templates"],
        subject="templates/**/*.html",
    ),
    Step(
        "migrations",
        "every model change has its migration",
        ["manage.py", "makemigrations", "--check", "--dry-run"],
        env={"PYTHONWARNINGS": "ignore::RuntimeWarning"},  # there is no database here, and none is needed
    ),
    Step(
        "deploy",
        "a production start is safe",
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=PRODUCTION,
    ),
    Step("openapi", "the API's snapshot is current", _ours("openapi"), fixes=[_ours("openapi", "--fix")]),
    Step("docs", "links, paths and names in the documents exist", _ours("docs"), subject="docs/**/*.md"),
    Step("locks", "the locks were made from the present *.in files", _ours("locks")),
    Step("clean", "no address of a registry, no path of a machine", _ours("clean")),
    Step(
        "holes",
        "known holes in the locked packages (informs)",
        [
            "-m",
            "pip_audit",
            "--require-hashes",
            "--disable-pip",
            "-r",
            "requirements/app.lock",
            "--progress-spinner",
            "off",
        ],
        informs=True,
        timeout=60,
    ),
]
