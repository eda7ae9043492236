"""Bars that say in words what they show."""

from __future__ import annotations

from report_samples import query

from service.reporting.plots import Bar, draw_bars, draw_shares


def widths(plot: str, kind: str) -> list[float]:
    return [float(width) for width in query(plot, f".//rect[@class='{kind}']/@width")]


def test_the_longest_bar_is_full_and_a_negative_value_has_none() -> None:
    plot = draw_bars("Money", [Bar("a", 4.0, "4"), Bar("b", 1.0, "1"), Bar("c", -2.0, "-2")])
    assert widths(plot, "plain") == [400.0, 100.0, 0.0]


def test_plots_can_share_a_scale() -> None:
    assert widths(draw_bars("Money", [Bar("a", 4.0, "4")], 8.0), "plain") == [200.0]


def test_a_plot_without_values_is_empty_and_no_fault() -> None:
    assert widths(draw_bars("Money", [Bar("a", 0.0, "0")]), "plain") == [0.0]
    assert draw_bars("Money", [])


def test_a_plot_is_said_in_words() -> None:
    assert query(draw_bars("Money", [Bar("<a>", 4.0, "4 m")]), ".//svg/@aria-label") == ["Money: <a> 4 m"]


def test_shares_are_in_proportion() -> None:
    plot = draw_shares([("high", 1), ("to review", 3), ("low", 0)])
    assert (widths(plot, "high"), widths(plot, "to-review"), widths(plot, "low")) == ([25.0], [75.0], [])
    assert draw_shares([("high", 0)])
