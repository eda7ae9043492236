"""The taggings of the finished parts of a job, kept so that a killed job goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, update

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
from service.jobs.states import State
from service.store.tables import Job, JobPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from classifier.project import Project
    from service.store.database import Database


class LeaseLostError(Exception):
    """The job is another worker's now, or was cancelled or deleted."""


@dataclass(frozen=True, slots=True)
class PartStore:
    """The finished parts of one job.

    Parameters
    ----------
    job_id, worker
        The job, and the worker that holds it.
    folder
        Where the files stand.
    """

    database: Database
    job_id: str
    worker: str
    folder: Path

    def finished(self) -> dict[int, JobPart]:
        """Return the finished parts by number."""
        with self.database.reading() as session:
            parts = session.scalars(select(JobPart).where(JobPart.job_id == self.job_id)).all()
        return {part.number: part for part in parts}

    def load(self, part: JobPart, projects: Sequence[Project]) -> list[Tagging] | None:
        """Return the taggings of a part, None when its file is not what was written, or of other projects."""
        try:
            content = self._path(part.number).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != part.sha256:
            return None
        taggings = [_read_tagging(row) for row in json.loads(content)]
        same = [one.project_id for one in taggings] == [one.id for one in projects]
        return taggings if same else None

    def save(self, number: int, taggings: Sequence[Tagging], progress: float | None) -> None:
        """Keep a part: the file first, then its row.

        Raises
        ------
        LeaseLostError
            When the job is not this worker's any more.
        """
        content = json.dumps([_write_tagging(one) for one in taggings], ensure_ascii=True).encode()
        self._write(number, content)
        with self.database.writing() as session:
            done = session.execute(
                update(Job)
                .where(Job.id == self.job_id, Job.worker == self.worker, Job.state == State.RUNNING)
                .values(attempts=0, progress=progress)
            )
            if not cast("Any", done).rowcount:
                raise LeaseLostError
            session.merge(
                JobPart(
                    job_id=self.job_id,
                    number=number,
                    projects=len(taggings),
                    sha256=hashlib.sha256(content).hexdigest(),
                )
            )

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08d}.json"

    def _write(self, number: int, content: bytes) -> None:
        part = self.folder / f".{number:08d}.{secrets.token_hex(4)}.part"
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path(number))
        except FileNotFoundError:
            # The owner deleted the job, and its folder with it.
            raise LeaseLostError from None


def _write_tagging(tagging: Tagging) -> list[object]:
    return [
        tagging.project_id,
        tagging.language,
        [
            [one.code, one.probability, one.threshold, one.selected, one.decision, _write_evidence(one.evidence)]
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


def _write_evidence(evidence: Iterable[Evidence]) -> list[list[object]]:
    return [[one.field, one.start, one.end, one.quote] for one in evidence]


def _write_marker(one: MarkerTag) -> list[object]:
    return [
        one.score,
        one.at_least_1,
        one.at_least_2,
        one.thresholds,
        one.decision,
        one.reasons,
        _write_evidence(one.evidence),
    ]


def _write_oda(oda: OdaAssessment) -> list[object]:
    findings = [
        [one.rule, one.verdict, one.polarity, one.section, _write_evidence(one.evidence), one.given, one.counts]
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


def _read_tagging(row: Any) -> Tagging:  # noqa: ANN401 - what `_write_tagging` wrote, whose hash was checked
    identifier, language, areas, main_area, gender, human_rights, oda, decision, reasons, model, rules = row
    return Tagging(
        identifier,
        language,
        tuple(
            AreaTag(code, float(probability), float(threshold), selected, Decision(verdict), _read_evidence(evidence))
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


def _read_evidence(rows: Any) -> tuple[Evidence, ...]:  # noqa: ANN401
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
        _read_evidence(evidence),
    )


def _read_oda(row: Any) -> OdaAssessment:  # noqa: ANN401
    risk, decided_by, rules_risk, findings, decision, reasons, model_risk, probabilities, questions, remarks = row
    return OdaAssessment(
        Risk(risk),
        decided_by,
        Risk(rules_risk),
        tuple(
            Finding(rule, Verdict(verdict), Polarity(polarity), section, _read_evidence(evidence), given, counts)
            for rule, verdict, polarity, section, evidence, given, counts in findings
        ),
        Decision(decision),
        tuple(reasons),
        None if model_risk is None else Risk(model_risk),
        tuple(probabilities),
        tuple(questions),
        tuple(remarks),
    )
