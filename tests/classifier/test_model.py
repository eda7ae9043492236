from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from tiny_model import write_tiny_model

from classifier.errors import ModelError
from classifier.heads import OUTPUTS, Array
from classifier.model import current_version, find_models_dir, list_versions, load_model, read_manifest, verify


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path)


def test_version_is_read_back(version: Path) -> None:
    model = load_model(version)
    assert model.manifest.version == "tiny"
    assert model.heads.linear.weights.dtype == np.float32


def network(share: float | None) -> dict[str, Array]:
    """A network of one unit for the two words of the tiny model."""
    arrays = {
        "hidden_first": np.ones((2, 1), np.float32),
        "hidden_first_bias": np.zeros(1, np.float32),
        "hidden_second": np.ones((1, len(OUTPUTS)), np.float32),
        "hidden_second_bias": np.zeros(len(OUTPUTS), np.float32),
    }
    return arrays if share is None else {**arrays, "linear_share": np.array([share], np.float32)}


def test_share_of_the_linear_member_is_read_back(tmp_path: Path) -> None:
    version = write_tiny_model(tmp_path, network=network(0.25))
    assert load_model(version).heads.linear_share == 0.25


def test_network_without_its_share_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="linear_share"):
        load_model(write_tiny_model(tmp_path, network=network(None)))


def test_members_of_the_first_format_count_alike(tmp_path: Path) -> None:
    version = write_tiny_model(tmp_path, network=network(None))
    change_manifest(version, format_version=1)
    assert load_model(version).heads.linear_share == 0.5


def test_changed_file_is_refused(version: Path) -> None:
    with (version / "linear_bias.npy").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match=r"linear_bias\.npy"):
        load_model(version)


@pytest.mark.parametrize("name", ["vocabulary.json", "linear_weights.npy"])
def test_missing_file_is_refused(version: Path, name: str) -> None:
    (version / name).unlink()
    with pytest.raises(ModelError, match=name):
        verify(version)


def test_file_too_many_is_refused(version: Path) -> None:
    (version / "extra.pkl").write_bytes(b"")
    with pytest.raises(ModelError, match=r"extra\.pkl"):
        verify(version)


def test_unknown_format_is_refused(version: Path) -> None:
    change_manifest(version, format_version=99)
    with pytest.raises(ModelError) as caught:
        read_manifest(version)
    assert caught.value.code == "model-format"


def test_manifest_without_a_field_is_refused(version: Path) -> None:
    data = json.loads((version / "manifest.json").read_text("utf-8"))
    del data["thresholds"]
    (version / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ModelError, match="thresholds"):
        read_manifest(version)


def test_manifest_that_is_not_json_is_refused(version: Path) -> None:
    (version / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="not JSON"):
        read_manifest(version)


def test_pickled_array_is_never_loaded(version: Path) -> None:
    import hashlib

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (str(version.parent / "sprung"),)

    path = version / "slope.npy"
    np.save(path, np.array([Trap()], dtype=object), allow_pickle=True)
    files = dict(read_manifest(version).files)
    files["slope.npy"] = hashlib.sha256(path.read_bytes()).hexdigest()
    change_manifest(version, files=files)
    with pytest.raises(ModelError, match="plain array"):
        load_model(version)
    assert not (version.parent / "sprung").exists()


def test_model_for_other_labels_is_refused(version: Path) -> None:
    change_manifest(version, labels=["9.9"])
    with pytest.raises(ModelError, match="other labels"):
        load_model(version)


def test_versions_are_listed_and_one_is_current(version: Path) -> None:
    assert list_versions(version.parent) == [version]
    assert current_version(version.parent) == version


@pytest.mark.parametrize("name", ["gone", "../tiny", ""])
def test_pointer_to_nowhere_is_refused(version: Path, name: str) -> None:
    (version.parent / "current").write_text(name, encoding="utf-8")
    with pytest.raises(ModelError):
        current_version(version.parent)


def test_writing_the_same_version_again_changes_nothing(version: Path) -> None:
    before = (version / "manifest.json").stat().st_mtime_ns
    write_tiny_model(version.parent)
    assert (version / "manifest.json").stat().st_mtime_ns == before


def test_version_is_never_overwritten_with_other_content(version: Path) -> None:
    from classifier.model import write_model

    other = replace(read_manifest(version), created="2026-10-02")
    with pytest.raises(ModelError, match="exists already"):
        write_model(version.parent, other, {}, {})
    assert sorted(path.name for path in version.parent.iterdir()) == ["current", "tiny"]


def test_models_folder_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTOLAN_MODELS", str(tmp_path))
    assert find_models_dir() == tmp_path
    monkeypatch.setenv("PORTOLAN_MODELS", str(tmp_path / "none"))
    with pytest.raises(ModelError, match="PORTOLAN_MODELS"):
        find_models_dir()


def test_pointer_out_of_the_folder_is_refused(version: Path) -> None:
    (version / "current").write_text("..\n", encoding="utf-8")
    (version.parent / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError):
        current_version(version)


def test_array_of_the_wrong_shape_is_refused(version: Path) -> None:
    np.save(version / "slope.npy", np.ones(3, np.float32))
    files = dict(read_manifest(version).files)
    change_manifest(version, files={**files, "slope.npy": sha256((version / "slope.npy").read_bytes()).hexdigest()})
    with pytest.raises(ModelError, match="slope"):
        load_model(version)


def test_manifest_without_files_is_refused(version: Path) -> None:
    change_manifest(version, files=None)
    with pytest.raises(ModelError):
        verify(version)


def change_manifest(version: Path, **changes: object) -> None:
    path = version / "manifest.json"
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**data, **changes}), encoding="utf-8")


def test_a_folder_that_takes_no_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        write_tiny_model(tmp_path / "models")
    assert caught.value.code == "model-unwritable"
