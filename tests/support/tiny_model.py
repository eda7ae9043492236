"""A model version that knows two words: real in form, small enough to write for every test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from classifier.heads import AREA_CODES, OUTPUT_PLACES, OUTPUTS, Array
from classifier.model import CURRENT, FORMAT_VERSION, Manifest, Thresholds, write_model

_TERMS = {"refugees": ("3.2", "any_area"), "lawyer": ("3.1", "any_area", "human_rights_1")}


def write_tiny_model(folder: Path, version: str = "tiny", network: Mapping[str, Array] | None = None) -> Path:
    """Write the model, with a network if one is given, make it the current one, and return its folder."""
    weights = np.zeros((len(_TERMS), len(OUTPUTS)), np.float32)
    for place, outputs in enumerate(_TERMS.values()):
        weights[place, [OUTPUT_PLACES[output] for output in outputs]] = 8.0
    arrays = {
        "feature_values": np.ones(len(_TERMS), np.float32),
        "linear_weights": weights,
        "linear_bias": np.full(len(OUTPUTS), -4.0, np.float32),
        "slope": np.ones(len(OUTPUTS), np.float32),
        "intercept": np.zeros(len(OUTPUTS), np.float32),
    }
    arrays |= network or {}
    empty = {"unit_length": False, "scale": 1.0, "terms": []}
    vocabulary = {"word": {**empty, "terms": list(_TERMS)}, "piece": empty, "concept": empty}
    path = write_model(folder, _manifest(version), vocabulary, arrays)
    (folder / CURRENT).write_text(f"{version}\n", encoding="utf-8")
    return path


def _manifest(version: str) -> Manifest:
    markers = {"gender": (0.5, 0.5), "human_rights": (0.5, 0.5)}
    return Manifest(
        format_version=FORMAT_VERSION,
        version=version,
        created="2026-10-01",
        code_version="0.1.0",
        corpus_hash="0" * 64,
        corpus_size=2,
        configuration={},
        labels=OUTPUTS,
        thresholds=Thresholds((0.5,) * len(AREA_CODES), 0.5, 0.9, 0.1, markers, 0.9),
        metrics={},
        files={},
    )
