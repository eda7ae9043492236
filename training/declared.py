"""Compares the marker scores that donors declared with those that the model gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from classifier.taxonomy import SCORES
from training.agreement import ScaleAgreement, measure_scale
from training.labels import MARKERS, Marker
from training.reliability import score_probability

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagging import Evidence, Tagging


@dataclass(frozen=True, slots=True)
class Difference:
    """A project whose declared and predicted scores differ.

    `confidence` is the probability that the model gives to its own score; `evidence` the words behind it.
    """

    id: str
    title: str
    declared: int
    said: int
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class DeclaredMarker:
    """How the declared scores of one marker compare with the predicted ones.

    Parameters
    ----------
    declared
        Projects with a declared score, by score.
    agreement
        Declared scores (rows) against predicted ones, where the model gives one.
    differences
        The clearest first.
    """

    marker: Marker
    declared: dict[int, int]
    agreement: ScaleAgreement
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class DeclaredComparison:
    """Declared against predicted scores of a portfolio, for each marker that it declares."""

    projects: int
    markers: tuple[DeclaredMarker, ...]

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data."""
        return asdict(self)


def evaluate_declared(projects: Sequence[Project], taggings: Sequence[Tagging]) -> DeclaredComparison:
    """Compare declared with predicted scores.

    Declared scores are noisy: where they differ, either side may be wrong.

    Parameters
    ----------
    projects, taggings
        The same projects in the same order; those that declare nothing are passed over.

    Returns
    -------
    DeclaredComparison
        Holding titles and quotes of the projects, for the one who brought them.
    """
    pairs = list(zip(projects, taggings, strict=True))
    found = (_compare(marker, pairs) for marker in MARKERS)
    return DeclaredComparison(len(pairs), tuple(one for one in found if one.declared))


def _compare(marker: Marker, pairs: Sequence[tuple[Project, Tagging]]) -> DeclaredMarker:
    scored = [
        (project, declared, tagging.gender if marker == "gender" else tagging.human_rights)
        for project, tagging in pairs
        if (declared := _declared(project, marker)) is not None
    ]
    differences = [
        Difference(
            project.id, project.title, declared, tag.score, round(score_probability(tag, tag.score), 4), tag.evidence
        )
        for project, declared, tag in scored
        if tag.score is not None and tag.score != declared
    ]
    differences.sort(key=lambda one: (-abs(one.declared - one.said), -one.confidence, one.id))
    return DeclaredMarker(
        marker,
        dict(sorted(Counter(declared for _, declared, _ in scored).items())),
        measure_scale(marker, SCORES, [(declared, tag.score) for _, declared, tag in scored], is_ordinal=True),
        tuple(differences),
    )


def _declared(project: Project, marker: Marker) -> int | None:
    return project.declared_gender if marker == "gender" else project.declared_human_rights
