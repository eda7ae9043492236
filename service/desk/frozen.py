"""Recognises projects of the frozen part of the labelled data, which no training may see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.corpus import load_frozen
from training.labelled import to_project

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.project import Project


@dataclass(frozen=True, slots=True)
class FrozenTexts:
    """The ids and texts of the frozen part."""

    ids: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()

    def holds(self, project: Project) -> bool:
        """Return whether a project is one of them, by id or by text."""
        return project.id in self.ids or hash_text(project) in self.hashes


def load_frozen_texts(corpus: Path) -> FrozenTexts:
    """Read the frozen part of a corpus.

    Raises
    ------
    CorpusError
        When it cannot be read.
    """
    records = load_frozen(corpus)
    return FrozenTexts(
        frozenset(record.id for record in records), frozenset(hash_text(to_project(record)) for record in records)
    )


def hash_text(project: Project) -> str:
    """Return the SHA-256 of the words of a project, blind to case, white space and the fields they stand in."""
    words = " ".join(text for _, text in project.texts()).casefold().split()
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()
