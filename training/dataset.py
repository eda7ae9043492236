"""Labelled projects as matrices: which features each has, and what the heads should answer."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from classifier.features import BLOCKS, analyse, pairs_of, pieces_of
from classifier.heads import (
    ANY_AREA,
    AREA_CODES,
    GENDER,
    HUMAN_RIGHTS,
    OUTPUT_PLACES,
    OUTPUTS,
    RISK_FLAGGED,
    RISK_HIGH,
    RISK_INSUFFICIENT,
)
from classifier.memory import Memory
from classifier.tagging import Risk
from classifier.text import read_text
from classifier.vectoriser import Block, Vectoriser
from training.labelled import to_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from classifier.features import BlockName
    from training.configuration import Configuration
    from training.labelled import LabelledProject

#: The features of one project, block by block.
Features: TypeAlias = "dict[BlockName, frozenset[str]]"
Targets: TypeAlias = NDArray[np.float32]

_PIECES: Final = Memory(pieces_of)
_FLAGGED: Final = frozenset({Risk.REVIEW, Risk.HIGH})


def extract_features(record: LabelledProject) -> Features:
    """Return all features of a project, known or not."""
    read = analyse(read_text(to_project(record)))
    sentences = [sentence.forms for sentence in read.sentences]
    forms = frozenset(form for own in sentences for form in own)
    return {
        "word": forms.union(*map(pairs_of, sentences)),
        "piece": frozenset(chain.from_iterable(map(_PIECES.__getitem__, forms))),
        "concept": frozenset(found.feature for found in read.concepts),
    }


def targets_of(record: LabelledProject) -> list[float]:
    """Return what each output should answer: 1, 0, or NaN where nobody can tell."""
    answers = {code: float(code in record.areas) for code in AREA_CODES}
    answers[ANY_AREA] = float(bool(record.areas))
    for outputs, score in ((GENDER, record.gender), (HUMAN_RIGHTS, record.human_rights)):
        for wanted, output in enumerate(outputs, 1):
            answers[output] = np.nan if score is None else float(score >= wanted)
    answers[RISK_HIGH] = float(record.risk is Risk.HIGH)
    answers[RISK_FLAGGED] = float(record.risk in _FLAGGED)
    answers[RISK_INSUFFICIENT] = float(record.risk is Risk.INSUFFICIENT)
    return [answers[output] for output in OUTPUTS]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Features and targets of projects in one order; targets of shape (projects, outputs)."""

    features: list[Features]
    targets: Targets
    families: list[str]
    languages: list[str]

    def __len__(self) -> int:
        return len(self.features)

    def take(self, places: Sequence[int]) -> Dataset:
        """Return the projects at those places."""
        return Dataset(
            [self.features[place] for place in places],
            self.targets[np.asarray(places, int)],
            [self.families[place] for place in places],
            [self.languages[place] for place in places],
        )


def build_dataset(records: Sequence[LabelledProject]) -> Dataset:
    """Read the texts of labelled projects."""
    return Dataset(
        [extract_features(record) for record in records],
        np.array([targets_of(record) for record in records], np.float32).reshape(-1, len(OUTPUTS)),
        [record.family for record in records],
        [record.lang for record in records],
    )


def compose(dataset: Dataset, share: float, seed: int) -> Dataset:
    """Add projects composed of two or three others of one language, `share` for each project there is.

    A composed project has the features of all its parts and the greatest answer of each output; only what it
    does cannot be told when that of no part can. It teaches what single projects of a corpus teach badly: one
    activity among others is enough.
    """
    generator = random.Random(seed)  # noqa: S311 - repeatable, not secret
    by_language: dict[str, list[int]] = {}
    for place, language in enumerate(dataset.languages):
        by_language.setdefault(language, []).append(place)
    features, targets = list(dataset.features), [dataset.targets]
    for _ in range(round(share * len(dataset))):
        language = dataset.languages[generator.randrange(len(dataset))]
        size = min(generator.choice((2, 2, 3)), len(by_language[language]))
        parts = generator.sample(by_language[language], size)
        features.append({name: frozenset().union(*(dataset.features[p][name] for p in parts)) for name in BLOCKS})
        targets.append(_answers_together(dataset.targets[parts])[None])
    added = len(features) - len(dataset)
    return Dataset(
        features, np.concatenate(targets), [*dataset.families, *[""] * added], [*dataset.languages, *[""] * added]
    )


def _answers_together(answers: Targets) -> Targets:
    """Return what the outputs should answer for a project composed of others; answers of shape (parts, outputs)."""
    together: Targets = np.fmax.reduce(answers)
    place = OUTPUT_PLACES[RISK_INSUFFICIENT]
    together[place] = answers[:, place].min()
    return together


def fit_vectoriser(features: Sequence[Features], configuration: Configuration) -> Vectoriser:
    """Choose the vocabulary of a model: the features that enough projects share, in alphabetical order."""
    blocks: dict[BlockName, Block] = {}
    offset = 0
    for name in BLOCKS:
        options = getattr(configuration, name)
        counts = Counter(feature for own in features for feature in own[name])
        terms = sorted(term for term, count in counts.items() if count >= options.fewest_projects)
        weights = np.ones(len(terms), np.float32)
        if options.unit_length:
            # Smoothed inverse document frequency.
            frequencies = np.array([counts[term] for term in terms])
            weights = (np.log((1 + len(features)) / (1 + frequencies)) + 1).astype(np.float16).astype(np.float32)
        places = {term: offset + number for number, term in enumerate(terms)}
        blocks[name] = Block(places, weights, offset, options.unit_length, options.scale)
        offset += len(terms)
    return Vectoriser(blocks)


def vectorise(features: Sequence[Features], vectoriser: Vectoriser) -> csr_matrix:
    """Return the matrix of projects by features that the model's vectoriser would give for each text."""
    from scipy.sparse import csr_matrix

    starts, indices, values = [0], [], []
    for own in features:
        for name in BLOCKS:
            block = vectoriser.blocks[name]
            known = sorted(block.terms[feature] for feature in own[name] if feature in block.terms)
            places = np.array(known, np.int64)
            indices.append(places)
            values.append(block.values(places))
        starts.append(starts[-1] + sum(map(len, indices[-len(BLOCKS) :])))
    width = sum(len(block.terms) for block in vectoriser.blocks.values())
    return csr_matrix((np.concatenate(values), np.concatenate(indices), starts), shape=(len(features), width))
