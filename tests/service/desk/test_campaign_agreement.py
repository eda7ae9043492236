"""The agreement in a campaign: of everybody, by language, two by two."""

from __future__ import annotations

import pytest
from desk_case import Desk, make_judgement

from service.desk.agreement import measure_campaign
from service.desk.faults import DeskMissingError
from service.desk.items import ItemFilter, list_items
from service.desk.judgement import Answer, Judgement
from service.desk.labels import UNKNOWN
from training.agreement import krippendorff_alpha, masi_distance


def fill_doubled(desk: Desk, count: int = 4) -> list[int]:
    desk.campaign(doubled=1.0)
    desk.fill(count)
    return [item.id for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items]


def test_agreement_is_measured_by_label_language_and_pair(desk: Desk) -> None:
    items = fill_doubled(desk)
    said = [
        (make_judgement("3.2", gender="2"), make_judgement("3.2", gender="2")),
        (make_judgement("3.2", "3.1"), make_judgement("3.2")),
        (make_judgement(risk="high"), make_judgement(gender="1")),
        (make_judgement(), make_judgement()),
    ]
    for item, (ann, bob) in zip(items, said, strict=True):
        desk.judge("ann", item, ann)
        desk.judge("bob", item, bob)
    found = measure_campaign(desk.database, desk.access("lea"))
    sets = [(frozenset(one.areas()), frozenset(two.areas())) for one, two in said]
    assert found.overall.projects == 4
    assert found.overall.alpha == pytest.approx(krippendorff_alpha(sets, masi_distance))
    assert found.overall.equal_sets == 0.75
    labels = {one.name: one for one in found.overall.labels}
    assert labels["3.2"].kappa == 1
    assert labels["gender"].equal == 0.75
    assert labels["risk"].equal == 0.75
    assert labels["main_area"].equal == 1
    assert sum(one.projects for one in found.languages.values()) == 4
    [pair] = found.pairs
    assert (pair.first, pair.second) == ("ann", "bob")
    assert pair.measured == found.overall


def test_what_somebody_cannot_tell_counts_as_abstained(desk: Desk) -> None:
    [item] = fill_doubled(desk, 1)
    unsure = make_judgement("3.2")
    answers = {**unsure.answers, "3.1": Answer(UNKNOWN), "gender": Answer(UNKNOWN)}
    desk.judge("ann", item, Judgement(answers))
    desk.judge("bob", item, make_judgement("3.2"))
    found = measure_campaign(desk.database, desk.access("lea")).overall
    labels = {one.name: one for one in found.labels}
    assert (labels["gender"].count, labels["gender"].abstained) == (0, 1)
    assert (labels["3.2"].count, labels["3.2"].equal) == (1, 1)
    assert found.equal_sets is None


def test_a_campaign_without_doubled_projects_has_no_agreement(desk: Desk) -> None:
    desk.fill(2)
    found = measure_campaign(desk.database, desk.access("lea"))
    assert found.overall.projects == 0
    assert found.overall.alpha is None
    assert found.pairs == ()


def test_only_leads_see_the_agreement(desk: Desk) -> None:
    with pytest.raises(DeskMissingError):
        measure_campaign(desk.database, desk.access("ann"))
