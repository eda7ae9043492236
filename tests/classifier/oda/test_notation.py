from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.oda.folding import fold
from classifier.oda.lexicon import UNKNOWN, Lexicon
from classifier.oda.notation import NotationError, Vocabulary, parse_patterns

VOCABULARY = Vocabulary({"place": ("mali", "sierra_leone")}, {"hives": ("bee hive*", "apiary")})


def test_expressions_of_several_words_become_spellings() -> None:
    one, two = parse_patterns("in <place>", VOCABULARY)
    assert [slot.atoms for slot in one.slots] == [("in",), ("mali",)]
    assert [slot.atoms for slot in two.slots] == [("in",), ("sierra",), ("leone",)]


def test_parts_that_stand_near_each_other_match_in_either_order() -> None:
    orders = [pattern.text for pattern in parse_patterns("@title a b &4 c|d", VOCABULARY)]
    assert orders == ["a b ..4 c|d", "c|d ..4 a b"]


def test_list_of_patterns_keeps_its_conditions() -> None:
    found = parse_patterns("@provider $hives", VOCABULARY)
    assert [pattern.conditions for pattern in found] == [frozenset({"@provider"})] * 2


@pytest.mark.parametrize(
    "line",
    [
        "",
        "..3",
        "a?",
        "in <nowhere>",
        "..2 a",
        "a ..99 b",
        "a & b",
        "@somewhere a",
        "a &4",
        "&4 a",
        "a &4 b &4 c &4 d",
        "a &40 b",
    ],
)
def test_what_is_no_pattern_is_refused(line: str) -> None:
    with pytest.raises(NotationError):
        parse_patterns(line, VOCABULARY)


@given(st.text())
def test_folding_moves_no_character(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_takes_accents_and_hyphens_off() -> None:
    assert fold("D’Éthiopie re-integratie") == "d ethiopie re integratie"


def test_word_without_a_letter_of_its_own_takes_the_longest_beginning() -> None:
    lexicon = Lexicon(["re*", "return*", "returns"])
    assert [lexicon.letter(word) for word in ("returns", "returnees", "reads", "goat")] == [
        "returns",
        "return*",
        "re*",
        UNKNOWN,
    ]
    assert lexicon.letters(["re*"]) == {"re*", "return*", "returns"}


def test_compound_is_read_as_two_letters_with_the_place_of_the_word() -> None:
    lexicon = Lexicon(["terugkeer*", "premie*", "opvangcentr*", "centr*"], ["premie*", "centr*"])
    tokens = lexicon.read("Terugkeerpremies in opvangcentra")
    assert tokens.words == ("terugkeer*", "premie*", UNKNOWN, "opvangcentr*")
    assert tokens.spans[:2] == ((0, 16), (0, 16))
