from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import PortfolioError, RowError, UsageError
from classifier.portfolio.csv import CsvReader
from classifier.portfolio.reading import Limits, ReadOptions
from classifier.project import Project

HEADER = "id,title,description\n"


def read(path: Path, options: ReadOptions | None = None) -> tuple[list[Project], list[RowError], CsvReader]:
    reader = CsvReader(path, options or ReadOptions())
    with reader:
        rows = list(reader)
    projects = [row for row in rows if isinstance(row, Project)]
    return projects, [row for row in rows if isinstance(row, RowError)], reader


def write(folder: Path, content: str | bytes, name: str = "portfolio.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = ["id", "intitulé", "description"], ["A1", "Accès à l'emploi", "Formation, conseil; suivi | appui"]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(lines)
    projects, errors, reader = read(write(tmp_path, buffer.getvalue().encode(encoding)))
    assert not errors
    assert [(p.id, p.title, p.description) for p in projects] == [tuple(lines[1])]
    assert reader.columns == ("id", "intitulé", "description")


def test_a_later_byte_decides_the_encoding(tmp_path: Path) -> None:
    rows = "".join(f"{i},Well {i},Water\n" for i in range(200_000)) + "x,Puits,Accès\n"
    projects, errors, reader = read(write(tmp_path, (HEADER + rows).encode("cp1252")))
    assert projects[-1].description == "Accès"
    assert len(projects) == 200_001
    assert not errors
    assert any("1252" in note for note in reader.notes)


def test_one_damaged_byte_does_not_turn_utf8_into_cp1252(tmp_path: Path) -> None:
    content = (HEADER + "1,Été à Liège,é\n" * 40).encode() + b"2,caf\xff,x\n"
    projects, _, reader = read(write(tmp_path, content))
    assert projects[0].title == "Été à Liège"
    assert projects[-1].title == "caf\ufffd"
    assert any("not valid UTF-8" in note for note in reader.notes)


def test_too_few_fields_is_a_row_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    projects, errors, _ = read(write(tmp_path, HEADER + "1,a,b\n2,a\n3,a,b\n"))
    assert [p.id for p in projects] == ["1", "3"]
    assert [(e.line, e.code) for e in errors] == [(3, "too-few-fields")]


def test_too_many_fields_is_a_row_error(tmp_path: Path) -> None:
    projects, errors, _ = read(write(tmp_path, HEADER + "1,a,b,c\n2,a,b\n"))
    assert [p.id for p in projects] == ["2"]
    assert [(e.line, e.code) for e in errors] == [(2, "too-many-fields")]


def test_empty_cells_beyond_the_header_are_harmless(tmp_path: Path) -> None:
    projects, errors, _ = read(write(tmp_path, HEADER + "1,a,b,,\n"))
    assert len(projects) == 1
    assert not errors


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ('2,"never closed,b', "unterminated-quote"),
        ('2,"closed" badly,b', "bad-quoting"),
        ('2,a,"never closed at the end', "unterminated-quote"),
    ],
)
def test_bad_quoting_costs_one_row_only(tmp_path: Path, broken: str, code: str) -> None:
    projects, errors, _ = read(write(tmp_path, f"{HEADER}1,a,b\n{broken}\n3,a,b\n4,a,b\n"))
    assert [p.id for p in projects] == ["1", "3", "4"]
    assert [p.source.line for p in projects] == [2, 4, 5]
    assert [(e.line, e.code) for e in errors] == [(3, code)]


def test_unterminated_quote_before_quoted_rows(tmp_path: Path) -> None:
    content = HEADER + '1,"a","b"\n2,"open,b\n3,"a","b"\n4,"a","multi\nline"\n5,a,b\n'
    projects, errors, _ = read(write(tmp_path, content))
    assert [(p.id, p.source.line) for p in projects] == [("1", 2), ("3", 4), ("4", 5), ("5", 7)]
    assert [e.line for e in errors] == [3]


