"""Simulated relabelling: does the queue of the desk teach a model faster than a random order?

Run ``python -m benchmarks.relabelling`` from the checkout. People are played by the labels of ``labelled_data/parts``
(never its frozen part): from a few random projects on, a small model is trained, it puts the others in the order of the
desk's queue, the next ones are "labelled", and so on; beside it the same with a random order. The macro-F1 of the
result areas is measured on families that neither ever sees. Both start from the same projects, seed by seed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, stdev

import numpy as np

from classifier.tagger import Tagger
from classifier.tagging import Tagging
from service.desk.campaigns import USUAL_SHARES
from service.desk.order import Scored, draw_lot, place_items
from service.desk.scores import disagreement, gaps, likely_areas, uncertainty
from service.desk.states import Reason
from training.configuration import Configuration, load_configuration
from training.corpus import load_corpus
from training.labelled import LabelledProject, to_project
from training.line import train
from training.metrics import MIN_SUPPORT, macro_f1, support, tally, total

RANDOM_ORDER: Mapping[Reason, float] = {Reason.RANDOM: 1.0}


@dataclass(frozen=True, slots=True)
class Case:
    """One seed: what can be labelled, what is measured, and what is known at the start."""

    seed: int
    pool: list[LabelledProject]
    held_out: list[LabelledProject]
    start: list[LabelledProject]


def make_case(records: Sequence[LabelledProject], seed: int, pool: int, held_out: int, start: int) -> Case:
    """Split by family, so that no relative of a labelled project is measured."""
    families = sorted({record.family for record in records})
    random.Random(seed).shuffle(families)
    places = {family: place for place, family in enumerate(families)}
    ordered = sorted(records, key=lambda record: places[record.family])
    measured = set(families[: int(len(families) * held_out / len(records))])
    inside = [record for record in ordered if record.family not in measured]
    random.Random(seed + 1).shuffle(inside)
    return Case(seed, inside[start:][:pool], [one for one in ordered if one.family in measured], inside[:start])


def small_configuration(folds: int) -> Configuration:
    """Return the usual configuration without the hidden member, which a few hundred projects cannot feed."""
    usual = load_configuration()
    return replace(usual, folds=folds, hidden=replace(usual.hidden, units=0))


def learn(records: Sequence[LabelledProject], configuration: Configuration) -> Tagger:
    with tempfile.TemporaryDirectory(prefix="portolan-bench-") as folder:
        return Tagger.load(train(records, configuration, Path(folder), created="2026-01-01", jobs=1))


def measure(tagger: Tagger, records: Sequence[LabelledProject]) -> float:
    sums = total(tally([one.labels for one in records], tagger.tag([to_project(one) for one in records])))
    return float(macro_f1(sums["areas"], support(sums["areas"]) >= MIN_SUPPORT))


def choose(
    tagger: Tagger, case: Case, left: Sequence[LabelledProject], shares: Mapping[Reason, float], count: int
) -> list[LabelledProject]:
    """Return what the queue of the desk hands out next."""
    projects = [to_project(record) for record in left]
    taggings = tagger.tag(projects) if shares != RANDOM_ORDER else [None] * len(left)
    apart = gaps(tagger, projects) if shares != RANDOM_ORDER else [0.0] * len(left)
    items = [
        _score(number, f"{case.seed}", record, tagging, gap)
        for number, (record, tagging, gap) in enumerate(zip(left, taggings, apart, strict=True))
    ]
    return [left[one.id] for one in place_items(items, shares)[:count]]


def _score(number: int, seed: str, record: LabelledProject, tagging: Tagging | None, gap: float) -> Scored:
    lot = draw_lot(seed, record.id, "queue")
    if tagging is None:
        return Scored(number, lot, record.lang, 0.0, 0.0, ())
    apart = max(disagreement(tagging), gap)
    return Scored(number, lot, tagging.language, uncertainty(tagging), apart, likely_areas(tagging))


def simulate(case: Case, shares: Mapping[Reason, float], steps: Sequence[int], folds: int) -> list[float]:
    """Return the macro-F1 at each number of labels."""
    configuration = small_configuration(folds)
    labelled, left, found = list(case.start), list(case.pool), []
    tagger = learn(labelled, configuration)
    for wanted in steps:
        if wanted > len(labelled):
            chosen = choose(tagger, case, left, shares, wanted - len(labelled))
            names = {record.id for record in chosen}
            labelled += chosen
            left = [record for record in left if record.id not in names]
            tagger = learn(labelled, configuration)
        found.append(measure(tagger, case.held_out))
    return found


def show(title: str, steps: Sequence[int], runs: Sequence[Sequence[float]]) -> None:
    print(title)
    for place, count in enumerate(steps):
        values = [one[place] for one in runs]
        spread = f" ± {stdev(values):.3f}" if len(values) > 1 else ""
        print(f"  {count:>5} labels  macro-F1 {mean(values):.3f}{spread}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[1] / "labelled_data")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pool", type=int, default=2_000)
    parser.add_argument("--held-out", type=int, default=1_000)
    parser.add_argument("--steps", type=int, nargs="+", default=[100, 150, 200, 250, 300])
    parser.add_argument("--random-steps", type=int, nargs="+", default=[100, 300, 600], help="of the random order")
    parser.add_argument("--folds", type=int, default=3)
    given = parser.parse_args()
    records = load_corpus(given.corpus)
    cases = [make_case(records, seed, given.pool, given.held_out, given.steps[0]) for seed in range(given.seeds)]
    by_queue = [simulate(case, USUAL_SHARES, given.steps, given.folds) for case in cases]
    show("the order of the desk", given.steps, by_queue)
    by_chance = [simulate(case, RANDOM_ORDER, given.random_steps, given.folds) for case in cases]
    show("a random order", given.random_steps, by_chance)
    shared = [count for count in given.steps[1:] if count in given.random_steps]
    for count in shared:
        gains = [
            one[given.steps.index(count)] - other[given.random_steps.index(count)]
            for one, other in zip(by_queue, by_chance, strict=True)
        ]
        print(
            f"gain at {count} labels: {np.mean(gains):+.3f} (seed by seed: {', '.join(f'{one:+.3f}' for one in gains)})"
        )


if __name__ == "__main__":
    main()
