"""Takes the labels that a portfolio carries, to measure taggings against them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import CorpusError, RowError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from classifier.project import Project
from classifier.tagging import Risk
from training.evaluation import length_group
from training.labelled import LabelledProject, to_project
from training.labels import AREAS, RISKS, Labels

if TYPE_CHECKING:
    from classifier.tagging import Tagging

_CODE = re.compile(r"\d+\.\d+")
_AREA_COLUMNS = ("areas", "result_areas", "declared_areas")
_RISK_COLUMNS = ("risk", "oda_risk")


@dataclass(frozen=True, slots=True)
class Gold:
    """Labelled projects, whatever they came from.

    Parameters
    ----------
    manners
        How each project is written; empty where nobody said.
    rejected
        Rows of the portfolio that could not be read.
    """

    projects: tuple[Project, ...]
    labels: tuple[Labels, ...]
    families: tuple[str, ...]
    manners: tuple[str, ...]
    rejected: tuple[RowError, ...] = ()

    def groups(self, taggings: Sequence[Tagging]) -> dict[str, list[str]]:
        """Return the groupings that a report shows: language, length, and manner where it is known."""
        found = {
            "language": [
                project.declared_language.lower()[:2] or tagging.language
                for project, tagging in zip(self.projects, taggings, strict=True)
            ],
            "length": [length_group("\n".join(text for _, text in project.texts())) for project in self.projects],
        }
        if any(self.manners):
            found["manner"] = [manner or "not stated" for manner in self.manners]
        return found


def gold_of_corpus(records: Sequence[LabelledProject]) -> Gold:
    """Return labelled projects of our own corpus as gold."""
    return Gold(
        tuple(to_project(record) for record in records),
        tuple(record.labels for record in records),
        tuple(record.family for record in records),
        tuple(record.manner for record in records),
    )


def read_gold(path: Path) -> Gold:
    """Read a labelled portfolio of any format.

    The columns ``areas``, ``gender``, ``human_rights`` and ``risk`` hold the labels, or for IATI its tags and
    policy markers; ``family`` and ``manner`` are used where they exist. What no project carries was not judged.

    Raises
    ------
    PortfolioError
        When the portfolio cannot be read.
    CorpusError
        When it carries no label at all, or an unknown one.
    """
    with open_portfolio(str(path), ReadOptions()) as portfolio:
        rows = list(portfolio)
    projects = tuple(row for row in rows if isinstance(row, Project))
    rejected = tuple(row for row in rows if isinstance(row, RowError))
    has_areas = any(project.declared_areas for project in projects)
    labels = tuple(_labels(project, path, has_areas=has_areas) for project in projects)
    if not any(one.areas is not None or one.risk or _has_marker(one) for one in labels):
        raise CorpusError(
            f"{path.name} carries no labels.",
            code="labels-missing",
            remedy="Labels stand in the columns areas, gender, human_rights and risk.",
        )
    return Gold(
        projects,
        labels,
        tuple(_column(project, "family") or f"row {number}" for number, project in enumerate(projects)),
        tuple(_column(project, "manner") for project in projects),
        rejected,
    )


def _has_marker(labels: Labels) -> bool:
    return labels.gender is not None or labels.human_rights is not None


def _column(project: Project, *names: str) -> str:
    """Return the text of the first of these columns that the project has."""
    for name in names:
        value = project.columns.get(name)
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""


def _labels(project: Project, path: Path, *, has_areas: bool) -> Labels:
    areas = frozenset(project.declared_areas) if has_areas else None
    # The reader passes over codes that are none; a label must not vanish like that.
    written = {*project.declared_areas, *_CODE.findall(_column(project, *_AREA_COLUMNS))}
    if unknown := sorted(written - set(AREAS)):
        raise _unknown(path, project, "result area", unknown[0])
    risk = _column(project, *_RISK_COLUMNS).lower()
    if risk and risk not in RISKS:
        raise _unknown(path, project, "risk", risk)
    return Labels(
        project.id, areas, project.declared_gender, project.declared_human_rights, Risk(risk) if risk else None
    )


def _unknown(path: Path, project: Project, what: str, value: str) -> CorpusError:
    where = f"{path.name}, line {project.source.line}"
    return CorpusError(f"{where}: unknown {what} {value[:40]!r}.", code="label-unknown")
