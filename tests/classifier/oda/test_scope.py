from __future__ import annotations

import pytest

from classifier.oda.assessment import RuleEngine
from classifier.project import Project, Source
from classifier.tagging import Polarity
from classifier.text import read_text

NEGATED, CONTEXT, UNCLEAR, AFFIRMED = Polarity.NEGATED, Polarity.CONTEXT, Polarity.UNCLEAR, Polarity.AFFIRMED


@pytest.mark.parametrize(
    ("rule", "polarity", "text"),
    [
        ("BOR-04", NEGATED, "The project buys no drones for the border police."),
        ("BOR-04", NEGATED, "Thermal cameras for the border police are excluded."),
        ("BOR-04", NEGATED, "Boats are repaired instead of drones for the border police."),
        ("BOR-04", AFFIRMED, "The project not only trains nurses, it also buys drones for the border police."),
        ("BOR-04", AFFIRMED, "The project does not build roads but buys drones for the border police."),
        ("BOR-04", UNCLEAR, "A later phase could bring thermal cameras to the guards."),
        ("BOR-04", NEGATED, "Sans acheter de drones pour la police des frontières, le projet forme des infirmières."),
        ("BOR-04", NEGATED, "Het project koopt geen drones voor de grenspolitie."),
        ("BOR-05", NEGATED, "Lawyers defend survivors of pushbacks."),
        ("BOR-05", CONTEXT, "Authorities have increased joint patrols along the coast."),
        ("BOR-05", AFFIRMED, "The project pays joint patrols along the coast."),
        ("RET-02", CONTEXT, "The ministry carries out deportations of Guineans."),
        ("RET-02", NEGATED, "Le projet ne finance aucun retour forcé."),
        ("RET-02", NEGATED, "Gedwongen terugkeer wordt niet gefinancierd."),
        ("BOR-07", NEGATED, "The project closes a detention centre for migrants and opens a library."),
        ("BOR-07", AFFIRMED, "The project visits villages and builds a detention centre for migrants."),
    ],
)
def test_polarity_of_a_hit(rule: str, polarity: Polarity, text: str) -> None:
    project = Project(id="p", source=Source(1), description=text)
    found = RuleEngine.load().assess(project, read_text(project)).findings
    assert [one.polarity for one in found if one.rule == rule][:1] == [polarity]


@pytest.mark.parametrize(
    ("section", "fields"),
    [
        ("title", {"title": "Drones for the border police"}),
        ("objective", {"objectives": "Drones for the border police"}),
        ("objective", {"description": "The aim is to give drones to the border police."}),
        ("activity", {"description": "Drones go to the border police."}),
    ],
)
def test_section_of_a_finding(section: str, fields: dict[str, str]) -> None:
    project = Project(id="p", source=Source(1), **fields)  # type: ignore[arg-type]
    found = RuleEngine.load().assess(project, read_text(project)).findings
    assert [one.section for one in found if one.rule == "BOR-04"][:1] == [section]
