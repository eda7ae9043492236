from __future__ import annotations

import numpy as np

from classifier.evidence import cite, hear
from classifier.features import BLOCKS, analyse
from classifier.heads import LinearMember
from classifier.project import Project, Source
from classifier.text import read_text
from classifier.vectoriser import Block, Vectoriser


def quotes(description: str, words: dict[str, float]) -> list[str]:
    """Cite for an output for which single words speak with the given weights."""
    terms = {word: place for place, word in enumerate(words)}
    empty = Block({}, np.zeros(0, np.float32), len(words), unit_length=False, scale=1.0)
    known = Block(terms, np.ones(len(words), np.float32), 0, unit_length=False, scale=1.0)
    vectoriser = Vectoriser({name: known if name == "word" else empty for name in BLOCKS})
    project = Project(id="P-1", source=Source(1), description=description)
    read = analyse(read_text(project))
    weights = np.array([[weight] for weight in words.values()], np.float32)
    voices = hear(read, vectoriser.transform(read), vectoriser)
    linear = LinearMember(weights, np.zeros(1, np.float32))
    return [evidence.quote for evidence in cite(project, read, voices, linear, 0)]


def test_words_that_speak_are_cited() -> None:
    text = "The road is long and dusty. Lawyers defend migrants in court every single day of the year."
    assert quotes(text, {"lawyers": 1.0, "migrants": 1.0, "road": -1.0}) == ["Lawyers defend migrants"]


def test_words_that_speak_against_are_not_cited() -> None:
    assert quotes("Roads and bridges are built.", {"roads": -1.0}) == []


def test_two_sentences_at_most_loudest_first() -> None:
    text = "Judges stand here today. Lawyers and tents stand there. Ovens stand here."
    found = quotes(text, {"judges": 0.9, "lawyers": 1.0, "tents": 0.5, "ovens": 0.8})
    assert len(found) == 2
    assert [quote.split()[0] for quote in found] == ["Lawyers", "Judges"]


def test_single_word_is_widened_but_not_with_function_words() -> None:
    assert quotes("Money goes to lawyers of the", {"lawyers": 1.0}) == ["lawyers"]


def test_quote_of_marked_up_text_is_the_original() -> None:
    assert quotes("Nine <b>lawyers</b> &amp; judges meet", {"lawyers": 1.0, "judges": 1.0}) == [
        "Nine <b>lawyers</b> &amp; judges meet"
    ]
