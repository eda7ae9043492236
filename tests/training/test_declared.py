from __future__ import annotations

import json
from dataclasses import replace

from tagged_samples import marker, tagging

from classifier.project import Project, Source
from classifier.tagging import Evidence
from training.declared import evaluate_declared


def project(identifier: str, declared: int | None) -> Project:
    return Project(identifier, Source(1), title="Women's seed bank", declared_gender=declared)


def test_lists_where_scores_differ_the_clearest_first() -> None:
    projects = [project("a", 0), project("b", 1), project("c", 2), project("d", None)]
    said = [tagging("a", gender=1), tagging("b", gender=1), tagging("c", gender=0), tagging("d", gender=2)]
    (found,) = evaluate_declared(projects, said).markers
    assert found.marker == "gender"
    assert found.declared == {0: 1, 1: 1, 2: 1}
    assert [(one.id, one.declared, one.said, one.confidence) for one in found.differences] == [
        ("c", 2, 0, 0.8),
        ("a", 0, 1, 0.5),
    ]


def test_the_words_come_along() -> None:
    words = (Evidence("title", 0, 7, "Women's"),)
    said = replace(tagging("a"), gender=replace(marker(2), evidence=words))
    (found,) = evaluate_declared([project("a", 0)], [said]).markers
    assert found.differences[0].evidence == words


def test_no_score_is_no_difference() -> None:
    (found,) = evaluate_declared([project("a", 1)], [tagging("a", gender=None)]).markers
    assert found.differences == ()
    assert found.agreement.abstained == 1


def test_a_portfolio_that_declares_nothing() -> None:
    found = evaluate_declared([project("a", None)], [tagging("a")])
    assert json.loads(json.dumps(found.to_json())) == {"projects": 1, "markers": []}
