"""Finds the words that carried a label: the places whose features spoke most for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from classifier.language import is_function_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.features import ReadText
    from classifier.heads import LinearMember
    from classifier.project import Project
    from classifier.tagging import Evidence
    from classifier.vectoriser import Occurrences, Vector, Vectoriser

_MOST_QUOTES: Final = 2
_MOST_WORDS: Final = 16
_FEWEST_WORDS: Final = 4
#: A second quote is cited when its sentence speaks at least this much as loud as the first.
_SECOND_SHARE: Final = 0.5
#: Words that say less than this share of the loudest word do not lengthen a quote.
_QUIET_SHARE: Final = 0.12


@dataclass(frozen=True, slots=True)
class Voices:
    """The feature occurrences of one text, each with an equal share of its feature's value.

    Parameters
    ----------
    features, shares
        The features of the text, and what each of their occurrences gets of their value.
    places
        Which of them each occurrence is.
    """

    occurrences: Occurrences
    features: NDArray[np.int64]
    shares: NDArray[np.float32]
    places: NDArray[np.int32]

    def token_scores(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each token of the text says for an output with these feature weights."""
        _, first, last, starts = self.occurrences
        said = (weights[self.features] * self.shares)[self.places] / (last - first)
        # Each occurrence spreads over its tokens: add where it begins, take off where it ends, then sum up.
        steps = np.bincount(first, said, starts[-1] + 1) - np.bincount(last, said, starts[-1] + 1)
        scores: NDArray[np.float64] = np.cumsum(steps)[:-1]
        return scores


def hear(read: ReadText, vector: Vector, vectoriser: Vectoriser) -> Voices:
    """Gather the feature occurrences of a text."""
    occurrences = vectoriser.occurrences(read, vector)
    # Where each feature stands in the vector; only those that are in it are ever asked for.
    place = np.empty(vectoriser.size, np.int32)
    place[vector.indices] = np.arange(len(vector.indices))
    places = place[occurrences.features]
    counts = np.bincount(places, minlength=len(vector.indices))
    return Voices(occurrences, vector.indices, (vector.values / np.maximum(counts, 1)).astype(np.float32), places)


def cite(project: Project, read: ReadText, voices: Voices, linear: LinearMember, output: int) -> tuple[Evidence, ...]:
    """Cite the words that spoke most for an output, at most one quote a sentence, loudest first."""
    scores = voices.token_scores(linear.weights[:, output])
    runs = []
    for number in _loudest_sentences(scores, voices.occurrences.starts):
        start, end = voices.occurrences.starts[number : number + 2]
        total, first, last = _loudest_run(scores[start:end].tolist())
        sentence = read.sentences[number]
        runs.append((total, sentence, *_readable(sentence.tokens.forms, first, last)))
    runs.sort(key=lambda run: -run[0])
    return tuple(
        sentence.sentence.evidence(project, sentence.tokens.spans[first][0], sentence.tokens.spans[last][1])
        for total, sentence, first, last in runs
        if total > 0 and total >= _SECOND_SHARE * runs[0][0]
    )


def _loudest_sentences(scores: NDArray[np.float64], starts: tuple[int, ...]) -> list[int]:
    """Return the numbers of the sentences whose words speak loudest for an output."""
    loud = [0.0, *np.cumsum(np.maximum(scores, 0.0)).tolist()]
    sums = [loud[end] - loud[start] for start, end in pairwise(starts)]
    loudest_first = sorted(range(len(sums)), key=lambda number: -sums[number])
    return [number for number in loudest_first[:_MOST_QUOTES] if sums[number] > 0]


def _loudest_run(scores: list[float]) -> tuple[float, int, int]:
    """Return (sum, first, last) of the run of tokens that says most, quiet tokens at a discount."""
    discount = _QUIET_SHARE * max(0.0, *scores)
    best, best_first, best_last = float("-inf"), 0, 0
    total, first = 0.0, 0
    for place, score in enumerate(scores):
        if total <= 0 or place - first >= _MOST_WORDS:
            total, first = 0.0, place
        total += score - discount
        if total > best:
            best, best_first, best_last = total, first, place
    return sum(scores[best_first : best_last + 1]), best_first, best_last


def _readable(forms: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Widen a run that is too short to be read alone, then take function words off its edges."""
    while last - first + 1 < _FEWEST_WORDS and (first > 0 or last + 1 < len(forms)):
        if last + 1 < len(forms):
            last += 1
        else:
            first -= 1
    while last > first and is_function_word(forms[last]):
        last -= 1
    while first < last and is_function_word(forms[first]):
        first += 1
    return first, last
