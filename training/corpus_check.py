"""Checks a corpus for everything that would make a model trained on it worse, or its figures untrue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.balance import Demand, count_labels, weigh_demands
from training.copies import Copy, CopyFinder
from training.corpus import FROZEN, PARTS, Place, Problem, ReadCorpus, read_corpus
from training.nearness import find_near


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two records of different families that say nearly the same; a leak where they stand in two splits."""

    first: str
    first_place: Place
    second: str
    second_place: Place
    overlap: float

    @property
    def is_leak(self) -> bool:
        """Whether the frozen part could be known from the training part."""
        return self.first_place.split != self.second_place.split


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What a check of a corpus found.

    Parameters
    ----------
    problems
        Faults by file and line; no training starts with one.
    likenesses
        Near-duplicates outside families.
    copies
        Records too near to a text of another file.
    counts
        Records by language, manner, label ...
    demands
        What a corpus must hold, with what this one holds.
    """

    records: int
    families: int
    problems: tuple[Problem, ...]
    likenesses: tuple[Likeness, ...]
    copies: tuple[Copy, ...]
    counts: dict[str, dict[str, int]]
    demands: tuple[Demand, ...]

    @property
    def leaks(self) -> tuple[Likeness, ...]:
        """Near-duplicates across the two splits."""
        return tuple(one for one in self.likenesses if one.is_leak)

    @property
    def shortfalls(self) -> tuple[Demand, ...]:
        """Demands that are not met."""
        return tuple(one for one in self.demands if not one.met)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong; shortfalls alone do not make a corpus wrong."""
        return not (self.problems or self.likenesses or self.copies)

    def to_json(self) -> dict[str, object]:
        """Return the report as plain data."""
        return {
            "sound": self.is_sound,
            "records": self.records,
            "families": self.families,
            "problems": [asdict(one) for one in self.problems],
            "near_duplicates": [{**asdict(one), "leak": one.is_leak} for one in self.likenesses],
            "copies": [asdict(one) for one in self.copies],
            "counts": self.counts,
            "demands": [{**asdict(one), "met": one.met} for one in self.demands],
        }


def check_corpus(folder: Path, against: Sequence[Path] = ()) -> CorpusReport:
    """Check a corpus.

    Parameters
    ----------
    folder
        Folder of the corpus.
    against
        Portfolios of any readable format whose texts must not stand in the corpus.

    Returns
    -------
    CorpusReport
        Every fault found, not only the first.

    Raises
    ------
    CorpusError
        When the folder holds no corpus.
    PortfolioError
        When a file of `against` cannot be read.
    """
    corpus = read_corpus(folder)
    finder = CopyFinder(corpus.records)
    return CorpusReport(
        records=len(corpus.records),
        families=len({record.family for record in corpus.records}),
        problems=corpus.problems,
        likenesses=tuple(_find_likenesses(corpus)),
        copies=tuple(copy for path in against for copy in finder.find(path)),
        counts=count_labels(corpus.records),
        demands=tuple(weigh_demands(corpus.split(PARTS), corpus.split(FROZEN))),
    )


def _find_likenesses(corpus: ReadCorpus) -> Iterator[Likeness]:
    records, places = corpus.records, corpus.places
    for near in find_near([record.text for record in records]):
        first, second = records[near.first], records[near.second]
        if first.family != second.family:
            yield Likeness(first.id, places[near.first], second.id, places[near.second], round(near.overlap, 3))
