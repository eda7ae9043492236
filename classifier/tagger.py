"""Says everything about projects: result areas, markers and ODA risk, with evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from classifier.decision import decide_areas, decide_marker, decide_project, main_area, reason_to_abstain
from classifier.evidence import cite, hear
from classifier.features import analyse
from classifier.heads import OUTPUT_PLACES, RISK_FLAGGED, RISK_HIGH, RISK_INSUFFICIENT
from classifier.model import load_model
from classifier.oda.assessment import ModelOpinion, RuleEngine
from classifier.tagging import Tagging
from classifier.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from classifier.evidence import Voices
    from classifier.features import ReadText
    from classifier.heads import Array
    from classifier.model import Model
    from classifier.project import Project
    from classifier.tagging import Evidence, OdaAssessment
    from classifier.vectoriser import Vector

#: So many projects are under way at once, however many are asked for.
_TOGETHER: Final = 256


@dataclass(frozen=True, slots=True)
class Tagger:
    """A model version and the ODA rules, ready to tag.

    Pure and deterministic; safe to call from several threads. A project gets the same tagging alone or in
    a batch.

    Examples
    --------
    >>> tagger = Tagger.load(current_version(find_models_dir()))  # doctest: +SKIP
    >>> tagger.tag([project])[0].selected_areas()  # doctest: +SKIP
    ('3.2',)
    """

    model: Model
    rules: RuleEngine

    @classmethod
    def load(cls, model_dir: Path) -> Self:
        """Load a model version after checking it against its manifest.

        Raises
        ------
        ModelError
            The version is missing, changed, cut or of an unknown format.
        """
        return cls(load_model(model_dir), RuleEngine.load())

    @property
    def model_version(self) -> str:
        """Name of the model version."""
        return self.model.manifest.version

    @property
    def rules_version(self) -> str:
        """Version of the ODA rules."""
        return self.rules.version

    def tag(self, projects: Sequence[Project]) -> list[Tagging]:
        """Tag projects, in order."""
        groups = (projects[start : start + _TOGETHER] for start in range(0, len(projects), _TOGETHER))
        return [tagging for group in groups for tagging in self._tag_together(group)]

    def _tag_together(self, projects: Sequence[Project]) -> list[Tagging]:
        """Take projects through one step after the other: what a step looks things up in stays at hand."""
        texts = [read_text(project) for project in projects]
        reads = [analyse(text) for text in texts]
        vectors = [self.model.vectoriser.transform(read) for read in reads]
        answers = [self.model.heads.probabilities(vector) for vector in vectors]
        assessments = [
            self.rules.assess(project, text, _opinion(answer, bool(reason_to_abstain(text))))
            for project, text, answer in zip(projects, texts, answers, strict=True)
        ]
        read_projects = zip(projects, reads, vectors, answers, assessments, strict=True)
        return [self._decide(*read_project) for read_project in read_projects]

    def _decide(
        self, project: Project, read: ReadText, vector: Vector, probabilities: Array, oda: OdaAssessment
    ) -> Tagging:
        """Turn what was found out about a project into what is said."""
        abstain = reason_to_abstain(read.text)
        quote = self._citing(project, read, vector)
        thresholds = self.model.manifest.thresholds
        areas = decide_areas(probabilities, thresholds, bool(abstain), quote)
        gender = decide_marker("gender", probabilities, thresholds, abstain, quote)
        human_rights = decide_marker("human_rights", probabilities, thresholds, abstain, quote)
        decision, reasons = decide_project(areas, (gender, human_rights), oda, abstain)
        return Tagging(
            project_id=project.id,
            language=read.text.language,
            areas=areas,
            main_area=main_area(areas),
            gender=gender,
            human_rights=human_rights,
            oda=oda,
            decision=decision,
            reasons=reasons,
            model_version=self.model_version,
            rules_version=self.rules_version,
        )

    def _citing(self, project: Project, read: ReadText, vector: Vector) -> Callable[[int], tuple[Evidence, ...]]:
        """Return a function that cites the words for an output; the text is weighed at the first call."""
        voices: list[Voices] = []

        def quote(output: int) -> tuple[Evidence, ...]:
            if not voices:
                voices.append(hear(read, vector, self.model.vectoriser))
            return cite(project, read, voices[0], self.model.heads.linear, output)

        return quote


def _opinion(probabilities: Array, abstained: bool) -> ModelOpinion:
    """Turn the three questions on the risk into probabilities of low, review, high and insufficient."""
    high, flagged, insufficient = (
        float(probabilities[OUTPUT_PLACES[name]]) for name in (RISK_HIGH, RISK_FLAGGED, RISK_INSUFFICIENT)
    )
    clear = 1.0 - insufficient
    return ModelOpinion(((1.0 - flagged) * clear, (flagged - high) * clear, high * clear, insufficient), abstained)
