"""Says how far two labellings of the same projects agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Final, TypeVar

from classifier.taxonomy import SCORES
from training.labels import AREAS, MARKERS, RISKS, Labels

V = TypeVar("V", bound=Hashable)

#: Label agreement below which the guideline is looked at again.
ENOUGH: Final = 0.6
_UNKNOWN: Final = "none"


@dataclass(frozen=True, slots=True)
class AreaAgreement:
    """Agreement on one result area; `kappa` and `f1` are None when nobody ever chose it."""

    code: str
    first: int
    second: int
    both: int
    kappa: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class ScaleAgreement:
    """Agreement on a marker or the risk.

    Parameters
    ----------
    count
        Projects that both judges scored.
    equal
        Share of equal scores.
    kappa
        Cohen's kappa; weighted by the square of the distance for markers.
    abstained
        Projects that exactly one of the judges left without a score.
    confusion
        Scores of the first judge (rows) against those of the second.
    """

    name: str
    count: int
    equal: float | None
    kappa: float | None
    abstained: int
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A project on which the judges differ, with what each of them says."""

    id: str
    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of two labellings.

    Parameters
    ----------
    alpha
        Krippendorff's alpha of the sets of areas with MASI distance; None when everything is one set.
    macro_f1
        Mean F1 of the areas that either judge chose.
    disagreements
        For adjudication, by project.
    """

    projects: int
    alpha: float | None
    exact_sets: float | None
    macro_f1: float | None
    areas: tuple[AreaAgreement, ...]
    scales: tuple[ScaleAgreement, ...]
    disagreements: tuple[Disagreement, ...]

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data."""
        return asdict(self)


def measure_agreement(first: Iterable[Labels], second: Iterable[Labels]) -> Agreement:
    """Compare two labellings on the projects that both hold.

    Parameters
    ----------
    first, second
        Labels of two independent judges, in any order.

    Raises
    ------
    ValueError
        When they have no project in common.
    """
    others = {labels.id: labels for labels in second}
    pairs = [(labels, others[labels.id]) for labels in first if labels.id in others]
    if not pairs:
        raise ValueError("the two labellings have no project in common")
    sets = [(one.areas, two.areas) for one, two in pairs if one.areas is not None and two.areas is not None]
    areas = tuple(_area_agreement(code, sets) for code in AREAS)
    known = [one.f1 for one in areas if one.f1 is not None]
    return Agreement(
        projects=len(pairs),
        alpha=krippendorff_alpha(sets, masi_distance),
        exact_sets=_share([one == two for one, two in sets]),
        macro_f1=sum(known) / len(known) if known else None,
        areas=areas,
        scales=(
            *(
                measure_scale(name, SCORES, [(a.marker(name), b.marker(name)) for a, b in pairs], is_ordinal=True)
                for name in MARKERS
            ),
            measure_scale("risk", RISKS, [(a.risk, b.risk) for a, b in pairs], is_ordinal=False),
        ),
        disagreements=tuple(_disagreements(pairs)),
    )


