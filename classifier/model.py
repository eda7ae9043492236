"""Model versions: immutable folders of data under models/, checked against their manifest before any use.

A version holds ``manifest.json`` (written last), ``vocabulary.json`` and one ``.npy`` array a file, loaded
without pickle. ``models/current`` names the version in use.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from classifier.heads import Heads
    from classifier.vectoriser import Vectoriser

#: Version 2 weighs the members by `linear_share`; in version 1 both counted alike.
FORMAT_VERSION: Final = 2
_READABLE: Final = frozenset({1, FORMAT_VERSION})
MANIFEST: Final = "manifest.json"
VOCABULARY: Final = "vocabulary.json"
CURRENT: Final = "current"
ARRAYS: Final = (
    "feature_values",
    "linear_weights",
    "linear_bias",
    "hidden_first",
    "hidden_first_bias",
    "hidden_second",
    "hidden_second_bias",
    "linear_share",
    "slope",
    "intercept",
)
_HIDDEN_ARRAYS: Final = frozenset(name for name in ARRAYS if name.startswith("hidden"))
_LINEAR_SHARE: Final = "linear_share"
_ENVIRONMENT: Final = "PORTOLAN_MODELS"
_RETRAIN: Final = "Restore the folder from where it came, or train a new version."


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where decisions fall, all on calibrated probabilities.

    Parameters
    ----------
    areas
        Lowest probability at which each result area is selected, in the order of the taxonomy.
    any_area
        Lowest probability of *any area* at which areas are selected at all.
    areas_sure, areas_clear
        A selected area is accepted when its probability reaches the first; one that is not selected, when its
        probability stays at or under the second. What lies between them is for a person.
    markers
        For each marker the lowest probabilities of *at least 1* and *at least 2*.
    markers_sure
        A score is accepted when the answers to both questions are at least this probable.
    """

    areas: tuple[float, ...]
    any_area: float
    areas_sure: float
    areas_clear: float
    markers: Mapping[str, tuple[float, float]]
    markers_sure: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model version is and what it was made from.

    Parameters
    ----------
    format_version
        Version of this folder layout.
    version
        Name of the version and of its folder.
    created
        Date of the training, ISO 8601.
    code_version
        Version of Portolan that trained it.
    corpus_hash, corpus_size
        SHA-256 and number of the records trained on.
    configuration
        The training configuration, as data.
    labels
        Outputs of the heads in order.
    thresholds
        Where decisions fall.
    metrics
        Figures of the training run: out-of-fold, and on the frozen part.
    files
        File name to SHA-256.
    """

    format_version: int
    version: str
    created: str
    code_version: str
    corpus_hash: str
    corpus_size: int
    configuration: Mapping[str, Any]
    labels: tuple[str, ...]
    thresholds: Thresholds
    metrics: Mapping[str, Any]
    files: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as it is written."""
        return asdict(self)


def find_models_dir() -> Path:
    """Return the folder of model versions: from the environment, the installed package or the checkout.

    Raises
    ------
    ModelError
        There is none.
    """
    package = Path(__file__).resolve().parent
    given = os.environ.get(_ENVIRONMENT)
    candidates = [Path(given)] if given else [package / "_models", package.parent / "models"]
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise ModelError(
        f"There is no folder of models at {candidates[-1]}.",
        code="models-missing",
        remedy=f"Name one in the environment variable {_ENVIRONMENT}.",
    )


def list_versions(models_dir: Path) -> list[Path]:
    """Return the folders of all versions that have a manifest, oldest name first."""
    return sorted(path.parent for path in models_dir.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("."))


def current_name(models_dir: Path) -> str:
    """Return the name of the version in use, empty when none was promoted yet."""
    return current_version(models_dir).name if (models_dir / CURRENT).exists() else ""


