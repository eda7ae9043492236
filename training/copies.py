"""Finds records of the corpus that stand too near to a text of somebody else's portfolio."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from classifier.errors import RowError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from training.labelled import LabelledProject
from training.nearness import COPIED_WORDS, TextIndex, split_words, word_runs

Likeness: TypeAlias = Literal["words", "overlap", "title"]

_TITLE_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Copy:
    """A record that repeats a project of another file.

    Parameters
    ----------
    record
        Id of our record.
    file, project
        Name of the file and id of the project in it.
    likeness
        ``words`` for ten or more equal words in a row, ``overlap`` for a high share of equal shingles,
        ``title`` for an equal title of six or more words.
    overlap
        Share of equal shingles, 1 for the other kinds.
    """

    record: str
    file: str
    project: str
    likeness: Likeness
    overlap: float


class CopyFinder:
    """The texts of the corpus, ready to be compared with other portfolios."""

    def __init__(self, records: Sequence[LabelledProject]) -> None:
        self._records = records
        self._index = TextIndex()
        self._runs: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._titles: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for position, record in enumerate(records):
            self._index.add(record.text)
            for run in _long_runs(split_words(record.text)):
                self._runs[run].append(position)
            if len(title := split_words(record.title)) >= _TITLE_WORDS:
                self._titles[tuple(title)].append(position)

    def find(self, path: Path) -> Iterator[Copy]:
        """Yield what the corpus has in common with a portfolio of any format, each pair once.

        Raises
        ------
        PortfolioError
            When the portfolio cannot be read.
        """
        with open_portfolio(str(path), ReadOptions()) as portfolio:
            for project in portfolio:
                if isinstance(project, RowError):
                    continue
                text = "\n".join(text for _, text in project.texts())
                for position, (likeness, overlap) in sorted(self._likenesses(project.title, text).items()):
                    yield Copy(self._records[position].id, path.name, project.id, likeness, overlap)

    def _likenesses(self, title: str, text: str) -> dict[int, tuple[Likeness, float]]:
        """Return the positions of our records that are like a text, each with its strongest likeness."""
        found: dict[int, tuple[Likeness, float]] = {
            position: ("overlap", overlap) for position, overlap in self._index.near(text)
        }
        for run in _long_runs(split_words(text)):
            found.update((position, ("words", 1.0)) for position in self._runs.get(run, ()))
        found.update((position, ("title", 1.0)) for position in self._titles.get(tuple(split_words(title)), ()))
        return found


def _long_runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return word_runs(words, COPIED_WORDS) if len(words) >= COPIED_WORDS else set()