def test_a_row_that_swallows_the_next_gives_it_back(tmp_path: Path) -> None:
    content = HEADER + '1,"open\n2,a,b\n3,c",d,e\n'
    projects, errors, _ = read(write(tmp_path, content))
    assert "2" in [p.id for p in projects]
    assert errors[0].line == 2


def test_rows_keep_their_physical_line(tmp_path: Path) -> None:
    projects, _, _ = read(write(tmp_path, HEADER + '\n1,"a\r\nb\nc",d\n\n  \n2,a,b\n'))
    assert [p.source.line for p in projects] == [3, 8]
    assert projects[0].title == "a\r\nb\nc"


def test_cell_over_the_limit_is_a_row_error(tmp_path: Path) -> None:
    options = ReadOptions(limits=Limits(cell_characters=1_000))
    big = "x" * 2_000
    projects, errors, _ = read(write(tmp_path, f'{HEADER}1,a,{big}\n2,a,"{big}"\n3,a,b\n'), options)
    assert [p.id for p in projects] == ["3"]
    assert [(e.line, e.code) for e in errors] == [(2, "cell-too-large"), (3, "cell-too-large")]


def test_line_over_the_limit_is_a_row_error(tmp_path: Path) -> None:
    options = ReadOptions(limits=Limits(cell_characters=1_000))
    projects, errors, _ = read(write(tmp_path, f"{HEADER}1,a,{'x' * 90_000}\n2,a,b\n"), options)
    assert [(p.id, p.source.line) for p in projects] == [("2", 3)]
    assert [(e.line, e.code) for e in errors] == [(2, "cell-too-large")]


def test_huge_cell_of_many_lines_is_one_row_error(tmp_path: Path) -> None:
    options = ReadOptions(limits=Limits(cell_characters=1_000))
    cell = "a line of text\n" * 500
    projects, errors, _ = read(write(tmp_path, f'{HEADER}1,a,"{cell}"\n2,a,b\n'), options)
    assert [(p.id, p.source.line) for p in projects] == [("2", 503)]
    assert [(e.line, e.code) for e in errors] == [(2, "cell-too-large")]


def test_unterminated_quote_longer_than_a_cell_may_be(tmp_path: Path) -> None:
    options = ReadOptions(limits=Limits(cell_characters=1_000))
    rows = "".join(f"{i},title,text\n" for i in range(2, 300))
    projects, errors, _ = read(write(tmp_path, f'{HEADER}1,"open,b\n{rows}'), options)
    assert [p.id for p in projects] == [str(i) for i in range(2, 300)]
    assert [p.source.line for p in projects] == list(range(3, 301))
    assert [e.code for e in errors] == ["unterminated-quote"]


def test_nul_characters_are_removed_and_noted(tmp_path: Path) -> None:
    projects, errors, reader = read(write(tmp_path, HEADER + "1,a\0b,c\n"))
    assert projects[0].title == "ab"
    assert not errors
    assert any("NUL" in note for note in reader.notes)


def test_zero_padded_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path, HEADER.encode()[:20] + b"\0" * 5_000))
    assert caught.value.code == "binary-content"


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path, "title," + ",".join(["x"] * 1_000_000) + "\n1\n"))
    assert caught.value.code == "too-many-columns"


@pytest.mark.parametrize("content", [HEADER, HEADER.strip(), HEADER + "\n \n"])
def test_only_a_header_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path, content))
    assert caught.value.code == "no-projects"


def test_no_text_column_lists_the_columns_and_a_map(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path, "code;Bezeichnung;Land\n1;x;y\n"))
    assert caught.value.code == "no-text-column"
    assert "code, Bezeichnung, Land" in caught.value.detail
    assert '--map title="Bezeichnung"' in caught.value.remedy


def test_map_names_the_column(tmp_path: Path) -> None:
    options = ReadOptions(columns={"title": "Bezeichnung"})
    projects, _, _ = read(write(tmp_path, "code;Bezeichnung;Land\n1;x;y\n"), options)
    assert projects[0].title == "x"


