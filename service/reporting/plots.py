"""Bars as SVG: labels stand above their bars, so that they can be read on a phone and in print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.reporting.markup import Html, element

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH: Final = 400
_STEP: Final = 40
_MINI_WIDTH: Final = 100
_LONGEST_LABEL: Final = 44


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label, its value, how the value is shown, and its kind: the class that colours it."""

    label: str
    value: float
    shown: str
    kind: str = "plain"


def draw_bars(title: str, bars: Sequence[Bar], most: float = 0.0) -> Html:
    """Draw bars from zero; a negative value has no bar, only its figure. `most` is the value of a full bar."""
    most = max(most, *(bar.value for bar in bars), 0.0)
    drawn = [piece for number, bar in enumerate(bars) for piece in _draw(number * _STEP, bar, most)]
    spoken = f"{title}: " + "; ".join(f"{bar.label} {bar.shown}" for bar in bars)
    plot = element("svg", *drawn, viewBox=f"0 0 {_WIDTH} {len(bars) * _STEP}", role="img", aria_label=spoken)
    return element("figure", element("figcaption", title), plot)


def _draw(top: int, bar: Bar, most: float) -> tuple[Html, ...]:
    width = max(bar.value, 0.0) / most * _WIDTH if most > 0 else 0.0
    label = bar.label if len(bar.label) <= _LONGEST_LABEL else f"{bar.label[: _LONGEST_LABEL - 1]}…"
    across = {"x": "0", "y": str(top + 19), "height": "12"}
    return (
        element("text", label, x="0", y=str(top + 14)),
        element("text", bar.shown, x=str(_WIDTH), y=str(top + 14), class_="end"),
        element("rect", **across, width=str(_WIDTH), class_="ground"),
        element("rect", **across, width=f"{width:.1f}", class_=bar.kind),
    )


def draw_shares(counts: Sequence[tuple[str, int]]) -> Html:
    """Draw the shares of kinds as one small bar for a table."""
    total = sum(count for _kind, count in counts)
    pieces, left = [], 0.0
    for kind, count in counts:
        width = count / total * _MINI_WIDTH if total else 0.0
        if width:
            pieces.append(
                element("rect", x=f"{left:.2f}", y="0", width=f"{width:.2f}", height="12", class_=name_class(kind))
            )
        left += width
    spoken = ", ".join(f"{kind} {count:,}" for kind, count in counts if count)
    box = f"0 0 {_MINI_WIDTH} 12"
    return element(
        "svg", *pieces, viewBox=box, class_="mini", role="img", aria_label=spoken, preserveAspectRatio="none"
    )


def name_class(kind: str) -> str:
    """Return the style class of a risk or decision."""
    return kind.replace(" ", "-")
