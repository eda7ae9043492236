"""The smallest model folder that passes verification: for tests of what surrounds a model, not of a model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def write_bare_version(models_dir: Path, name: str) -> None:
    """Write a version that holds an empty vocabulary and nothing to predict with."""
    folder = models_dir / name
    folder.mkdir(parents=True)
    (folder / "vocabulary.json").write_text("[]")
    manifest = {
        "format_version": 1,
        "version": name,
        "created": "2025-03-01",
        "code_version": "0.1.0",
        "corpus_hash": "",
        "corpus_size": 0,
        "configuration": {},
        "labels": [],
        "thresholds": {
            "areas": [],
            "any_area": 0.5,
            "areas_sure": 0.9,
            "areas_clear": 0.1,
            "markers": {},
            "markers_sure": 0.9,
        },
        "metrics": {},
        "files": {"vocabulary.json": hashlib.sha256(b"[]").hexdigest()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
