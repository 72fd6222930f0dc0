"""Small charts drawn on the server as SVG: no script, no inline style, always a text alternative.

Sizes are SVG units; colours come from classes in frontend/src/styles/pieces.css, so both themes work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web.words import level_word


def sparkline(values: Sequence[float | None], alt: str | Promise, *, width: int = 60, height: int = 18) -> SafeString:
    """A line of values in reading order; gaps (None) are skipped. Fewer than two values draw nothing."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(v for _, v in known), max(v for _, v in known)
    step, span = width / (len(values) - 1), (high - low) or 1
    points = " ".join(f"{i * step:.1f},{height - 2 - (v - low) / span * (height - 4):.1f}" for i, v in known)
    return format_html(
        '<svg class="spark" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">'
        '<polyline class="stroke" points="{3}"/></svg>',
        width,
        height,
        alt,
        points,
    )


def meter(value: float, target: float = 1.0, *, alt: str | Promise, style: str = "") -> SafeString:
    """A bar of `value` as a share of `target`, both in the same unit; `style` is "", "warn" or "bad"."""
    share = 0.0 if target <= 0 else max(0.0, min(1.0, value / target))
    return format_html(
        '<svg class="meter {}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="{}" height="6"/></svg>',
        style,
        alt,
        round(share * 100, 1),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: its name, its value, the words for the value."""

    label: str | Promise
    value: float
    text: str | Promise = ""
    style: str = ""


def bars(rows: Sequence[Bar], alt: str | Promise) -> SafeString:
    """Horizontal bars on one scale from zero; a table, so names and figures are text and the bars only help."""
    top = max((row.value for row in rows), default=0) or 1
    drawn = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td><svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="16"/><rect class="fill{}" width="{}" height="16"/></svg></td>'
        "<td>{}</td></tr>",
        (
            (
                row.label,
                f"-{row.style}" if row.style else "",
                round(max(row.value, 0) / top * 100, 2),
                row.text or f"{row.value:g}",
            )
            for row in rows
        ),
    )
    return format_html('<table class="bars" aria-label="{}"><tbody>{}</tbody></table>', alt, drawn)


def funnel(steps: Sequence[Bar], alt: str | Promise) -> SafeString:
    """Steps of a funnel: each bar against the first step, with the share that went on from the step before."""
    first = steps[0].value if steps else 0
    rows = []
    for index, step in enumerate(steps):
        before = steps[index - 1].value if index else 0
        share = f" · {step.value / before:.0%}" if before else ""
        text = f"{step.text or f'{step.value:g}'}{share}"
        rows.append(Bar(step.label, step.value / first if first else 0, text, step.style))
    return bars(rows, alt)


@dataclass(frozen=True, slots=True)
class Share:
    """One row of stacked shares: counts by level rank 1..5, and how many are not reviewed."""

    label: str | Promise
    counts: dict[int, int]
    unreviewed: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values()) + self.unreviewed


def coverage(rows: Sequence[Share], alt: str | Promise) -> SafeString:
    """Share of columns at each level by row; what is not reviewed is hatched as well as coloured.

    A table: the figures of each bar are its text alternative, the total stands beside it.
    """
    drawn = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td><svg viewBox="0 0 600 16" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg></td><td>{}</td></tr>',
        ((row.label, _in_words(row), _stack(row), row.total) for row in rows),
    )
    legend = format_html_join(
        "",
        '<span><svg class="swatch" aria-hidden="true"><rect class="fill-{}" width="12" height="12"/></svg>'
        "L{} {}</span>",
        ((rank, rank, level_word(rank)) for rank in range(1, 6)),
    )
    return format_html(
        '<table class="bars" aria-label="{}"><tbody>{}</tbody></table><p class="legend">{}<span><svg class="swatch"'
        ' aria-hidden="true">{}<rect fill="url(#hatch)" width="12" height="12"/></svg>{}</span></p>',
        alt,
        drawn,
        legend,
        _HATCH,
        _("not reviewed"),
    )


_HATCH = SafeString(
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="6" height="6"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="6"/>'
    "</pattern></defs>"
)


def _in_words(row: Share) -> str:
    parts = [f"L{rank} {level_word(rank)}: {row.counts[rank]}" for rank in range(1, 6) if row.counts.get(rank)]
    return ", ".join([*parts, f"{_('not reviewed')}: {row.unreviewed}"])


def _stack(row: Share) -> SafeString:
    """The parts of one bar in a 600-unit width, two units apart."""
    parts = [(f"fill-{rank}", row.counts.get(rank, 0)) for rank in range(1, 6)]
    drawn, at = [], 0.0
    for css, count in [*parts, ("", row.unreviewed)]:
        wide = count / (row.total or 1) * 600
        if count:
            paint = format_html('class="{}"', css) if css else SafeString('fill="url(#hatch)"')
            drawn.append((paint, round(at, 1), round(max(wide - 2, 1), 1)))
        at += wide
    return format_html_join("", '<rect {} x="{}" width="{}" height="16"/>', drawn)
