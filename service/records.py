"""How taggings and projects are kept: plain data, from which the very same records come back."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from classifier.project import Amount, Project, Recipient, Source
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

_TUPLES = ("purpose_codes", "aid_types", "implementers", "declared_areas")
_EMPTY = Project(id="", source=Source(0))


def write_project(project: Project) -> dict[str, Any]:
    """Return a project as plain data that `read_project` turns back; what it does not say is left out."""
    row: dict[str, Any] = {}
    for one in fields(Project):
        value = getattr(project, one.name)
        if one.name not in {"source", "recipients", "amounts", "columns", "xml"} and value != getattr(_EMPTY, one.name):
            row[one.name] = value
    row["source"] = [project.source.line, project.source.part]
    row["recipients"] = [[one.code, one.name, one.kind, one.percentage] for one in project.recipients]
    row["amounts"] = [[one.kind, one.text, one.value, one.currency, one.year] for one in project.amounts]
    if project.columns:
        row["columns"] = list(project.columns.items())
    if project.xml:
        row["xml"] = base64.b64encode(project.xml).decode("ascii")
    return row


def read_project(row: Any) -> Project:  # noqa: ANN401 - what `write_project` wrote
    """Return the project."""
    given = {"id": "", **row}
    for name in _TUPLES:
        given[name] = tuple(given.get(name, ()))
    given["parallel"] = tuple(tuple(one) for one in given.get("parallel", ()))
    given["source"] = Source(*given["source"])
    given["recipients"] = tuple(Recipient(*one) for one in given["recipients"])
    given["amounts"] = tuple(Amount(*one) for one in given["amounts"])
    given["columns"] = dict(given.get("columns", ()))
    given["xml"] = base64.b64decode(given.get("xml", ""))
    return Project(**given)


def write_tagging(tagging: Tagging) -> list[object]:
    """Return a tagging as plain data that `read_tagging` turns back, digit for digit."""
    return [
        tagging.project_id,
        tagging.language,
        [
            [one.code, one.probability, one.threshold, one.selected, one.decision, write_evidence(one.evidence)]
            for one in tagging.areas
        ],
        tagging.main_area,
        _write_marker(tagging.gender),
        _write_marker(tagging.human_rights),
        _write_oda(tagging.oda),
        tagging.decision,
        tagging.reasons,
        tagging.model_version,
        tagging.rules_version,
    ]


def write_evidence(evidence: Iterable[Evidence]) -> list[list[object]]:
    """Return evidence as plain data."""
    return [[one.field, one.start, one.end, one.quote] for one in evidence]


def _write_marker(one: MarkerTag) -> list[object]:
    return [
        one.score,
        one.at_least_1,
        one.at_least_2,
        one.thresholds,
        one.decision,
        one.reasons,
        write_evidence(one.evidence),
    ]


def _write_oda(oda: OdaAssessment) -> list[object]:
    findings = [
        [one.rule, one.verdict, one.polarity, one.section, write_evidence(one.evidence), one.given, one.counts]
        for one in oda.findings
    ]
    return [
        oda.risk,
        oda.decided_by,
        oda.rules_risk,
        findings,
        oda.decision,
        oda.reasons,
        oda.model_risk,
        oda.probabilities,
        oda.questions,
        oda.remarks,
    ]


def read_tagging(row: Any) -> Tagging:  # noqa: ANN401 - what `write_tagging` wrote
    """Return the tagging."""
    identifier, language, areas, main_area, gender, human_rights, oda, decision, reasons, model, rules = row
    return Tagging(
        identifier,
        language,
        tuple(
            AreaTag(code, float(probability), float(threshold), selected, Decision(verdict), read_evidence(evidence))
            for code, probability, threshold, selected, verdict, evidence in areas
        ),
        main_area,
        _read_marker(gender),
        _read_marker(human_rights),
        _read_oda(oda),
        Decision(decision),
        tuple(reasons),
        model,
        rules,
    )


def read_cited(row: Any) -> dict[str, list[list[Any]]]:  # noqa: ANN401 - what `write_tagging` wrote
    """Return the words behind the areas, the markers and the risk that a tagging gives, as `write_evidence` does."""
    _, _, areas, _, gender, human_rights, oda, *_ = row
    cited = {code: evidence for code, _, _, selected, _, evidence in areas if selected}
    findings = [evidence for *_, evidence, _, counts in oda[3] if counts]
    return cited | {
        "gender": gender[-1],
        "human_rights": human_rights[-1],
        "risk": [one for evidence in findings for one in evidence],
    }


def read_evidence(rows: Any) -> tuple[Evidence, ...]:  # noqa: ANN401
    """Return the evidence."""
    return tuple(Evidence(*row) for row in rows)


def _read_marker(row: Any) -> MarkerTag:  # noqa: ANN401
    score, first, second, thresholds, decision, reasons, evidence = row
    return MarkerTag(
        score,
        first,
        second,
        (thresholds[0], thresholds[1]),
        Decision(decision),
        tuple(reasons),
        read_evidence(evidence),
    )


def _read_oda(row: Any) -> OdaAssessment:  # noqa: ANN401
    risk, decided_by, rules_risk, findings, decision, reasons, model_risk, probabilities, questions, remarks = row
    return OdaAssessment(
        Risk(risk),
        decided_by,
        Risk(rules_risk),
        tuple(
            Finding(rule, Verdict(verdict), Polarity(polarity), section, read_evidence(evidence), given, counts)
            for rule, verdict, polarity, section, evidence, given, counts in findings
        ),
        Decision(decision),
        tuple(reasons),
        None if model_risk is None else Risk(model_risk),
        tuple(probabilities),
        tuple(questions),
        tuple(remarks),
    )
