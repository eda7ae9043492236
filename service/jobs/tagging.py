"""Tags the portfolio of one job part by part, and takes over the parts that were finished before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from service.engine import Batch, Tagged

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagger import Tagger
    from classifier.tagging import Tagging
    from service.jobs.parts import PartStore


class PartTagger:
    """Tags batches in order, a part at a time.

    Parameters
    ----------
    tagger
        The model and rules of this job, the same at every attempt.
    parts
        The finished parts.
    size
        Projects of a part.
    guard
        Called before each batch; raises when the work must stop.
    progress
        Returns how far the reading is, from 0 to 1, None where that cannot be told.
    """

    def __init__(
        self,
        tagger: Tagger,
        parts: PartStore,
        size: int,
        guard: Callable[[], None],
        progress: Callable[[], float | None],
    ) -> None:
        self._tagger = tagger
        self._parts = parts
        self._size = size
        self._guard = guard
        self._progress = progress

    def tag(self, batches: Iterator[Batch]) -> Iterator[Tagged]:
        """Yield the parts with their taggings."""
        finished = self._parts.finished()
        projects = (project for batch in batches for project in batch)
        number = 0
        while part := list(islice(projects, self._size)):
            self._guard()
            known = finished.get(number)
            taggings = None if known is None else self._parts.load(known, part)
            if taggings is None:
                taggings = list(self._tag_anew(part))
                self._parts.save(number, taggings, self._progress())
            yield part, taggings
            number += 1

    def _tag_anew(self, part: list[Project]) -> Iterable[Tagging]:
        for start in range(0, len(part), _STEP):
            self._guard()
            yield from self._tagger.tag(part[start : start + _STEP])


#: So many projects are tagged between two looks at whether to go on.
_STEP = 64
