"""Loads and writes the labelled data: all of it valid, or nothing.

A corpus is a folder with ``parts/*.jsonl`` for training and ``frozen/*.jsonl`` for the last word. Training
calls `load_corpus`, which never returns a frozen record; only `load_frozen` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from classifier.errors import CorpusError
from classifier.portfolio.target import Target
from training.labelled import LabelledProject
from training.schema import SchemaError, parse_line, write_line

PARTS: Final = "parts"
FROZEN: Final = "frozen"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: file, relative to the corpus, and 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"

    @property
    def split(self) -> str:
        """``parts`` or ``frozen``."""
        return self.file.split("/")[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the corpus, with its place."""

    place: Place
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class ReadCorpus:
    """Every record of a corpus, both splits, with its place, and every fault found on the way."""

    records: tuple[LabelledProject, ...]
    places: tuple[Place, ...]
    problems: tuple[Problem, ...]

    def split(self, name: str) -> list[LabelledProject]:
        """Return the records of ``parts`` or ``frozen``."""
        pairs = zip(self.records, self.places, strict=True)
        return [record for record, place in pairs if place.split == name]


def load_corpus(folder: Path) -> list[LabelledProject]:
    """Load the records for training, in the order of files and lines.

    Parameters
    ----------
    folder
        Folder of the corpus.

    Returns
    -------
    list of LabelledProject
        The records of ``parts``; never one of ``frozen``.

    Raises
    ------
    CorpusError
        When any record, also of the frozen part, is invalid, an id occurs twice, a family stands in both
        splits, or there is nothing to train on.
    """
    return _load_split(folder, PARTS)


def load_frozen(folder: Path) -> list[LabelledProject]:
    """Load the frozen test part, which no training may see.

    Raises
    ------
    CorpusError
        As `load_corpus`.
    """
    return _load_split(folder, FROZEN)


def corpus_hash(records: Iterable[LabelledProject]) -> str:
    """Return the SHA-256 of the records, blind to their order and to the files that they stand in."""
    digest = hashlib.sha256()
    for record in sorted(records, key=lambda record: record.id):
        digest.update(write_line(record).encode() + b"\n")
    return digest.hexdigest()


def write_corpus(records: Sequence[LabelledProject], path: Path, *, force: bool = False) -> None:
    """Write records as JSON Lines with a fixed order of fields; the file appears whole or not at all.

    Raises
    ------
    UsageError
        When the file exists and `force` is not set.
    OutputError
        When it cannot be written.
    """
    target = Target(str(path), force=force)
    try:
        stream = target.open()
        with target.faults_named():
            for record in records:
                stream.write(write_line(record).encode() + b"\n")
        target.commit()
    except BaseException:
        target.abort()
        raise


def read_corpus(folder: Path) -> ReadCorpus:
    """Read both splits and collect every fault instead of stopping at the first.

    Raises
    ------
    CorpusError
        When the folder holds no corpus or a file cannot be read.
    """
    records: list[LabelledProject] = []
    places: list[Place] = []
    problems: list[Problem] = []
    for place, line in _lines(folder):
        try:
            record = parse_line(line)
        except SchemaError as error:
            problems.append(Problem(place, "record-invalid", f"{error}."))
            continue
        records.append(record)
        places.append(place)
    problems += _find_duplicates(records, places)
    problems += _find_torn_families(records, places)
    return ReadCorpus(tuple(records), tuple(places), tuple(sorted(problems, key=_by_place)))


def _by_place(problem: Problem) -> tuple[str, int]:
    return problem.place.file, problem.place.line


def _load_split(folder: Path, split: str) -> list[LabelledProject]:
    corpus = read_corpus(folder)
    if corpus.problems:
        first, others = corpus.problems[0], len(corpus.problems) - 1
        more = f" {others} more problems." if others else ""
        raise CorpusError(f"{first}{more}", code=first.code, remedy="Run `portolan corpus check` for the whole list.")
    records = corpus.split(split)
    if not records:
        raise CorpusError(f"{folder / split} holds no record.", code="corpus-empty")
    return records


def _lines(folder: Path) -> Iterator[tuple[Place, str]]:
    """Yield every line of both splits that is not blank."""
    paths = [path for split in (PARTS, FROZEN) for path in sorted((folder / split).glob("*.jsonl"))]
    if not paths:
        raise CorpusError(
            f"{folder} holds no labelled data.",
            code="corpus-missing",
            remedy=f"Name a folder with {PARTS}/*.jsonl and {FROZEN}/*.jsonl.",
        )
    for path in paths:
        name = f"{path.parent.name}/{path.name}"
        yield from ((Place(name, number), line) for number, line in read_lines(path, name))


def read_lines(path: Path, name: str) -> Iterator[tuple[int, str]]:
    """Yield every line of a file of labelled data that is not blank, with its number; errors call the file `name`.

    Raises
    ------
    CorpusError
        When the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise CorpusError(f"{name} cannot be read: {reason}.", code="corpus-unreadable") from error


def _find_duplicates(records: Sequence[LabelledProject], places: Sequence[Place]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for record, place in zip(records, places, strict=True):
        if record.id in first:
            yield Problem(place, "id-duplicate", f"the id {record.id} stands already in {first[record.id]}.")
        first.setdefault(record.id, place)


def _find_torn_families(records: Sequence[LabelledProject], places: Sequence[Place]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for record, place in zip(records, places, strict=True):
        start = first.setdefault(record.family, place)
        if start.split != place.split:
            message = f"the family {record.family} stands in two splits, first in {start}."
            yield Problem(place, "family-torn", message)
