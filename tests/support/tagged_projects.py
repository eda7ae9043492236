"""Invented projects with invented taggings, for the tests of the writers."""

from __future__ import annotations

from classifier.project import Cell, Project, Source, TextField
from classifier.tagging import (
    AreaTag,
    Decision,
    Evidence,
    Finding,
    MarkerTag,
    OdaAssessment,
    Polarity,
    Risk,
    Tagging,
    Verdict,
)

_PER_OBJECTIVE = {1: 3, 2: 3, 3: 6, 4: 6}
CODES = tuple(f"{one}.{area}" for one, count in _PER_OBJECTIVE.items() for area in range(1, count + 1))


def make_project(
    identifier: str = "P-1", title: str = "Return of migrants", columns: dict[str, Cell] | None = None, line: int = 2
) -> Project:
    cells = {"ID": identifier, "Title": title} if columns is None else columns
    return Project(id=identifier, source=Source(line), title=title, columns=cells)


def cite(project: Project, field: TextField = "title", end: int = 6) -> tuple[Evidence, ...]:
    text = project.text(field)
    return (Evidence(field, 0, min(end, len(text)), text[:end]),) if text else ()


def make_marker(score: int | None = 1, evidence: tuple[Evidence, ...] = ()) -> MarkerTag:
    return MarkerTag(score, 0.8, 0.25, (0.5, 0.6), Decision.ACCEPTED, (), evidence)


def make_tagging(
    project: Project,
    areas: tuple[str, ...] = ("3.2", "4.6"),
    gender: int | None = 1,
    human_rights: int | None = 2,
    decision: Decision = Decision.ACCEPTED,
    language: str = "en",
) -> Tagging:
    evidence = cite(project)
    tags = tuple(
        AreaTag(
            code,
            0.91237 if code in areas else 0.01,
            0.4,
            code in areas,
            decision,
            evidence if code in areas else (),
        )
        for code in CODES
    )
    findings = (
        Finding("RET-02", Verdict.INELIGIBLE, Polarity.AFFIRMED, "title", evidence),
        Finding("DET-01", Verdict.INELIGIBLE, Polarity.NEGATED, "title", evidence, counts=False),
        Finding("AID-01", Verdict.CONDITIONAL, Polarity.AFFIRMED, "field", (), "aid_type=H02"),
    )
    oda = OdaAssessment(
        risk=Risk.HIGH,
        decided_by="RET-02",
        rules_risk=Risk.HIGH,
        findings=findings,
        decision=Decision.TO_REVIEW,
        reasons=("rules",),
        model_risk=Risk.REVIEW,
        probabilities=(0.1, 0.5, 0.3, 0.1),
        questions=("Who decides on return?",),
        remarks=("DRV-02",),
    )
    return Tagging(
        project_id=project.id,
        language=language,
        areas=tags,
        main_area=areas[0] if areas else None,
        gender=make_marker(gender, evidence),
        human_rights=make_marker(human_rights),
        oda=oda,
        decision=Decision.TO_REVIEW,
        reasons=("near_threshold", "rules"),
        model_version="2026.1",
        rules_version="3",
    )
