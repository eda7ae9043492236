"""What travels between processes arrives whole."""

from __future__ import annotations

import pickle

from tagged_projects import make_project, make_tagging

from classifier.project import Amount, Project, Recipient, Source
from classifier.tagging import AreaTag
from service.transport import prepare_transport


def test_a_tagging_arrives_as_it_was() -> None:
    prepare_transport()
    tagging = make_tagging(make_project())
    arrived = pickle.loads(pickle.dumps(tagging))
    assert arrived == tagging
    assert all(isinstance(area, AreaTag) for area in arrived.areas)


def test_a_project_travels_without_what_the_tagger_ignores() -> None:
    prepare_transport()
    project = Project(
        "P-1",
        Source(3, "Sheet"),
        title="Water for refugees",
        recipients=(Recipient("TZ", percentage=50.0),),
        amounts=(Amount("budget", "10", 10.0, "EUR", 2026),),
        declared_gender=0,
        columns={"a": "b"},
        xml=b"<iati-activity/>",
        parallel=(("fr", "title", "De l'eau"),),
    )
    arrived = pickle.loads(pickle.dumps(project))
    assert arrived.texts() == project.texts()
    assert (arrived.recipients, arrived.amounts, arrived.source) == (
        project.recipients,
        project.amounts,
        project.source,
    )
    assert not arrived.columns
    assert not arrived.xml
    assert arrived.declared_gender == 0
