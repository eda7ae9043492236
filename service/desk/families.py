"""Groups records that say nearly the same, among themselves and with the labelled data that there are already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus import FROZEN, read_corpus
from training.nearness import TextIndex

if TYPE_CHECKING:
    from pathlib import Path


class Families:
    """Families by nearness, as `portolan corpus check` sees it.

    Parameters
    ----------
    corpus
        Folder of labelled data that the new records shall stand beside; None for records on their own.

    Raises
    ------
    CorpusError
        When the folder holds no labelled data.
    """

    def __init__(self, corpus: Path | None) -> None:
        self._index = TextIndex()
        self._parents: list[int] = []
        self._names: list[str] = []
        self._frozen: list[bool] = []
        self._first: dict[str, int] = {}
        if corpus is not None:
            self._take_in(corpus)

    def add(self, name: str, text: str, *, project_id: str = "") -> int:
        """Add a record whose family is its own name unless it is near to another; return its place.

        Records of one `project_id` are of one family, whatever they say: they tell of the same activity.
        """
        place, found = self._index.near_and_add(text)
        self._note(name, frozen=False)
        near = [other for other, _ in found]
        if project_id:
            near.append(self._first.setdefault(project_id, place))
        for other in near:
            self._join(other, place)
        return place

    def family(self, place: int) -> str:
        """Return the family of a record, once all records are added."""
        return self._names[self._root(place)]

    def is_frozen(self, place: int) -> bool:
        """Return whether a record is of a family that no training may see."""
        return self._frozen[self._root(place)]

    def _take_in(self, corpus: Path) -> None:
        found = read_corpus(corpus)
        first: dict[str, int] = {}
        for record, where in zip(found.records, found.places, strict=True):
            place = self._index.add(record.text)
            self._note(record.family, frozen=where.split == FROZEN)
            self._join(first.setdefault(record.family, place), place)

    def _note(self, name: str, *, frozen: bool) -> None:
        """Keep what is known of the record that was indexed last."""
        self._names.append(name)
        self._frozen.append(frozen)
        self._parents.append(len(self._parents))

    def _root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place

    def _join(self, one: int, two: int) -> None:
        """Let two records be of one family; that of the earlier one gives its name."""
        first, second = sorted((self._root(one), self._root(two)))
        self._parents[second] = first
        self._frozen[first] = self._frozen[first] or self._frozen[second]
