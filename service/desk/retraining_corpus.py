"""The parts of the corpus that a training can be made of, and the folder that one training reads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifier.errors import CorpusError, UsageError
from service.desk.frozen import load_frozen_texts
from training.corpus import FROZEN, PARTS, load_corpus
from training.labelled import to_project

if TYPE_CHECKING:
    from service.desk.retraining import Choice

#: Folder of the exported settled parts in the data folder.
SETTLED_FOLDER: Final = "settled"
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file of labelled projects: its name and how many records it holds."""

    name: str
    records: int


def list_parts(folder: Path) -> list[PartFile]:
    """Return the files of a folder of labelled projects, by name; none when there is no such folder."""
    return [PartFile(path.name, _count_lines(path)) for path in sorted(folder.glob("*.jsonl"))]


def list_frozen(corpus: Path) -> list[PartFile]:
    """Return the files of the frozen part."""
    return list_parts(corpus / FROZEN)


def list_training_parts(corpus: Path) -> list[PartFile]:
    """Return the files of the training part."""
    return list_parts(corpus / PARTS)


def lay_out(choice: Choice, corpus: Path, settled: Path, folder: Path) -> None:
    """Copy the chosen parts, and all of the frozen part, into a folder that is a corpus of its own.

    Raises
    ------
    UsageError
        ``part-missing``: a part was chosen that is not there.
    CorpusError
        The parts do not make a sound corpus, or hold a text of the frozen part.
    """
    for split in (PARTS, FROZEN):
        (folder / split).mkdir(parents=True)
    for source, target in _copies(choice, corpus, settled):
        shutil.copyfile(source, folder / target)
    _refuse_frozen_texts(folder)


def _copies(choice: Choice, corpus: Path, settled: Path) -> Iterator[tuple[Path, str]]:
    for name in _known(choice.parts, corpus / PARTS):
        yield corpus / PARTS / name, f"{PARTS}/{name}"
    for name in _known(choice.settled, settled):
        yield settled / name, f"{PARTS}/settled-{name}"
    for path in sorted((corpus / FROZEN).glob("*.jsonl")):
        yield path, f"{FROZEN}/{path.name}"


def _known(names: Sequence[str], folder: Path) -> Sequence[str]:
    """Refuse a name that is none of the folder's own; whatever comes from a form passes here."""
    there = {path.name for path in folder.glob("*.jsonl")}
    if missing := sorted(set(names) - there):
        name = repr(missing[0][:80])
        raise UsageError(f"There is no part {name}.", code="part-missing", remedy="Choose again.", facts={"part": name})
    return names


def _refuse_frozen_texts(folder: Path) -> None:
    """Refuse parts in which a frozen text stands under another id; ids and families are the corpus's own rules."""
    frozen = load_frozen_texts(folder)
    found = [record.id for record in load_corpus(folder) if frozen.holds(to_project(record))]
    if found:
        raise CorpusError(
            f"{len(found)} texts of the frozen part stand in the chosen parts, first {found[0]}.",
            code="frozen-in-parts",
            remedy="Leave out the part that holds them: what is frozen is never trained on.",
            facts={"count": len(found), "first": found[0]},
        )


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
