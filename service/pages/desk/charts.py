"""Plots of the leads' pages as SVG, made on the server; colours come from the style sheet, words stand beside marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from service.reporting.markup import Html, element

if TYPE_CHECKING:
    from service.desk.drift import Histogram
    from service.desk.shares import Share

_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_LEFT, _WIDE, _RIGHT, _ROW = 290, 330, 120, 24
_SERIES_LEFT, _SERIES_WIDE, _SERIES_HIGH, _TOP = 44, 560, 200, 12
_MOST_DATES: Final = 6
_KINDS: Final = 4
_LONGEST: Final = 38


def draw_intervals(title: str, rows: Sequence[tuple[str, Share]]) -> Markup:
    """Draw shares as dots with their intervals, one row each, its name before and its figure behind."""
    high = _TOP + _ROW * len(rows)
    pieces = [_tick_down(tick, high) for tick in _TICKS]
    for number, (name, share) in enumerate(rows):
        pieces += _interval_row(_TOP + _ROW * number + _ROW / 2, name, share)
    spoken = f"{title}: " + "; ".join(f"{name} {_figure(share)}" for name, share in rows)
    return _svg(_LEFT + _WIDE + _RIGHT, high + 24, spoken, pieces)


def draw_series(title: str, series: Mapping[str, Sequence[tuple[date, Share]]]) -> Markup:
    """Draw shares over time, a line for each name of the series, with their intervals."""
    days = sorted({day for points in series.values() for day, _ in points})
    pieces = [_tick_across(tick) for tick in _TICKS]
    for day in _spread(days):
        where = f"{_day_x(day, days):.1f}"
        pieces.append(element("text", day.isoformat(), x=where, y=str(_TOP + _SERIES_HIGH + 18), class_="middle"))
    for number, (name, points) in enumerate(series.items()):
        kind = f"series-{number % _KINDS}"
        drawn = _draw_points(points, days, number, len(series))
        pieces.append(element("g", element("title", name), *drawn, class_=kind))
    spoken = f"{title}: " + "; ".join(
        f"{name} {day.isoformat()} {_figure(share)}" for name, points in series.items() for day, share in points
    )
    return _svg(_SERIES_LEFT + _SERIES_WIDE + 16, _TOP + _SERIES_HIGH + 30, spoken, pieces)


def draw_histograms(title: str, names: tuple[str, str], first: Histogram, second: Histogram) -> Markup:
    """Draw two distributions over the same bins as pairs of bars."""
    shares = list(zip(first.bins, first.shares(), second.shares(), strict=True))
    most = max((share for _, *both in shares for share in both), default=0.0) or 1.0
    step, left, wide = 34, 120, 400
    pieces: list[Html] = []
    for number, (name, *both) in enumerate(shares):
        top = 6 + number * step
        pieces.append(element("text", name, x=str(left - 8), y=str(top + 18), class_="end"))
        for place, (kind, share) in enumerate(zip(("training", "tagged"), both, strict=True)):
            y, width = top + place * 13, share / most * wide
            pieces.append(
                element("rect", x=str(left), y=str(y), width=f"{width:.1f}", height="11", class_=f"bar-{kind}")
            )
            pieces.append(element("text", f"{share:.0%}", x=f"{left + width + 6:.1f}", y=str(y + 10), class_="small"))
    spoken = f"{title}: " + "; ".join(
        f"{name}: {names[0]} {one:.0%}, {names[1]} {two:.0%}" for name, one, two in shares
    )
    return _svg(left + wide + 60, 12 + step * len(shares), spoken, pieces)


def draw_difference(value: float, low: float | None, high: float | None, most: float) -> Markup:
    """Draw a difference with its interval around zero, small enough for a table; `most` is the end of the scale."""
    middle, half = 80.0, 74.0

    def place(one: float) -> float:
        return middle + max(-1.0, min(1.0, one / most)) * half

    pieces = [element("path", d=f"M{middle} 0V18", class_="zero")]
    if low is not None and high is not None:
        kind = "worse" if high < 0 else "better" if low > 0 else "same"
        pieces.append(element("path", d=f"M{place(low):.1f} 9H{place(high):.1f}", class_=f"whisker {kind}"))
    pieces.append(element("circle", cx=f"{place(value):.1f}", cy="9", r="4", class_="dot"))
    return Markup(element("svg", *pieces, viewBox="0 0 160 18", class_="difference", aria_hidden="true"))  # noqa: S704 - made by `element`


def _interval_row(y: float, name: str, share: Share) -> list[Html]:
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    pieces = [element("text", short, x=str(_LEFT - 10), y=f"{y + 4:.1f}", class_="end")]
    if share.value is None or share.low is None or share.high is None:
        return pieces
    low, high = _LEFT + share.low * _WIDE, _LEFT + share.high * _WIDE
    pieces.append(
        element("path", d=f"M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 4}v8M{high:.1f} {y - 4}v8", class_="whisker")
    )
    pieces.append(element("circle", cx=f"{_LEFT + share.value * _WIDE:.1f}", cy=f"{y}", r="4.5", class_="dot"))
    figure = f"{share.value:.2f} ({share.hits}/{share.total})"
    pieces.append(element("text", figure, x=str(_LEFT + _WIDE + 10), y=f"{y + 4:.1f}"))
    return pieces


def _draw_points(points: Sequence[tuple[date, Share]], days: Sequence[date], number: int, names: int) -> list[Html]:
    # Points of the same day stand side by side.
    aside = (number - (names - 1) / 2) * 6
    known = [(_day_x(day, days) + aside, share) for day, share in points if share.value is not None]
    pieces = []
    if len(known) > 1:
        line = "M" + "L".join(f"{x:.1f} {_share_y(share.value or 0.0):.1f}" for x, share in known)
        pieces.append(element("path", d=line, class_="line"))
    for x, share in known:
        low, high = _share_y(share.low or 0.0), _share_y(share.high or 0.0)
        pieces.append(element("path", d=f"M{x:.1f} {low:.1f}V{high:.1f}", class_="whisker"))
        y = _share_y(share.value or 0.0)
        pieces.append(element("circle", element("title", _figure(share)), cx=f"{x:.1f}", cy=f"{y:.1f}", r="4.5"))
    return pieces


def _tick_down(tick: float, high: float) -> Html:
    x = f"{_LEFT + tick * _WIDE:.1f}"
    return element(
        "g",
        element("path", d=f"M{x} {_TOP}V{high}", class_="grid"),
        element("text", f"{tick:g}", x=x, y=str(high + 16), class_="middle"),
    )


def _tick_across(tick: float) -> Html:
    y = _share_y(tick)
    return element(
        "g",
        element("path", d=f"M{_SERIES_LEFT} {y:.1f}h{_SERIES_WIDE}", class_="grid"),
        element("text", f"{tick:g}", x=str(_SERIES_LEFT - 8), y=f"{y + 4:.1f}", class_="end"),
    )


def _share_y(share: float) -> float:
    return _TOP + (1 - share) * _SERIES_HIGH


def _day_x(day: date, days: Sequence[date]) -> float:
    span = (days[-1] - days[0]).days
    inner = _SERIES_WIDE - 60
    return _SERIES_LEFT + 30 + ((day - days[0]).days / span * inner if span else inner / 2)


def _spread(days: Sequence[date]) -> list[date]:
    """Return the days that are written under the plot: no more than fit."""
    step = max(1, -(-len(days) // _MOST_DATES))
    return list(days[::step])


def _figure(share: Share) -> str:
    if share.value is None or share.low is None or share.high is None:
        return "–"
    return f"{share.value:.2f} ({share.low:.2f}–{share.high:.2f}), {share.hits}/{share.total}"


def _svg(width: float, height: float, spoken: str, pieces: Sequence[Html]) -> Markup:
    made = element("svg", *pieces, viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=spoken)
    return Markup(made)  # noqa: S704 - made by `element`, which escapes every text
