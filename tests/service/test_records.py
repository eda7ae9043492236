"""What is kept comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tagged_projects import make_project, make_tagging

from classifier.project import Amount, Project, Recipient, Source
from service.records import read_project, read_tagging, write_project, write_tagging

TEXT = st.text(max_size=20)
CELLS = st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False), TEXT)


@given(
    st.builds(
        Project,
        id=TEXT,
        source=st.builds(Source, st.integers(0), TEXT),
        id_given=st.booleans(),
        title=TEXT,
        conditions=TEXT,
        parallel=st.lists(st.tuples(TEXT, st.just("title"), TEXT), max_size=2).map(tuple),
        purpose_codes=st.lists(TEXT, max_size=2).map(tuple),
        recipients=st.lists(st.builds(Recipient, TEXT, TEXT, st.just("region"), st.none()), max_size=2).map(tuple),
        year=st.none() | st.integers(1900, 2100),
        amounts=st.lists(st.builds(Amount, st.just("budget"), TEXT, st.floats(allow_nan=False), TEXT), max_size=2).map(
            tuple
        ),
        declared_gender=st.none() | st.integers(0, 2),
        declared_areas=st.lists(TEXT, max_size=2).map(tuple),
        columns=st.dictionaries(TEXT, CELLS, max_size=3),
        xml=st.binary(max_size=20),
    )
)
def test_a_project_comes_back(project: Project) -> None:
    found = read_project(json.loads(json.dumps(write_project(project))))
    assert found == project
    assert list(found.columns.items()) == list(project.columns.items())


def test_a_tagging_comes_back() -> None:
    tagging = make_tagging(make_project())
    assert read_tagging(json.loads(json.dumps(write_tagging(tagging)))) == tagging
    without = replace(tagging, main_area=None, oda=replace(tagging.oda, model_risk=None, probabilities=()))
    assert read_tagging(json.loads(json.dumps(write_tagging(without)))) == without
