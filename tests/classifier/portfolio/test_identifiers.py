from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classifier.portfolio.identifiers import HashTable, IdentifierWatch, derive_identifier


def test_derived_identifier_is_blind_to_case_and_space() -> None:
    assert derive_identifier(["A  b", "c"]) == derive_identifier(["a b ", "C"])
    assert derive_identifier(["ab", "c"]) != derive_identifier(["a", "bc"])


@given(st.lists(st.text(max_size=3), max_size=300))
def test_table_is_a_set(texts: list[str]) -> None:
    table = HashTable()
    seen: set[str] = set()
    for text in texts:
        assert table.add(text) == (text not in seen)
        seen.add(text)
    assert len(table) == len(seen)


def test_table_grows() -> None:
    table = HashTable()
    assert all(table.add(str(number)) for number in range(20_000))
    assert not any(table.add(str(number)) for number in range(20_000))


def test_watch_names_the_first() -> None:
    watch = IdentifierWatch()
    for line, identifier in enumerate("abcba", 1):
        watch.see(identifier, line)
    assert watch.note() == "2 identifiers occur more than once, first: b (line 4)"
