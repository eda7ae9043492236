from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tagged_samples import labels, tagging

from classifier.project import Project, Source
from classifier.tagging import Evidence
from training.declared import evaluate_declared
from training.evaluation import evaluate
from training.page import make_text
from training.report import render_declared, render_evaluation

TITLE = "Wells & pumps <b>for</b> families who fled"
_VOID = {"meta", "circle", "path", "rect"}


class _Balance(HTMLParser):
    """Checks that every element that opens also closes, in order, and collects what is loaded from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outside += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag


def check(page: str) -> None:
    parser = _Balance()
    parser.feed(page)
    assert parser.open == []
    assert parser.outside == []


def project(identifier: str) -> Project:
    return Project(identifier, Source(1), title=TITLE, declared_gender=2)


def page() -> str:
    gold = [labels(str(number), "3.2", gender=number % 3) for number in range(6)]
    said = [tagging(one.id, {"3.2": 0.9, "3.3": 0.8}) for one in gold]
    at = TITLE.index("families")
    words = (Evidence("title", at, at + 8, "families"),)
    said = [
        replace(one, areas=tuple(tag._replace(evidence=words) if tag.selected else tag for tag in one.areas))
        for one in said
    ]
    found = evaluate(gold, said, groups={"language": ["en"] * 3 + ["fr"] * 3}, resamples=20)
    return render_evaluation(found, [project(one.id) for one in gold], said, subject="x.csv")


def test_the_page_is_whole_and_needs_nothing_from_outside() -> None:
    check(page())


def test_figures_and_groups_are_shown() -> None:
    found = page()
    assert "areas micro-F1" in found
    assert "language: fr" in found
    assert found.count("<svg") >= 9
    assert "nan" not in found.casefold().replace("finan", "").replace("governan", "")


def test_worst_errors_show_their_words_and_no_markup_of_the_text() -> None:
    found = page()
    assert "<mark>families</mark>" in found
    assert "&lt;b&gt;" in found
    assert "<b>" not in found


def test_an_evaluation_of_nothing_still_has_a_page() -> None:
    check(render_evaluation(evaluate([], [], resamples=5), [], [], subject="nothing"))


def test_declared_scores_have_their_page() -> None:
    projects, said = [project("a"), project("b")], [tagging("a", gender=0), tagging("b", gender=None)]
    found = render_declared(evaluate_declared(projects, said), projects, subject="x.csv")
    check(found)
    assert "declared 2, predicted 0" in found
    assert "1 without a predicted score" in found


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([(0, 5), (3, 8)], "<mark>Wells</mark><mark> &amp; </mark>pumps"),
        ([(0, 5), (0, 5)], "<mark>Wells</mark> &amp; pumps"),
        ([], "Wells &amp; pumps"),
    ],
)
def test_overlapping_evidence_is_marked_once(spans: list[tuple[int, int]], html: str) -> None:
    one = Project("a", Source(1), title="Wells & pumps")
    evidence = [Evidence("title", start, end, one.title[start:end]) for start, end in spans]
    assert make_text(one, evidence) == f"<p><strong>{html}</strong></p>"


def test_a_very_long_text_is_cut_around_its_evidence() -> None:
    one = Project("a", Source(1), description="word " * 2_000 + "fled" + " word" * 2_000)
    found = make_text(one, [Evidence("description", 10_000, 10_004, "fled")])
    assert "<mark>fled</mark>" in found
    assert len(found) < 5_000