def current_version(models_dir: Path) -> Path:
    """Return the folder of the version in use.

    Raises
    ------
    ModelError
        No version was promoted, or the one named is gone.
    """
    pointer = models_dir / CURRENT
    try:
        name = pointer.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ModelError(
            f"{models_dir} names no current model.", code="no-current-model", remedy="Promote a version first."
        ) from None
    folder = models_dir / name
    if not name or Path(name).name != name or name.startswith(".") or not (folder / MANIFEST).is_file():
        raise ModelError(
            f"{pointer} names the version {name!r}, which is not there.", code="model-missing", remedy=_RETRAIN
        )
    return folder


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of a version and check its form.

    Raises
    ------
    ModelError
        It is missing, not JSON, of an unknown format, or lacks a field.
    """
    try:
        data = json.loads((path / MANIFEST).read_text("utf-8"))
    except OSError:
        raise ModelError(f"{path} holds no {MANIFEST}.", code="model-missing", remedy=_RETRAIN) from None
    except ValueError:
        raise ModelError(f"{path / MANIFEST} is not JSON.", code="model-changed", remedy=_RETRAIN) from None
    if not isinstance(data, dict) or data.get("format_version") not in _READABLE:
        raise ModelError(
            f"{path} is of a model format that this version of Portolan does not read.",
            code="model-format",
            remedy=f"Use a model of format {FORMAT_VERSION} or older, or a newer Portolan.",
        )
    try:
        thresholds = data["thresholds"]
        data["thresholds"] = Thresholds(
            tuple(map(float, thresholds["areas"])),
            float(thresholds["any_area"]),
            float(thresholds["areas_sure"]),
            float(thresholds["areas_clear"]),
            {name: (float(pair[0]), float(pair[1])) for name, pair in thresholds["markers"].items()},
            float(thresholds["markers_sure"]),
        )
        data["labels"] = tuple(data["labels"])
        data["files"] = dict(data["files"])
        return Manifest(**data)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(
            f"{path / MANIFEST} lacks a field or holds one of the wrong kind ({error}).",
            code="model-changed",
            remedy=_RETRAIN,
        ) from None


def verify(path: Path) -> Manifest:
    """Check that a version holds exactly the files of its manifest, unchanged; return the manifest.

    Raises
    ------
    ModelError
        A file is missing, too many, or its SHA-256 differs.
    """
    manifest = read_manifest(path)
    found = {file.name for file in path.iterdir()} - {MANIFEST}
    if found != set(manifest.files):
        odd = ", ".join(sorted(found ^ set(manifest.files)))
        raise ModelError(f"{path}: files missing or too many: {odd}.", code="model-changed", remedy=_RETRAIN)
    for name, expected in manifest.files.items():
        if _sha256(path / name) != expected:
            raise ModelError(
                f"{path / name} is not the file that the manifest names.", code="model-changed", remedy=_RETRAIN
            )
    return manifest


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model version."""

    manifest: Manifest
    vectoriser: Vectoriser
    heads: Heads


def load_model(path: Path) -> Model:
    """Verify a version, then load it.

    Raises
    ------
    ModelError
        As `verify`, or an array is of the wrong shape.
    """
    from classifier.heads import OUTPUTS
    from classifier.vectoriser import vocabulary_from_json

    manifest = verify(path)
    if manifest.labels != OUTPUTS:
        raise ModelError(f"{path} was trained for other labels.", code="model-format", remedy="Train a new version.")
    arrays = {name: _load_array(path / f"{name}.npy") for name in ARRAYS if f"{name}.npy" in manifest.files}
    missing = _needed_arrays(manifest, arrays) - set(arrays)
    if missing or VOCABULARY not in manifest.files:
        raise ModelError(f"{path} lacks {', '.join(sorted(missing)) or VOCABULARY}.", code="model-changed")
    vocabulary = json.loads((path / VOCABULARY).read_text("utf-8"))
    vectoriser = vocabulary_from_json(vocabulary, arrays["feature_values"])
    _check_shapes(path, arrays, sum(len(block.terms) for block in vectoriser.blocks.values()), len(OUTPUTS))
    return Model(manifest, vectoriser, _build_heads(arrays))


