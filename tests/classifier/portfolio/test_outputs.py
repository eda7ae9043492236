from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import IO

import pytest
from tagged_projects import make_project, make_tagging

from classifier.errors import OutputError, UsageError
from classifier.portfolio.outputs import OUTPUT_FORMATS, open_writer, output_format
from classifier.portfolio.writing import Origin, WriteOptions

DOCUMENT = b'<iati-activities version="2.03"><iati-activity><title/></iati-activity></iati-activities>'


@pytest.mark.parametrize(
    ("target", "name", "origin", "expected"),
    [
        ("a.csv", "", "xlsx", "csv"),
        ("a.CSV.gz", "", "xlsx", "csv"),
        ("a.ndjson", "", "csv", "jsonl"),
        ("a.json", "", "csv", "json"),
        ("a", "", "parquet", "parquet"),
        ("-", "", "xlsx", "xlsx"),
        ("-", "JSONL", "xlsx", "jsonl"),
        ("a.xml", "", "iati", "iati"),
    ],
)
def test_chooses_the_format(target: str, name: str, origin: str, expected: str) -> None:
    assert output_format(WriteOptions(target, name), Origin(origin, None, Path("in"))) == expected


@pytest.mark.parametrize("options", [WriteOptions("a.docx"), WriteOptions("a.csv", "docx")])
def test_refuses_a_format_that_cannot_be_written(options: WriteOptions) -> None:
    with pytest.raises(UsageError) as caught:
        open_writer(options, Origin("csv", ("a",), Path("in")))
    assert caught.value.code == "unknown-format"


def test_refuses_iati_from_another_format(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        open_writer(WriteOptions(str(tmp_path / "a.xml")), Origin("csv", ("a",), tmp_path / "in.csv"))
    assert caught.value.code == "iati-needs-iati"


def write_and_fail(options: WriteOptions, origin: Origin, fault: type[BaseException]) -> None:
    with open_writer(options, origin) as writer:
        if origin.format != "iati":
            for number in range(3):
                project = make_project(str(number))
                writer.write(project, make_tagging(project))
        raise fault


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("columns", [("ID", "Title"), None])
@pytest.mark.parametrize("name", OUTPUT_FORMATS)
def test_an_interrupted_run_leaves_nothing(
    tmp_path: Path, name: str, columns: tuple[str, ...] | None, fault: type[BaseException]
) -> None:
    source = tmp_path / "in"
    source.write_bytes(DOCUMENT)
    origin = Origin("iati" if name == "iati" else "csv", columns, source)
    with pytest.raises(fault):
        write_and_fail(WriteOptions(str(tmp_path / "out"), name), origin, fault)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("name", [name for name in OUTPUT_FORMATS if name != "iati"])
def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = Path.open

    def open_full(path: Path, mode: str, buffering: int) -> IO[bytes]:
        real_open(path, "xb").close()
        return io.FileIO("/dev/full", "w")

    monkeypatch.setattr(Path, "open", open_full)
    project = make_project()
    with (
        pytest.raises(OutputError) as caught,
        open_writer(WriteOptions(str(tmp_path / "out"), name), Origin("csv", ("ID",), tmp_path)) as writer,
    ):
        writer.write(project, make_tagging(project))
    assert caught.value.code == "disk-full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["xlsx", "parquet", "csv"])
def test_writes_tables_to_standard_output(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer))
    project = make_project()
    with open_writer(WriteOptions("-", name), Origin("csv", ("ID", "Title"), Path("in"))) as writer:
        writer.write(project, make_tagging(project))
        writer.finish({"projects": 1})
    content = buffer.getvalue()
    starts = {"xlsx": b"PK", "parquet": b"PAR1", "csv": b"ID,Title,portolan_result_areas"}
    assert content.startswith(starts[name])
    if name == "xlsx":
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
