from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from tagged_projects import CODES, make_project, make_tagging

from classifier.portfolio.serialise import encode, serialise_tagging
from classifier.project import Project


def test_holds_every_area_once_in_order() -> None:
    tags = json.loads(json.dumps(serialise_tagging(make_tagging(make_project()))))
    assert [area["code"] for area in tags["result_areas"]] == list(CODES)
    assert [area["code"] for area in tags["result_areas"] if area["selected"]] == ["3.2", "4.6"]
    assert set(tags["result_areas"][0]) == {"code", "selected", "probability", "threshold", "decision", "evidence"}


def test_evidence_points_into_the_project() -> None:
    project: Project = make_project(title="Retour volontaire")
    tags = json.loads(json.dumps(serialise_tagging(make_tagging(project))))
    (evidence,) = tags["gender"]["evidence"]
    assert project.title[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_holds_markers_and_risk_with_everything_behind_them() -> None:
    tags = json.loads(json.dumps(serialise_tagging(make_tagging(make_project(), human_rights=None))))
    assert tags["gender"]["score"] == 1
    assert tags["gender"]["probability_at_least_2"] == 0.25
    assert tags["human_rights"]["score"] is None
    assert tags["oda"]["risk"] == "high"
    assert tags["oda"]["probabilities"] == {"low": 0.1, "review": 0.5, "high": 0.3, "insufficient": 0.1}
    assert [finding["rule"] for finding in tags["oda"]["findings"]] == ["RET-02", "DET-01", "AID-01"]
    assert tags["oda"]["findings"][1]["counts"] is False
    assert (tags["decision"], tags["reasons"]) == ("to review", ["near_threshold", "rules"])


SAID = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.integers(0, 10_000).map(lambda n: n / 10_000)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(SAID)
def test_encodes_what_is_said_as_the_standard_library_does(said: object) -> None:
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    assert encode(said) == plain


def test_encodes_half_a_surrogate_pair_as_its_escape() -> None:
    assert encode({"quote": "a\ud800é"}) == b'{"quote":"a\\ud800\xc3\xa9"}'


def test_encodes_a_tagging() -> None:
    tags = serialise_tagging(make_tagging(make_project()))
    assert json.loads(encode(tags)) == json.loads(json.dumps(tags))
