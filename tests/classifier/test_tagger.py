from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import write_tiny_model

from classifier.project import Project, Source
from classifier.tagger import Tagger
from classifier.tagging import Decision, Tagging


def project(title: str, description: str = "") -> Project:
    return Project(id="P-1", source=Source(1), title=title, description=description)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return Tagger.load(write_tiny_model(tmp_path_factory.mktemp("models")))


def tag(tagger: Tagger, title: str, description: str = "") -> Tagging:
    return tagger.tag([project(title, description)])[0]


def test_area_is_selected_with_the_words_that_carried_it(tagger: Tagger) -> None:
    tagging = tag(tagger, "New shelter and food for refugees in the north")
    assert tagging.selected_areas() == ("3.2",)
    area = next(area for area in tagging.areas if area.selected)
    assert "refugees" in area.evidence[0].quote


def test_every_area_has_an_answer(tagger: Tagger) -> None:
    assert len(tag(tagger, "New roads for the towns of the north").areas) == 18


def test_main_area_is_the_surest(tagger: Tagger) -> None:
    assert tag(tagger, "New roads for the towns of the north").main_area is None
    assert tag(tagger, "New shelter and food for refugees").main_area == "3.2"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("", "no_text"),
        ("2021-07", "no_text"),
        ("Support for refugees", "too_short"),
        ("El proyecto apoya a las refugees del distrito con semillas y herramientas para la siembra", "language"),
    ],
)
def test_abstains_with_a_reason(tagger: Tagger, title: str, reason: str) -> None:
    tagging = tag(tagger, title)
    assert tagging.selected_areas() == ()
    assert tagging.gender.score is None
    assert tagging.decision is Decision.ABSTAINED
    assert reason in tagging.reasons


def test_marker_is_scored_with_evidence(tagger: Tagger) -> None:
    marker = tag(tagger, "A lawyer for every refugee camp in the north").human_rights
    assert marker.score == 1
    assert "lawyer" in marker.evidence[0].quote
    assert marker.at_least_2 <= marker.at_least_1


def test_alone_or_in_a_batch_the_tagging_is_the_same(tagger: Tagger) -> None:
    projects = [project("Shelter for refugees in the north", "Food and water."), project("A lawyer in the camp helps")]
    assert tagger.tag(projects) == [tagger.tag([one])[0] for one in projects]


def test_more_projects_than_are_under_way_at_once_come_back_in_order(tagger: Tagger) -> None:
    many = [Project(id=str(number), source=Source(number + 1), title="Shelter") for number in range(300)]
    assert [tagging.project_id for tagging in tagger.tag(many)] == [one.id for one in many]


def test_threads_do_not_disturb_one_another(tagger: Tagger) -> None:
    projects = [project(f"Shelter {number} for refugees in the north", "Food. Water.") for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda one: tagger.tag([one])[0], projects)) == tagger.tag(projects)


def test_versions_are_named(tagger: Tagger) -> None:
    tagging = tag(tagger, "Shelter for refugees in the north")
    assert tagging.model_version == "tiny"
    assert tagging.rules_version


@given(title=st.text(max_size=80), description=st.text(max_size=200))
def test_evidence_is_always_verbatim(tagger: Tagger, title: str, description: str) -> None:
    one = project(f"{title} refugees and a lawyer in the north", description)
    tagging = tagger.tag([one])[0]
    cited = [evidence for area in tagging.areas for evidence in area.evidence]
    cited += [*tagging.gender.evidence, *tagging.human_rights.evidence]
    cited += [evidence for finding in tagging.oda.findings for evidence in finding.evidence]
    for evidence in cited:
        assert one.text(evidence.field)[evidence.start : evidence.end] == evidence.quote
