"""Finds the words that carried a label: the places whose features spoke most for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from classifier.features import ReadText
    from classifier.heads import LinearMember
    from classifier.project import Project
    from classifier.tagging import Evidence
    from classifier.vectoriser import Vector, Vectoriser

_MOST_QUOTES: Final = 2
_MOST_WORDS: Final = 16
_FEWEST_WORDS: Final = 2
#: A second quote is cited when its sentence speaks at least this much as loud as the first.
_SECOND_SHARE: Final = 0.5
#: Words that say less than this share of the loudest word do not lengthen a quote.
_QUIET_SHARE: Final = 0.12


@dataclass(frozen=True, slots=True)
class Voices:
    """Every feature occurrence of one text, ready to be weighed for any output."""

    features: NDArray[np.int64]
    values: NDArray[np.float32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    #: Where the tokens of each sentence begin in the row of all tokens.
    starts: tuple[int, ...]

    def token_scores(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each token of the text says for an output with these feature weights."""
        said = (weights[self.features] * self.values / (self.last - self.first)).astype(np.float64)
        # Each occurrence spreads over its tokens: add where it begins, take off where it ends, then sum up.
        steps = np.zeros(self.starts[-1] + 1)
        np.add.at(steps, self.first, said)
        np.subtract.at(steps, self.last, said)
        scores: NDArray[np.float64] = np.cumsum(steps)[:-1]
        return scores


def hear(read: ReadText, vector: Vector, vectoriser: Vectoriser) -> Voices:
    """Gather the feature occurrences of a text, each with an equal share of its feature's value."""
    starts = [0]
    for sentence in read.sentences:
        starts.append(starts[-1] + len(sentence.tokens))
    rows = [
        (place, starts[found.sentence] + found.first, starts[found.sentence] + found.last)
        for place, found in vectoriser.occurrences(read)
    ]
    table = np.array(rows, np.int64).reshape(-1, 3)
    features = table[:, 0]
    _, inverse, counts = np.unique(features, return_inverse=True, return_counts=True)
    values = vector.values[np.searchsorted(vector.indices, features)] / counts[inverse]
    return Voices(features, values.astype(np.float32), table[:, 1], table[:, 2], tuple(starts))


def cite(project: Project, read: ReadText, voices: Voices, linear: LinearMember, output: int) -> tuple[Evidence, ...]:
    """Cite the words that spoke most for an output, at most one quote a sentence, loudest first."""
    scores = voices.token_scores(linear.weights[:, output])
    found = []
    for number, sentence in enumerate(read.sentences):
        own = scores[voices.starts[number] : voices.starts[number + 1]]
        if len(own):
            total, first, last = _loudest_run(own)
            found.append((total, sentence, first, last))
    found.sort(key=lambda run: -run[0])
    best = found[0][0] if found else 0.0
    return tuple(
        sentence.sentence.evidence(project, sentence.tokens[first].start, sentence.tokens[last].end)
        for total, sentence, first, last in found[:_MOST_QUOTES]
        if total > 0 and total >= _SECOND_SHARE * best
    )


def _loudest_run(scores: NDArray[np.float64]) -> tuple[float, int, int]:
    """Return (sum, first, last) of the run of tokens that says most, quiet tokens at a discount."""
    discount = _QUIET_SHARE * max(float(scores.max()), 0.0)
    best, best_first, best_last = -np.inf, 0, 0
    total, first = 0.0, 0
    for place, score in enumerate(scores - discount):
        if total <= 0 or place - first >= _MOST_WORDS:
            total, first = 0.0, place
        total += float(score)
        if total > best:
            best, best_first, best_last = total, first, place
    while best_last - best_first + 1 < min(_FEWEST_WORDS, len(scores)):
        best_last, best_first = (
            (best_last + 1, best_first) if best_last + 1 < len(scores) else (best_last, best_first - 1)
        )
    return float(scores[best_first : best_last + 1].sum()), best_first, best_last