def _needed_arrays(manifest: Manifest, arrays: Mapping[str, NDArray[np.float32]]) -> set[str]:
    """Return what a version must hold: all of the network or nothing, and its weight from format 2 on."""
    without = set() if _HIDDEN_ARRAYS & set(arrays) else _HIDDEN_ARRAYS | {_LINEAR_SHARE}
    return set(ARRAYS) - without - ({_LINEAR_SHARE} if manifest.format_version == 1 else set())


def _check_shapes(path: Path, arrays: Mapping[str, NDArray[np.float32]], features: int, outputs: int) -> None:
    units = len(arrays.get("hidden_first_bias", ()))
    shapes = {
        "feature_values": (features,),
        "linear_weights": (features, outputs),
        "linear_bias": (outputs,),
        "hidden_first": (features, units),
        "hidden_first_bias": (units,),
        "hidden_second": (units, outputs),
        "hidden_second_bias": (outputs,),
        "linear_share": (1,),
        "slope": (outputs,),
        "intercept": (outputs,),
    }
    if wrong := [name for name, array in arrays.items() if array.shape != shapes[name]]:
        raise ModelError(f"{path}: {', '.join(wrong)} of the wrong shape.", code="model-changed", remedy=_RETRAIN)


def _build_heads(arrays: Mapping[str, NDArray[np.float32]]) -> Heads:
    from classifier.heads import Heads, HiddenMember, LinearMember

    hidden = None
    if "hidden_first" in arrays:
        hidden = HiddenMember(
            arrays["hidden_first"],
            arrays["hidden_first_bias"],
            arrays["hidden_second"],
            arrays["hidden_second_bias"],
        )
    linear = LinearMember(arrays["linear_weights"], arrays["linear_bias"])
    share = float(arrays[_LINEAR_SHARE][0]) if _LINEAR_SHARE in arrays else 0.5
    return Heads(linear, hidden, arrays["slope"], arrays["intercept"], share)


def _load_array(path: Path) -> NDArray[np.float32]:
    import numpy as np

    try:
        array: NDArray[np.float32] = np.load(path, allow_pickle=False).astype(np.float32)
    except (ValueError, EOFError):
        raise ModelError(f"{path} is not a plain array.", code="model-changed", remedy=_RETRAIN) from None
    return array


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_model(
    models_dir: Path, manifest: Manifest, vocabulary: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float32]]
) -> Path:
    """Write a version: the files in a hidden folder, the manifest last, then one rename.

    Weights are kept as half-precision numbers, which the figures in the manifest already account for.

    Returns
    -------
    Path
        Folder of the version.

    Raises
    ------
    ModelError
        A version of that name exists with other content, or the disk takes no more.
    """
    import shutil
    import tempfile

    target = models_dir / manifest.version
    folder = None
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{manifest.version}-", dir=models_dir))
        _write_files(folder, vocabulary, arrays)
        files = {file.name: _sha256(file) for file in sorted(folder.iterdir())}
        data = {**manifest.to_json(), "files": files}
        text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _write_synced(folder / MANIFEST, text.encode())
        if target.exists():
            _refuse_unless_same(target, folder)
            return target
        folder.chmod(0o755)
        folder.rename(target)
    except OSError as error:
        raise ModelError(
            f"{target} could not be written: {error.strerror or error}.",
            code="model-unwritable",
            remedy="Free some space or choose another folder; the current version stays as it is.",
        ) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return target


def _write_files(folder: Path, vocabulary: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float32]]) -> None:
    import io

    import numpy as np

    _write_synced(folder / VOCABULARY, json.dumps(vocabulary, ensure_ascii=False).encode())
    for name, array in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
        _write_synced(folder / f"{name}.npy", buffer.getvalue())


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _refuse_unless_same(target: Path, folder: Path) -> None:
    if (target / MANIFEST).read_bytes() != (folder / MANIFEST).read_bytes():
        raise ModelError(
            f"{target} exists already with other content.",
            code="model-exists",
            remedy="Model versions never change: remove the folder yourself if nobody uses it.",
        )
