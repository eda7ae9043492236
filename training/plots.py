"""Draws the plots of a report as SVG: readable in print and on a phone, with no outside resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from training.acceptance import PROMISED, AcceptanceCurve
from training.evaluation import AreaFigures
from training.reliability import Reliability

_SIDE: Final = 240
_LEFT, _TOP = 46, 14
_BAR_LEFT, _BAR_WIDTH, _BAR_STEP = 210, 360, 22
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_reliability(head: Reliability) -> str:
    """Draw probability against truth; the dots are as large as their bins are full."""
    most = max((one.count for one in head.bins), default=1)
    dots = [
        f'<circle cx="{_x(one.mean):.1f}" cy="{_y(one.share):.1f}" r="{3 + 6 * (one.count / most) ** 0.5:.1f}" '
        f'class="dot"><title>{one.count:,} forecasts of {one.mean:.2f}: {one.share:.2f} true</title></circle>'
        for one in head.bins
    ]
    line = _path((one.mean, one.share) for one in head.bins)
    diagonal = f'<path d="{_path([(0.0, 0.0), (1.0, 1.0)])}" class="ideal"/>'
    label = f"Reliability of {head.head.replace('_', ' ')}"
    body = f'{diagonal}<path d="{line}" class="line"/>{"".join(dots)}'
    return _square(label, "probability", "share true", body)


def draw_acceptance(curve: AcceptanceCurve) -> str:
    """Draw precision against the share accepted, with the promised precision as a dashed line."""
    promise = f'<path d="{_path([(0.0, PROMISED), (1.0, PROMISED)])}" class="ideal"/>'
    line = _path((point.share, point.precision) for point in curve.points)
    label = f"Precision of {curve.name.replace('_', ' ')} against the share accepted"
    return _square(label, "share accepted", "precision", f'{promise}<path d="{line}" class="line"/>')


def draw_area_bars(areas: Sequence[AreaFigures], names: Sequence[str]) -> str:
    """Draw F1 of each area as a bar, with its interval as a whisker."""
    rows = [_bar(number, area, name) for number, (area, name) in enumerate(zip(areas, names, strict=True))]
    height = _TOP + _BAR_STEP * len(rows) + 26
    grid = [
        f'<path d="M{_bar_x(tick):.1f} {_TOP}V{height - 24}" class="grid"/>'
        f'<text x="{_bar_x(tick):.1f}" y="{height - 8}" class="middle">{tick:g}</text>'
        for tick in _TICKS
    ]
    width = _BAR_LEFT + _BAR_WIDTH + 70
    return _svg("F1 of each result area with its 95% interval", width, height, "".join(grid) + "".join(rows), "wide")


def _bar(number: int, area: AreaFigures, name: str) -> str:
    top = _TOP + _BAR_STEP * number
    middle = top + _BAR_STEP / 2
    value = area.f1.value or 0.0
    label = (
        f'<text x="{_BAR_LEFT - 8}" y="{middle + 4:.1f}" class="end">{escape(_shorten(f"{area.code} {name}"))}</text>'
    )
    if not area.support:
        return f'{label}<text x="{_BAR_LEFT + 4}" y="{middle + 4:.1f}" class="faint">no project</text>'
    bar = f'<rect x="{_BAR_LEFT}" y="{top + 4}" width="{value * _BAR_WIDTH:.1f}" height="{_BAR_STEP - 8}" class="bar"/>'
    whisker = ""
    if area.f1.low is not None and area.f1.high is not None:
        low, high = _bar_x(area.f1.low), _bar_x(area.f1.high)
        whisker = (
            f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}M{low:.1f} {middle - 4:.1f}v8M{high:.1f} {middle - 4:.1f}v8" '
            'class="whisker"/>'
        )
    figures = f'<text x="{_bar_x(1) + 8:.1f}" y="{middle + 4:.1f}">{value:.2f} ({area.support})</text>'
    return f"{label}{bar}{whisker}{figures}"


def _shorten(name: str) -> str:
    return name if len(name) <= 34 else f"{name[:33]}…"


def _bar_x(share: float) -> float:
    return _BAR_LEFT + share * _BAR_WIDTH


def _x(share: float) -> float:
    return _LEFT + share * _SIDE


def _y(share: float) -> float:
    return _TOP + (1 - share) * _SIDE


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points) if (points := list(points)) else ""


def _square(label: str, below: str, beside: str, body: str) -> str:
    """Draw a plot with both axes from 0 to 1."""
    middle, bottom = _LEFT + _SIDE / 2, _TOP + _SIDE
    grid = [
        f'<path d="M{_x(tick):.1f} {_TOP}V{bottom}M{_LEFT} {_y(tick):.1f}H{_LEFT + _SIDE}" class="grid"/>'
        f'<text x="{_x(tick):.1f}" y="{bottom + 15}" class="middle">{tick:g}</text>'
        f'<text x="{_LEFT - 6}" y="{_y(tick) + 4:.1f}" class="end">{tick:g}</text>'
        for tick in _TICKS
    ]
    axes = (
        f'<text x="{middle}" y="{bottom + 31}" class="middle">{below}</text>'
        f'<text transform="translate(11 {_TOP + _SIDE / 2}) rotate(-90)" class="middle">{beside}</text>'
    )
    return _svg(label, _LEFT + _SIDE + 14, bottom + 38, "".join(grid) + body + axes, "square")


def _svg(label: str, width: float, height: float, body: str, kind: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" class="{kind}" role="img" aria-label="{escape(label)}">{body}</svg>'
    )