def test_map_overrules_the_recognised_column(tmp_path: Path) -> None:
    options = ReadOptions(columns={"title": "description"})
    projects, _, _ = read(write(tmp_path, HEADER + "1,a,b\n"), options)
    assert (projects[0].title, projects[0].description) == ("b", "")


def test_map_to_a_missing_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path, HEADER + "1,a,b\n"), ReadOptions(columns={"year": "Annee"}))
    assert caught.value.code == "column-missing"


def test_map_of_an_unknown_field_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(write(tmp_path, HEADER + "1,a,b\n"), ReadOptions(columns={"tittle": "title"}))
    assert caught.value.code == "unknown-field"


def test_header_below_a_preamble_and_separator_line(tmp_path: Path) -> None:
    content = 'sep=;\nOverview of 2023;;\n;;\nid;title;description\n7;"a; b";c\n'
    projects, errors, reader = read(write(tmp_path, content))
    assert [(p.id, p.title, p.source.line) for p in projects] == [("7", "a; b", 5)]
    assert not errors
    assert "header in line 4" in reader.notes


def test_repeated_header_rows_are_passed_over(tmp_path: Path) -> None:
    projects, _, reader = read(write(tmp_path, HEADER + "1,a,b\n" + HEADER + "2,a,b\n"))
    assert [p.id for p in projects] == ["1", "2"]
    assert "repeated header rows were passed over" in reader.notes


def test_duplicate_identifiers_are_kept_apart_and_noted(tmp_path: Path) -> None:
    projects, _, reader = read(write(tmp_path, HEADER + "1,a,b\n2,a,b\n1,c,d\n1,e,f\n"))
    assert [p.title for p in projects] == ["a", "a", "c", "e"]
    assert reader.notes == ["1 identifier occurs more than once, first: 1 (line 4)"]


def test_missing_identifier_gets_a_stable_one(tmp_path: Path) -> None:
    first, _, reader = read(write(tmp_path, HEADER + ",Water  Supply,b\n"))
    second, _, _ = read(write(tmp_path, "description,title\nb,water supply\n", "other.csv"))
    assert first[0].id == second[0].id
    assert first[0].id.startswith("sha-")
    assert len(first[0].id) == 20
    assert not first[0].id_given
    assert any("no identifier" in note for note in reader.notes)


def test_bad_year_is_a_row_error(tmp_path: Path) -> None:
    projects, errors, _ = read(write(tmp_path, "id,title,year\n1,a, 2021 \n2,b,soon\n3,c,n/a\n4,d,2021-13-45\n"))
    assert [(p.id, p.year) for p in projects] == [("1", 2021), ("3", None)]
    assert [(e.line, e.field, e.code) for e in errors] == [(3, "year", "bad-date"), (5, "year", "bad-date")]


def test_columns_keep_every_cell_under_unique_names(tmp_path: Path) -> None:
    projects, _, reader = read(write(tmp_path, "id,title,,note,note\n1,a,b,c,d\n"))
    assert reader.columns == ("id", "title", "column 3", "note", "note (2)")
    assert list(projects[0].columns.values()) == ["1", "a", "b", "c", "d"]


# No control characters: a file full of them is refused, and Python's csv module leaves a lone carriage return unquoted.
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t", exclude_characters="\ufeff"), max_size=30
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 10**9), TEXT, TEXT), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, str, str]],
    delimiter: str,
    encoding: str,
    quoting: int,
    ending: str,
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator=ending)  # type: ignore[arg-type]
    writer.writerow(["id", "title", "description"])
    writer.writerows(rows)
    path = write(tmp_path_factory.mktemp("csv"), buffer.getvalue().encode(encoding))
    projects, errors, _ = read(path)
    assert not errors
    found = [(p.id, p.columns["title"], p.columns["description"]) for p in projects]
    assert found == [(str(number), title, text) for number, title, text in rows]


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_content_raises_anything_but_a_portfolio_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("any"), HEADER.encode() + content)
    with contextlib.suppress(PortfolioError):
        read(path)
