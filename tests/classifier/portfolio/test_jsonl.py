from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.jsonl import JsonlReader
from classifier.portfolio.reading import Limits, ReadOptions
from classifier.project import Project, Recipient

ROW = {
    "id": "K-1",
    "lang": "en",
    "title": "Skills for returnees",
    "description": "",
    "recipient": "ET, KE, SD",
    "purpose_codes": ["15190", "112"],
    "aid_type": "C01",
    "flow_type": "10",
    "year": 2021,
    "publisher": "Ministry of Works",
}


def read(
    path: Path, content: str, options: ReadOptions | None = None
) -> tuple[list[Project], list[RowError], JsonlReader]:
    path.write_text(content, encoding="utf-8")
    reader = JsonlReader(path, options or ReadOptions())
    with reader:
        rows = list(reader)
    projects = [row for row in rows if isinstance(row, Project)]
    return projects, [row for row in rows if isinstance(row, RowError)], reader


def test_fields_of_a_line(tmp_path: Path) -> None:
    projects, errors, _ = read(tmp_path / "a.jsonl", json.dumps(ROW))
    (project,) = projects
    assert not errors
    assert project.purpose_codes == ("15190", "112")
    assert project.recipients == (Recipient("ET"), Recipient("KE"), Recipient("SD"))
    assert (project.year, project.donor, project.declared_language) == (2021, "Ministry of Works", "en")
    assert (project.aid_types, project.flow_type) == (("C01",), "10")


def test_nested_values_are_kept_for_writing_back(tmp_path: Path) -> None:
    row = {**ROW, "extra": {"a": [1, {"b": None}]}}
    projects, _, _ = read(tmp_path / "a.jsonl", json.dumps(row))
    assert dict(projects[0].columns) == row


def test_bad_lines_are_row_errors(tmp_path: Path) -> None:
    content = json.dumps(ROW) + '\n{"id": \n\n[1]\n' + "[" * 100_000 + "\n" + json.dumps(ROW) + "\n"
    projects, errors, _ = read(tmp_path / "a.jsonl", content)
    assert [p.source.line for p in projects] == [1, 6]
    assert [(e.line, e.code) for e in errors] == [(2, "bad-json"), (4, "bad-json"), (5, "bad-json")]


def test_broken_first_line(tmp_path: Path) -> None:
    projects, errors, _ = read(tmp_path / "a.jsonl", '{"id": "1", "title": \n' + json.dumps(ROW) + "\n")
    assert [p.id for p in projects] == ["K-1"]
    assert [e.line for e in errors] == [1]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrapped", [False, True])
def test_arrays(tmp_path: Path, indent: int | None, wrapped: bool) -> None:
    rows = [{**ROW, "id": f"K-{i}"} for i in range(3_000)]
    document = {"count": 3_000, "meta": {"a": [1]}, "projects": rows} if wrapped else rows
    projects, errors, _ = read(tmp_path / "a.json", json.dumps(document, indent=indent))
    assert [p.id for p in projects] == [row["id"] for row in rows]
    assert not errors
    if indent:
        assert projects[1].source.line > projects[0].source.line + 10


def test_a_tagged_line_gives_its_project_back(tmp_path: Path) -> None:
    tagged = {"id": "K-1", "input": ROW, "gender": {"score": 2}, "model_version": "1"}
    projects, _, _ = read(tmp_path / "a.jsonl", json.dumps(tagged))
    assert dict(projects[0].columns) == ROW
    assert projects[0].declared_gender is None


def test_a_long_first_line_is_still_a_line(tmp_path: Path) -> None:
    content = json.dumps({**ROW, "description": "word " * 50_000}) + "\n" + json.dumps(ROW) + "\n"
    assert len(read(tmp_path / "a.jsonl", content)[0]) == 2
    assert len(read(tmp_path / "b.jsonl", content.splitlines()[0])[0]) == 1


def test_things_in_an_array_that_are_no_objects(tmp_path: Path) -> None:
    projects, errors, _ = read(tmp_path / "a.json", json.dumps([ROW, 3, None, ROW]))
    assert len(projects) == 2
    assert [e.code for e in errors] == ["bad-json", "bad-json"]


def test_cut_array_is_read_up_to_the_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([ROW] * 2_000, indent=1)[:-200])
    found: list[object] = []
    with JsonlReader(path, ReadOptions()) as reader, pytest.raises(PortfolioError) as caught:
        found.extend(reader)
    assert caught.value.code == "bad-json"
    assert len(found) > 1_500


def test_value_without_end_in_an_array(tmp_path: Path) -> None:
    options = ReadOptions(limits=Limits(cell_characters=1_000))
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path / "a.json", '[{"title": "' + "x" * 900_000 + '"}]', options)
    assert caught.value.code == "bad-json"


def test_cell_over_the_limit(tmp_path: Path) -> None:
    options = ReadOptions(limits=Limits(cell_characters=1_000))
    content = json.dumps(ROW) + "\n" + json.dumps({"id": 1, "title": "x" * 2_000}) + "\n"
    projects, errors, _ = read(tmp_path / "a.jsonl", content, options)
    assert len(projects) == 1
    assert [(e.line, e.field, e.code) for e in errors] == [(2, "title", "cell-too-large")]


def test_keys_without_text_are_listed(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path / "a.jsonl", '{"nr": 1, "Bezeichnung": "x"}\n')
    assert caught.value.code == "no-text-column"
    assert "nr, Bezeichnung" in caught.value.detail


def test_nothing_but_broken_lines(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path / "a.jsonl", '{"a": \n{"b": \n')
    assert caught.value.code == "bad-json"


@pytest.mark.parametrize("content", ["[]", "{}\n", '{"projects": []}'])
def test_no_projects(tmp_path: Path, content: str) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path / "a.json", content)
    assert caught.value.code in {"no-projects", "no-text-column"}


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    projects, _, _ = read(tmp_path / "a.jsonl", '{"id": "1", "title": "a\\ud800b \\ud83d\\ude00"}')
    assert projects[0].title == "a\ufffdb \U0001f600"


def test_map(tmp_path: Path) -> None:
    options = ReadOptions(columns={"title": "Bezeichnung"})
    projects, _, _ = read(tmp_path / "a.jsonl", '{"nr": 1, "Bezeichnung": "x"}\n', options)
    assert projects[0].title == "x"


def test_single_line_with_a_table_inside_is_a_project(tmp_path: Path) -> None:
    projects, errors, _ = read(tmp_path / "a.jsonl", '{"id": "1", "title": "x", "evidence": [{"quote": "y"}]}')
    assert not errors
    assert [project.id for project in projects] == ["1"]


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    extras=st.lists(
        st.dictionaries(st.text("xyz_", min_size=1, max_size=5), VALUE, max_size=3), min_size=1, max_size=6
    ),
    ascii_only=st.booleans(),
    array=st.booleans(),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory, extras: list[dict[str, object]], ascii_only: bool, array: bool
) -> None:
    rows = [{"id": str(number), "title": "t", **extra} for number, extra in enumerate(extras)]
    content = (
        json.dumps(rows, ensure_ascii=ascii_only)
        if array
        else "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    )
    projects, errors, _ = read(tmp_path_factory.mktemp("json") / "a.json", content)
    assert not errors
    assert [dict(p.columns) for p in projects] == rows
