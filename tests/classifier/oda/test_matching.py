from __future__ import annotations

import pytest

from classifier.oda.lexicon import Lexicon
from classifier.oda.matching import Alphabet, PatternIndex, atoms_of
from classifier.oda.notation import Pattern, Vocabulary, parse_patterns

WORDS = Vocabulary({"group": ("refugee*", "displaced_people")}, {})


def patterns(*lines: str) -> list[Pattern]:
    return [one for line in lines for one in parse_patterns(line, WORDS)]


def found(line: str, text: str) -> list[tuple[int, int]]:
    own = patterns(line)
    alphabet = Alphabet(Lexicon(atoms_of(own)))
    index = PatternIndex([("x", one) for one in own], alphabet)
    return [(span.start, span.end) for span in index.find(alphabet.read(alphabet.lexicon.read(text)))]


@pytest.mark.parametrize(
    ("line", "text", "spans"),
    [
        ("train* ..2 police", "Training of the police", [(0, 4)]),
        ("train* ..1 police", "Training of the police", []),
        ("train* ..2 police", "Training; of police", []),
        ("help <group>", "help refugees, help displaced people", [(0, 2), (3, 6)]),
        ("border? police", "police, border police", [(0, 1), (3, 4)]),
        ("police &2 training", "training for police", [(0, 3)]),
        ("police", "police and police", [(0, 1), (2, 3)]),
    ],
)
def test_finds_the_shortest_hits_in_order(line: str, text: str, spans: list[tuple[int, int]]) -> None:
    assert found(line, text) == spans


def test_finds_in_a_sentence_longer_than_a_window() -> None:
    words = ["word"] * 200
    words[150:152] = ["train", "police"]
    assert found("train police", " ".join(words)) == [(150, 152)]


def test_patterns_compiled_after_a_sentence_was_read_are_found_in_the_next() -> None:
    first, second = patterns("beehive*"), patterns("beehive* farmer*")
    alphabet = Alphabet(Lexicon(atoms_of([*first, *second])))
    PatternIndex([("first", one) for one in first], alphabet).find(alphabet.read(alphabet.lexicon.read("Beehives")))
    index = PatternIndex([("second", one) for one in second], alphabet)
    spans = index.find(alphabet.read(alphabet.lexicon.read("Beehives farmers")))
    assert [span.key for span in spans] == ["second"]


def test_a_pattern_that_names_a_negation_says_so() -> None:
    own = patterns("do not come")
    alphabet = Alphabet(Lexicon(atoms_of(own)))
    (span,) = PatternIndex([("x", one) for one in own], alphabet).find(
        alphabet.read(alphabet.lexicon.read("do not come"))
    )
    assert span.negates
