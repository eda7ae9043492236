"""What a run did, counted while it goes: the closing summary for people, machines and the output itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classifier.errors import PortolanError, RowError

if TYPE_CHECKING:
    from classifier.tagging import MarkerTag, Tagging

#: So many rejected rows are shown in the summary; all of them stand in the file of rejected rows.
_SHOWN_REJECTIONS = 5


@dataclass(slots=True)
class RunSummary:
    """Counts of one run.

    Parameters
    ----------
    source, output, rejected_file
        What was read and written; `output` is empty when the run ended with a `fault`.
    areas
        Projects by selected result area; a project may count under several.
    gender, human_rights
        Projects by score, ``none`` where the text cannot tell.
    decisions, reasons
        Projects by decision, and why they were not accepted.
    notes
        Facts that the reader noticed.
    fault
        What ended the run before the end of the portfolio.
    """

    source: str
    format: str = ""
    output: str = ""
    projects: int = 0
    rejected_rows: int = 0
    rejected_file: str = ""
    languages: Counter[str] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)
    without_area: int = 0
    gender: Counter[str] = field(default_factory=Counter)
    human_rights: Counter[str] = field(default_factory=Counter)
    oda_risk: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    first_rejections: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    model_version: str = ""
    rules_version: str = ""
    seconds: float = 0.0
    fault: PortolanError | None = None

    def count(self, tagging: Tagging) -> None:
        """Count one tagged project."""
        self.projects += 1
        self.languages[tagging.language] += 1
        selected = tagging.selected_areas()
        self.areas.update(selected)
        self.without_area += not selected
        self.gender[_score(tagging.gender)] += 1
        self.human_rights[_score(tagging.human_rights)] += 1
        self.oda_risk[tagging.oda.risk.value] += 1
        self.decisions[tagging.decision.value] += 1
        self.reasons.update(tagging.reasons)
        self.model_version, self.rules_version = tagging.model_version, tagging.rules_version

    def reject(self, row: RowError) -> None:
        """Count one rejected row."""
        self.rejected_rows += 1
        self.rejections[row.code] += 1
        if len(self.first_rejections) < _SHOWN_REJECTIONS:
            self.first_rejections.append(row)

    @property
    def exit_status(self) -> int:
        """The exit code of the run: 0 done, 1 failed, 3 done with rejected rows."""
        if self.fault is not None:
            return 1
        return 3 if self.rejected_rows else 0

    def facts(self) -> dict[str, object]:
        """Return what was counted, without anything that differs between two equal runs."""
        return {
            "source": self.source,
            "format": self.format,
            "projects": self.projects,
            "rejected_rows": self.rejected_rows,
            "languages": _largest_first(self.languages),
            "areas": dict(sorted(self.areas.items())),
            "without_area": self.without_area,
            "gender": dict(sorted(self.gender.items())),
            "human_rights": dict(sorted(self.human_rights.items())),
            "oda_risk": _largest_first(self.oda_risk),
            "decisions": _largest_first(self.decisions),
            "reasons": _largest_first(self.reasons),
            "rejections": _largest_first(self.rejections),
            "notes": list(self.notes),
            "model_version": self.model_version,
            "rules_version": self.rules_version,
        }

    def to_json(self) -> dict[str, object]:
        """Return the whole summary as plain data."""
        return {
            **self.facts(),
            "output": self.output or None,
            "rejected_file": self.rejected_file or None,
            "first_rejections": [
                {"line": row.line, "field": row.field, "code": row.code, "message": row.message}
                for row in self.first_rejections
            ],
            "seconds": round(self.seconds, 3),
            "fault": None if self.fault is None else self.fault.to_json(),
        }


def _score(marker: MarkerTag) -> str:
    return "none" if marker.score is None else str(marker.score)


def _largest_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
