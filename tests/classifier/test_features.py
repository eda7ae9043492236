from __future__ import annotations

from classifier.features import analyse, pairs_of, pieces_of
from classifier.project import Project, Source
from classifier.text import read_text


def concepts_of(title: str, description: str = "") -> set[str]:
    project = Project(id="P-1", source=Source(1), title=title, description=description)
    return {found.feature for found in analyse(read_text(project)).concepts}


def test_all_numbers_are_one_word() -> None:
    project = Project(id="P-1", source=Source(1), title="450 tents for 12th camp")
    assert analyse(read_text(project)).sentences[0].forms == ["0", "tents", "for", "0", "camp"]


def test_pairs_are_neighbours() -> None:
    assert pairs_of(["a", "b", "c"]) == ["a b", "b c"]


def test_pieces_mark_the_edges_of_a_word() -> None:
    assert pieces_of("abc") == (" ab", "abc", "bc ", " abc", "abc ", " abc ")


def test_group_and_act_of_one_sentence_pair() -> None:
    assert {"refugee+shelter", "people+shelter", "title:shelter"} <= concepts_of("Shelter for refugees")


def test_group_and_act_of_two_sentences_pair_in_the_project_only() -> None:
    found = concepts_of("Syrian refugees", "Repair of shelters.")
    assert "refugee&shelter" in found
    assert "refugee+shelter" not in found


def test_acts_without_anybody_who_moves_are_marked() -> None:
    assert "nobody&shelter" in concepts_of("Shelters for cattle")
    assert "nobody&shelter" not in concepts_of("Shelters for refugees")


def test_the_same_concept_is_found_in_three_languages() -> None:
    for title in ("Shelter for displaced families", "Abris pour familles déplacées", "Onderdak voor ontheemden"):
        assert "displaced+shelter" in concepts_of(title)
