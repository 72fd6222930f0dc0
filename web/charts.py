"""Small charts drawn on the server as SVG: no script, no inline style, always a text alternative.

Sizes are SVG units; colours come from classes in frontend/src/styles/pieces.css, so both themes work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def sparkline(values: Sequence[float | None], alt: str | Promise, *, width: int = 60, height: int = 18) -> SafeString:
    """A line of values in reading order; gaps (None) are skipped. Fewer than two values draw nothing."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(v for _, v in known), max(v for _, v in known)
    step, span = width / (len(values) - 1), (high - low) or 1
    points = " ".join(f"{i * step:.1f},{height - 2 - (v - low) / span * (height - 4):.1f}" for i, v in known)
    return format_html(
        '<svg class="spark chart-line" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">'
        '<g class="chart"><polyline class="stroke" points="{3}"/></g></svg>',
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


def bars(rows: Sequence[Bar], alt: str | Promise, *, width: int = 560, label_width: int = 150) -> SafeString:
    """Horizontal bars on one scale from zero, with name and figure written beside each."""
    top = max((row.value for row in rows), default=0) or 1
    room = width - label_width - 74
    drawn = format_html_join(
        "",
        '<text x="0" y="{}">{}</text><rect class="ground" x="{}" y="{}" width="{}" height="14" rx="3"/>'
        '<rect class="fill{}" x="{}" y="{}" width="{}" height="14" rx="3"/>'
        '<text class="soft" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                26 * i + 17,
                row.label,
                label_width,
                26 * i + 6,
                room,
                f"-{row.style}" if row.style else "",
                label_width,
                26 * i + 6,
                round(max(row.value, 0) / top * room, 1),
                width,
                26 * i + 17,
                row.text or f"{row.value:g}",
            )
            for i, row in enumerate(rows)
        ),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        26 * len(rows) or 1,
        alt,
        drawn,
    )


def funnel(steps: Sequence[Bar], alt: str | Promise, *, width: int = 560) -> SafeString:
    """Steps of a funnel: each bar against the first step, with the share that went on from the step before."""
    first = steps[0].value if steps else 0
    rows = []
    for index, step in enumerate(steps):
        before = steps[index - 1].value if index else 0
        share = f" · {step.value / before:.0%}" if before else ""
        rows.append(
            Bar(step.label, step.value / first if first else 0, f"{step.text or f'{step.value:g}'}{share}", step.style)
        )
    return bars(rows, alt, width=width)


@dataclass(frozen=True, slots=True)
class Share:
    """One row of stacked shares: counts by level rank 1..5, and how many are not reviewed."""

    label: str | Promise
    counts: dict[int, int]
    unreviewed: int = 0


def coverage(rows: Sequence[Share], alt: str | Promise, *, width: int = 1120, label_width: int = 130) -> SafeString:
    """Share of columns at each level by row; what is not reviewed is hatched as well as coloured."""
    room = width - label_width - 70
    lines: list[SafeString] = []
    for index, row in enumerate(rows):
        total = sum(row.counts.values()) + row.unreviewed
        y, x = 30 * index + 4, float(label_width)
        lines.append(format_html('<text x="0" y="{}">{}</text>', y + 13, row.label))
        parts = [(f"fill-{rank}", "", row.counts.get(rank, 0)) for rank in range(1, 6)]
        for css, fill, count in [*parts, ("", "url(#hatch)", row.unreviewed)]:
            if not count:
                continue
            wide = count / total * room
            lines.append(
                format_html(
                    '<rect class="{}"{} x="{}" y="{}" width="{}" height="16"><title>{}</title></rect>',
                    css,
                    format_html(' fill="{}"', fill) if fill else "",
                    round(x, 1),
                    y,
                    round(max(wide - 2, 1), 1),
                    count,
                )
            )
            x += wide
        lines.append(format_html('<text class="soft" x="{}" y="{}" text-anchor="end">{}</text>', width, y + 13, total))
    hatch = SafeString(
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="6" height="6"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="6"/>'
        "</pattern></defs>"
    )
    body = format_html_join("", "{}", ((line,) for line in lines))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        width,
        30 * len(rows) or 1,
        alt,
        hatch,
        body,
    )