def masi_distance(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the distance of two sets: 0 when equal, less than 1 when they share something.

    >>> masi_distance(frozenset("ab"), frozenset("a"))
    0.6666666666666667
    """
    if first == second:
        return 0.0
    shared, union = len(first & second), len(first | second)
    likeness = 2 / 3 if first < second or second < first else 1 / 3
    return 1 - (shared / union) * likeness if shared else 1.0


def krippendorff_alpha(units: Iterable[Sequence[V]], distance: Callable[[V, V], float]) -> float | None:
    """Return alpha: 1 less observed over expected disagreement.

    Each unit holds what its judges say, in any order; units with a single judge tell nothing. None when there is
    nothing to disagree on: no unit with two judges, or one value throughout.
    """
    judged = Counter(tuple(unit) for unit in units if len(unit) > 1)
    values: Counter[V] = Counter()
    for unit, times in judged.items():
        for value in unit:
            values[value] += times
    count = sum(values.values())
    if len(values) < 2:
        return None
    observed = sum(
        2 * times * sum(distance(one, two) for one, two in combinations(unit, 2)) / (len(unit) - 1)
        for unit, times in judged.items()
    )
    expected = sum(2 * own * other * distance(one, two) for (one, own), (two, other) in combinations(values.items(), 2))
    return 1 - (count - 1) * observed / expected


def cohen_kappa(
    pairs: Iterable[tuple[V, V]], values: Sequence[V], weight: Callable[[int, int], float] | None = None
) -> float | None:
    """Return kappa, weighted by the distance of the places of two values; None where chance alone would agree."""
    weigh = weight or _all_or_nothing
    places = {value: place for place, value in enumerate(values)}
    counts = Counter(pairs)
    size = counts.total()
    if not size:
        return None
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    for (one, two), times in counts.items():
        rows[places[one]] += times
        columns[places[two]] += times
    observed = sum(weigh(places[one], places[two]) * times for (one, two), times in counts.items()) / size
    expected = sum(weigh(a, b) * rows[a] * columns[b] for a in rows for b in columns) / size**2
    return 1 - observed / expected if expected else None


def measure_scale(
    name: str, values: Sequence[V], pairs: Sequence[tuple[V | None, V | None]], *, is_ordinal: bool
) -> ScaleAgreement:
    """Compare two judges on one scale; the distance of two scores counts where the scale is ordinal."""
    judged = [(one, two) for one, two in pairs if one is not None and two is not None]
    counts = Counter(judged)
    return ScaleAgreement(
        name,
        len(judged),
        _share([one == two for one, two in judged]),
        cohen_kappa(judged, values, _squares if is_ordinal else None),
        sum((one is None) != (two is None) for one, two in pairs),
        tuple(tuple(counts[(row, column)] for column in values) for row in values),
    )


def _all_or_nothing(first: int, second: int) -> float:
    return float(first != second)


def _squares(first: int, second: int) -> float:
    return float((first - second) ** 2)


def _share(truths: Sequence[bool]) -> float | None:
    return sum(truths) / len(truths) if truths else None


def _area_agreement(code: str, sets: Sequence[tuple[frozenset[str], frozenset[str]]]) -> AreaAgreement:
    pairs = [(code in one, code in two) for one, two in sets]
    first, second = sum(one for one, _ in pairs), sum(two for _, two in pairs)
    both = sum(one and two for one, two in pairs)
    f1 = 2 * both / (first + second) if first + second else None
    return AreaAgreement(code, first, second, both, cohen_kappa(pairs, (False, True)), f1)


def _disagreements(pairs: Iterable[tuple[Labels, Labels]]) -> Iterable[Disagreement]:
    for one, two in pairs:
        if one.areas is not None and two.areas is not None and one.areas != two.areas:
            yield Disagreement(one.id, "areas", _listed(one.areas), _listed(two.areas))
        for name in MARKERS:
            if one.marker(name) != two.marker(name):
                yield Disagreement(one.id, name, _stated(one.marker(name)), _stated(two.marker(name)))
        if one.risk != two.risk:
            yield Disagreement(one.id, "risk", _stated(one.risk), _stated(two.risk))


def _listed(areas: frozenset[str]) -> str:
    return " ".join(sorted(areas)) or _UNKNOWN


def _stated(value: object) -> str:
    return _UNKNOWN if value is None else str(value)


def describe_agreement(agreement: Agreement) -> str:
    """Return the agreement as a text for people."""
    lines = [
        f"{agreement.projects:,} projects labelled twice",
        (
            f"areas  alpha (MASI) {_figure(agreement.alpha)}  equal sets {_figure(agreement.exact_sets)}"
            f"  macro-F1 {_figure(agreement.macro_f1)}"
        ),
    ]
    for area in agreement.areas:
        weak = "  back to the guideline" if area.kappa is not None and area.kappa < ENOUGH else ""
        lines.append(
            f"  {area.code}  kappa {_figure(area.kappa)}  F1 {_figure(area.f1)}"
            f"  ({area.first} and {area.second}, both {area.both}){weak}"
        )
    lines += [
        f"{scale.name}  kappa {_figure(scale.kappa)}  equal {_figure(scale.equal)}"
        f"  ({scale.count} judged by both, {scale.abstained} by one only)"
        for scale in agreement.scales
    ]
    lines.append(f"{len(agreement.disagreements):,} disagreements to adjudicate")
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"
