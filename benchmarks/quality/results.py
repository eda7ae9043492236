"""What was measured of each system on each set of labelled projects, as data and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from training.bootstrap import Figure
    from training.evaluation import Evaluation

_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one system on one set.

    Parameters
    ----------
    figures
        By name (see `training.metrics.FIGURES`), and ``language fr`` for the areas' micro-F1 of a language;
        those that the system does not speak to are left out.
    calibration_error
        Expected calibration error of the selected areas.
    promised_share
        Largest share of the selected areas that can be accepted, the surest first, at a precision of 0.95.
    accepted_share, accepted_precision
        What the system's own limits accept of the selected areas, and how much of that is right.
    """

    cases: int
    figures: Mapping[str, Figure]
    calibration_error: float | None
    promised_share: float
    accepted_share: float | None
    accepted_precision: float | None


@dataclass(frozen=True, slots=True)
class System:
    """One system with its cost and its outcome on each set."""

    name: str
    how: str
    training_seconds: float | None
    projects_per_second: float
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All systems of one run; `left_out` says why a system is missing."""

    date: str
    corpus_hash: str
    corpus_size: int
    same_corpus: bool
    systems: tuple[System, ...]
    left_out: Mapping[str, str]

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data."""
        return asdict(self)


def summarise(evaluation: Evaluation, parts: frozenset[str]) -> Outcome:
    """Take from an evaluation what systems are compared by."""
    figures = {name: figure for name, figure in evaluation.figures.items() if _part(name) in parts}
    for group in evaluation.groups:
        if group.by == "language":
            figures[f"language {group.value}"] = group.figures["areas_micro_f1"]
    error = next(head.error for head in evaluation.reliability if head.head == "areas_selected")
    promised = next(curve.share_at_promise for curve in evaluation.curves if curve.name == "selected_areas")
    accepted = next(one for one in evaluation.acceptance if one.part == "areas")
    return Outcome(evaluation.cases, figures, error, promised, accepted.share, accepted.precision)


def _part(figure: str) -> str:
    first = figure.split("_")[0]
    return first if first in {"areas", "risk"} else "markers"


def make_tables(comparison: Comparison) -> str:
    """Return the comparison as Markdown: a table for each set and one for the cost."""
    lines = [f"Trained on {comparison.corpus_size:,} projects, measured on {comparison.date}; with 95% intervals."]
    if not comparison.same_corpus:
        lines.append("The model version was trained on another state of the corpus than the peers.")
    for name in comparison.systems[0].outcomes:
        cases = comparison.systems[0].outcomes[name].cases
        lines += ["", f"### {name} ({cases:,} projects)", "", *_outcomes(comparison.systems, name)]
    lines += ["", "### Cost", "", *_cost(comparison.systems), "", "### How", ""]
    lines += [f"- {system.name}: {system.how}." for system in comparison.systems]
    lines += [f"- {name}: left out, {reason}." for name, reason in comparison.left_out.items()]
    return "\n".join(lines) + "\n"


def _outcomes(systems: Sequence[System], name: str) -> Iterator[str]:
    outcomes = [system.outcomes[name] for system in systems]
    yield from _table_head([system.name for system in systems])
    rows: dict[str, Callable[[Outcome], str]] = {
        "areas, macro-F1": lambda one: _show(one, "areas_macro_f1", spread=True),
        "areas, micro-F1": lambda one: _show(one, "areas_micro_f1", spread=True),
        "areas, precision": lambda one: _show(one, "areas_micro_precision"),
        "areas, recall": lambda one: _show(one, "areas_micro_recall"),
        "exactly the right areas": lambda one: _show(one, "areas_exact_set"),
        "without area, left without": lambda one: _show(one, "areas_none_kept_none"),
        "gender, macro-F1": lambda one: _show(one, "gender_macro_f1"),
        "human rights, macro-F1": lambda one: _show(one, "human_rights_macro_f1"),
        "risk high, found": lambda one: _show(one, "risk_high_recall"),
        "risk low, left low": lambda one: _show(one, "risk_low_kept_low"),
        "calibration error of selected areas": lambda one: _number(one.calibration_error),
        "selected areas that 0.95 precision allows": lambda one: _number(one.promised_share),
        "selected areas accepted: share": lambda one: _number(one.accepted_share),
        "selected areas accepted: right": lambda one: _number(one.accepted_precision),
    }
    languages = sorted({figure for one in outcomes for figure in one.figures if figure.startswith("language ")})
    for label, cell in rows.items():
        yield _row(label, [cell(one) for one in outcomes])
    for figure in languages:
        label = f"areas, micro-F1, {figure.removeprefix('language ')}"
        yield _row(label, [_show(one, figure) for one in outcomes])


def _cost(systems: Sequence[System]) -> Iterator[str]:
    yield from _table_head([system.name for system in systems])
    yield _row("training, seconds", [_whole(system.training_seconds) for system in systems])
    yield _row("projects a second", [_whole(system.projects_per_second) for system in systems])


def _table_head(names: Sequence[str]) -> Iterator[str]:
    yield _row("", names)
    yield "|---|" + "---:|" * len(names)


def _row(label: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([label, *cells])} |"


def _show(outcome: Outcome, name: str, *, spread: bool = False) -> str:
    figure = outcome.figures.get(name)
    if figure is None or figure.value is None:
        return _NOTHING
    if not spread or figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} <small>{figure.low:.2f}–{figure.high:.2f}</small>"


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _whole(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:,.0f}"
