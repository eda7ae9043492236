from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.portfolio.cells import (
    UnreadableDateError,
    as_text,
    read_amount,
    read_areas,
    read_codes,
    read_marker,
    read_names,
    read_recipients,
    read_sector_codes,
    read_year,
)
from classifier.project import Recipient


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), ("a ", "a "), (2022000145.0, "2022000145"), (1.5, "1.5"), (True, "true"), (False, "false"),
        (["a", None, "b"], "a\nb"), ({"en": "a", "fr": "b"}, "a"), ({}, ""), (7, "7"),
    ],
)  # fmt: skip
def test_as_text(cell: object, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2021", 2021), (" 2021 ", 2021), ("2021.0", 2021), ("2021-03-04", 2021), ("2021-03-04T00:00:00Z", 2021),
        ("12/31/2021 12:00:00 AM", 2021), ("31/12/2021", 2021), ("31.12.98", 1998), ("1-2-11", 2011),
        ("20210304", 2021), ("44260", 2021), ("January 2021", 2021), ("2020-2022", 2020), ("2021/2022", 2021),
        ("", None), (" - ", None), ("n/a", None), ("0000-00-00", None),
    ],
)  # fmt: skip
def test_year(text: str, year: int | None) -> None:
    assert read_year(text) == year


@pytest.mark.parametrize("text", ["soon", "2021-13-45", "32/01/2021", "99999", "12", "3021", "20219944"])
def test_unreadable_year(text: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_year(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000", 1000.0), ("1e+07", 1e7), ("-5.5", -5.5), ("1,234,567", 1234567.0), ("1.234.567,89", 1234567.89),
        ("1 234 567", 1234567.0), ("1\u202f234,5", 1234.5), ("€ 3,700,000", 3.7e6), ("3.700.000 EUR", 3.7e6),
        ("USD 1,500", 1500.0), ("1,5", 1.5), ("0,500", 0.5), ("2.5 million", 2.5e6), ("3,7 M€", 3.7e6), ("12k", 12e3),
        ("nan", None), ("inf", None), ("n/a", None), ("5 to 6", None), ("about 5", None), ("5-6", None),
    ],
)  # fmt: skip
def test_amount(text: str, value: float | None) -> None:
    assert read_amount(text) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_amount_reads_what_python_writes(value: float) -> None:
    assert read_amount(repr(value)) == value


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("15190", ("15190",)), ("15190; 72010", ("15190", "72010")), ("15190:60|160:40", ("15190", "160")),
        ("15190 - Facilitation of migration", ("15190",)), ("Health", ()), ("15190,15190", ("15190",)), ("", ()),
    ],
)  # fmt: skip
def test_sector_codes(text: str, codes: tuple[str, ...]) -> None:
    assert read_sector_codes(text) == codes


def test_codes_keep_unknown_ones() -> None:
    assert read_codes("C01; G01 - Administrative costs|X9z") == ("C01", "G01", "X9z")
    assert read_codes("ODA Grants") == ("ODA Grants",)


def test_names_keep_their_commas() -> None:
    assert read_names("Works, Water and Co; Other") == ("Works, Water and Co", "Other")


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("0", 0), ("1", 1), (" 2 ", 2), ("1.0", 1), ("2 - Principal", 2), ("G1", 1), ("G-2", 2), ("Significant", 1),
        ("Objectif principal", 2), ("", None), ("3", None), ("4- Likely to contribute", None), ("12", None),
    ],
)  # fmt: skip
def test_marker(text: str, score: int | None) -> None:
    assert read_marker(text) == score


def test_areas() -> None:
    assert read_areas("RA4.6; 1.2, RA4.6") == ("4.6", "1.2")
    assert read_areas("version 12.3.1") == ()


@pytest.mark.parametrize(
    ("names", "codes", "expected"),
    [
        ("Kenya", "248", [Recipient("248", "Kenya")]),
        ("ET, KE, SD", "", [Recipient("ET"), Recipient("KE"), Recipient("SD")]),
        ("Kenya, Uganda", "", [Recipient(name="Kenya"), Recipient(name="Uganda")]),
        ("Congo, Democratic Republic of the", "", [Recipient(name="Congo, Democratic Republic of the")]),
        ("Africa, regional", "298", [Recipient("298", "Africa, regional")]),
        ("KE (60%), UG (40%)", "", [Recipient("KE", percentage=60.0), Recipient("UG", percentage=40.0)]),
        (
            "Kenya: 60; Uganda: 40",
            "",
            [Recipient("", "Kenya", percentage=60.0), Recipient("", "Uganda", percentage=40)],
        ),
        ("", "KEN|UGA", [Recipient("KEN"), Recipient("UGA")]),
        ("Kenya, Uganda", "KEN", [Recipient("KEN", "Kenya, Uganda")]),
    ],
)
def test_recipients(names: str, codes: str, expected: list[Recipient]) -> None:
    assert list(read_recipients(names, codes, "")) == expected


def test_recipient_shares_in_their_own_cell() -> None:
    found = read_recipients("", "KE;UG", "70;30%")
    assert [(r.code, r.percentage) for r in found] == [("KE", 70.0), ("UG", 30.0)]


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=10))
def test_no_text_upsets_the_readers(first: str, second: str, third: str) -> None:
    read_recipients(first, second, third)
    read_amount(first)
    read_marker(first)
    read_sector_codes(first)
    read_codes(first)
    read_areas(first)
