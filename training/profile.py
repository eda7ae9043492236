"""Says what the texts of a training corpus are like, so that what is tagged later can be held against it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.heads import AREA_CODES
from classifier.text import read_text
from training.labelled import to_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.calibration import Scores
    from training.labelled import LabelledProject

#: Bounds between the bins of a text's length in characters; a value on a bound belongs to the bin above.
CHARACTER_BOUNDS: Final = (50, 100, 200, 400, 800, 1_600, 3_200)
#: Bounds between the bins of the greatest probability of any one result area.
SCORE_BOUNDS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def profile_corpus(records: Sequence[LabelledProject], probabilities: Scores) -> dict[str, Any]:
    """Return counts by language, length and score.

    Parameters
    ----------
    records
        The corpus.
    probabilities
        Calibrated, by members that had not seen the record; one row a record.
    """
    projects = [to_project(record) for record in records]
    lengths = [sum(len(text) for _, text in project.texts()) for project in projects]
    return {
        "languages": dict(sorted(Counter(read_text(project).language for project in projects).items())),
        "characters": _histogram(lengths, CHARACTER_BOUNDS),
        "scores": _histogram(probabilities[:, : len(AREA_CODES)].max(axis=1).tolist(), SCORE_BOUNDS),
    }


def _histogram(values: Sequence[float], bounds: Sequence[float]) -> dict[str, list[float]]:
    counts = np.bincount(np.searchsorted(bounds, values, side="right"), minlength=len(bounds) + 1)
    return {"bounds": list(bounds), "counts": counts.tolist()}
