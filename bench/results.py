"""What a benchmark says: a figure beside its floor, and whether it holds its bar."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Result:
    """One judged figure.

    Attributes:
        bar: the bar's id (`B3`), or a word for a figure that is only shown.
        what: one line for a person.
        value: the judged figure.
        unit: of the value; most bars are ratios (`x`).
        limit: what the value must reach; None only shows it.
        at_most: True when smaller is better.
        floor: what the figure stands beside, such as `{"raw COPY, s": 0.41, "import, s": 0.64}`.
    """

    bar: str
    what: str
    value: float
    unit: str = "x"
    limit: float | None = None
    at_most: bool = True
    floor: dict[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def line(self) -> str:
        """The printed form."""
        judged = ""
        if self.limit is not None:
            judged = f"  {'<=' if self.at_most else '>='} {self.limit:g}: {'holds' if self.holds else 'MISSED'}"
        beside = "".join(f"; {name} {figure:.4g}" for name, figure in self.floor.items())
        return f"{self.bar:<6} {self.what:<58} {self.value:9.3f} {self.unit}{judged}{beside}"

    def as_json(self) -> dict[str, Any]:
        """The form for --json."""
        return asdict(self) | {"holds": self.holds}
