"""Excerpts are the words of the project, by offset."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import FORCED, make_project

from classifier.tagging import Evidence
from classifier.text import read_text
from service.reporting.excerpt import make_excerpts


def cite(text: str, *words: str) -> list[Evidence]:
    return [Evidence("description", text.index(word), text.index(word) + len(word), word) for word in words]


def test_an_excerpt_is_the_sentence_with_its_words_marked() -> None:
    project = make_project(text=FORCED)
    (excerpt,) = make_excerpts(project, read_text(project), cite(FORCED, "charter flights"))
    assert excerpt.marked() == "The project pays «charter flights» for removals of migrants."


def test_overlapping_words_are_marked_once() -> None:
    project = make_project(text=FORCED)
    (excerpt,) = make_excerpts(project, read_text(project), cite(FORCED, "charter flights", "flights for removals"))
    assert excerpt.quotes() == ("charter flights for removals",)


def test_a_long_sentence_is_cut_around_its_words() -> None:
    text = f"{'many words ' * 80}charter flights {'and more words ' * 80}"
    project = make_project(text=text)
    (excerpt,) = make_excerpts(project, read_text(project), cite(text, "charter flights"))
    assert excerpt.cut_before
    assert excerpt.cut_after
    assert len(excerpt.text) < 600


@settings(deadline=None)
@given(st.text(min_size=1, max_size=200), st.data())
def test_an_excerpt_is_verbatim_for_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    project = make_project(text=text)
    evidence = Evidence("description", start, end, text[start:end])
    (excerpt,) = make_excerpts(project, read_text(project), [evidence])
    assert excerpt.quotes() == (text[start:end],)
    assert text[excerpt.start : excerpt.start + len(excerpt.text)] == excerpt.text
