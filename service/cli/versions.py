"""Finds the model version that a caller names."""

from __future__ import annotations

from pathlib import Path

from classifier.errors import ModelError
from classifier.model import find_models_dir, list_versions


def find_version(name: str) -> Path:
    """Return the folder of a model version, given by its path or by its name under models/."""
    path = Path(name)
    if path.is_dir():
        return path
    known = {version.name: version for version in list_versions(find_models_dir())}
    if name in known:
        return known[name]
    raise ModelError(
        f"There is no model version {name}.", code="model-missing", remedy="List them with: portolan models list."
    )
