"""Says of projects what the ODA rules alone say: the tagger where there is no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from classifier.oda.assessment import RuleEngine
from classifier.tagging import Decision, MarkerTag, Tagging
from classifier.text import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.project import Project

#: Why a marker has no score here.
NO_MODEL = "no_model"
_UNSAID = MarkerTag(None, 0.0, 0.0, (1.0, 1.0), Decision.ABSTAINED, (NO_MODEL,))


@dataclass(frozen=True, slots=True)
class RulesTagger:
    """Gives taggings without areas and marker scores, with the ODA assessment of the rules.

    Examples
    --------
    >>> RulesTagger.load().tag([project])[0].oda.risk  # doctest: +SKIP
    <Risk.LOW: 'low'>
    """

    rules: RuleEngine

    @classmethod
    def load(cls) -> Self:
        """Return a tagger over the rules that Portolan ships."""
        return cls(RuleEngine.load())

    def tag(self, projects: Sequence[Project]) -> list[Tagging]:
        """Tag projects, in order."""
        return [self._tag_one(project) for project in projects]

    def _tag_one(self, project: Project) -> Tagging:
        text = read_text(project)
        oda = self.rules.assess(project, text)
        return Tagging(
            project_id=project.id,
            language=text.language,
            areas=(),
            main_area=None,
            gender=_UNSAID,
            human_rights=_UNSAID,
            oda=oda,
            decision=oda.decision,
            reasons=oda.reasons,
            model_version="",
            rules_version=self.rules.version,
        )
