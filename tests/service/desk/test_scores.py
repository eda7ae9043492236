"""How instructive a tagging is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tagged_projects import make_project, make_tagging

from classifier.tagging import AreaTag, Decision, MarkerTag, Risk, Tagging
from service.desk.scores import disagreement, likely_areas, uncertainty

SURE = MarkerTag(0, 0.0, 0.0, (0.5, 0.5), Decision.ACCEPTED)


def tagging(*probabilities: float) -> Tagging:
    made = make_tagging(make_project())
    areas = tuple(
        AreaTag(one.code, probability, 0.4, probability >= 0.4, Decision.ACCEPTED)
        for one, probability in zip(made.areas, (*probabilities, *[0.0] * 18), strict=False)
    )
    oda = replace(made.oda, probabilities=(1.0, 0.0, 0.0, 0.0))
    return replace(made, areas=areas, gender=SURE, human_rights=SURE, oda=oda)


def test_doubt_is_greatest_at_the_threshold() -> None:
    assert uncertainty(tagging(0.4, 0.4, 0.4)) == 1.0
    assert uncertainty(tagging()) == 0.0
    assert uncertainty(tagging(1.0)) == 0.0
    assert 0.0 < uncertainty(tagging(0.9)) < uncertainty(tagging(0.5)) < 0.5


@pytest.mark.parametrize(
    ("model", "rules", "apart"),
    [
        (Risk.LOW, Risk.LOW, 0.0),
        (None, Risk.HIGH, 0.0),
        (Risk.LOW, Risk.HIGH, 1.0),
        (Risk.REVIEW, Risk.HIGH, 0.5),
        (Risk.INSUFFICIENT, Risk.LOW, 0.5),
    ],
)
def test_rules_and_model_are_apart(model: Risk | None, rules: Risk, apart: float) -> None:
    made = tagging()
    assert disagreement(replace(made, oda=replace(made.oda, model_risk=model, rules_risk=rules))) == apart


def test_the_likeliest_areas_come_first() -> None:
    assert likely_areas(tagging(0.17, 0.5, 0.1))[:3] == (("1.2", 0.5), ("1.1", 0.17), ("1.3", 0.1))
