from __future__ import annotations

import pytest

from classifier.concepts import PhraseTrie, load_lexicon
from classifier.tokens import tokenise


def concepts(text: str, language: str) -> set[str]:
    return {match.concept for match in load_lexicon().find(tokenise(text).forms, language)}


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("Shelter for newly displaced families", "en", "displaced"),
        ("Abris pour les familles déplacées", "fr", "displaced"),
        ("Onderdak voor ontheemden", "nl", "displaced"),
        ("Steun aan oorlogsvluchtelingen", "nl", "refugee"),
        ("Réduire les frais de transfert", "fr", "remittance"),
        ("Cheaper remittances", "en", "remittance"),
    ],
)
def test_concept_is_named_in_each_language(text: str, language: str, concept: str) -> None:
    assert concept in concepts(text, language)


def test_phrases_of_another_language_do_not_count() -> None:
    assert "displaced" not in concepts("les déplacées", "en")


def test_other_languages_are_searched_for_all_phrases() -> None:
    assert {"displaced", "shelter"} <= concepts("déplacés shelter", "other")


def find(phrase: str, text: str) -> list[tuple[int, int]]:
    trie = PhraseTrie()
    trie.add(phrase, "found")
    return [(match.first, match.last) for match in trie.find(tokenise(text).forms)]


def test_star_after_a_word_leaves_its_end_open() -> None:
    assert find("displaced famil*", "the displaced families and displaced family") == [(1, 3), (4, 6)]


def test_stars_around_a_word_find_compounds() -> None:
    assert find("*vluchteling*", "noodopvang oorlogsvluchtelingen") == [(1, 2)]


def test_bar_offers_either_word() -> None:
    assert find("new|old wells", "old wells, new wells, deep wells") == [(0, 2), (2, 4)]


def test_overlapping_phrases_are_all_found() -> None:
    trie = PhraseTrie()
    trie.add("legal aid", "one")
    trie.add("aid clinic", "other")
    assert [match.concept for match in trie.find(["legal", "aid", "clinic"])] == ["one", "other"]
