"""What a labelled project is: a project text of our own with its labels and the words behind each."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.project import Project, Recipient, Source, TextField
from classifier.tagging import Risk
from training.labels import Labels


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that led to a label: ``getattr(project, field)[start:end] == quote``.

    `label` is the code of a result area, ``gender``, ``human_rights`` or ``risk``.
    """

    label: str
    field: TextField
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class LabelledProject:
    """One record of the corpus.

    Parameters
    ----------
    id
        Unique and stable in the whole corpus.
    family
        Shared by translations, rewrites and minimal pairs of one another; a record without relatives is
        its own family. A family never straddles a split.
    brief
        The writing brief that the record was written under.
    manner
        How it is written: ``title``, ``terse``, ``caps`` ...
    lang
        Language of most of the text.
    recipient
        ISO 3166 codes of the recipient countries, joined by a comma and a blank.
    areas, main
        Result areas, and the main one of them; None when there is no area.
    gender, human_rights
        Scores 0, 1, 2; None when the text cannot tell.
    rules
        Rules of ODA eligibility that decide or describe the risk.
    evidence
        The words behind every area, every marker above 0 and a risk that the text carries.
    """

    id: str
    family: str
    brief: str
    manner: str
    lang: str
    title: str
    description: str
    recipient: str
    purpose_codes: tuple[str, ...]
    aid_type: str
    flow_type: str
    finance_type: str
    channel: str
    year: int | None
    publisher: str
    areas: tuple[str, ...]
    main: str | None
    gender: int | None
    human_rights: int | None
    risk: Risk
    rules: tuple[str, ...]
    evidence: tuple[Quote, ...]

    @property
    def labels(self) -> Labels:
        """The labels alone."""
        return Labels(self.id, frozenset(self.areas), self.gender, self.human_rights, self.risk, self.main)

    @property
    def text(self) -> str:
        """Title and description, one under the other."""
        return f"{self.title}\n{self.description}".strip()


def to_project(labelled: LabelledProject, line: int = 0) -> Project:
    """Return the project as a reader would give it, without any label."""
    channel = labelled.channel
    return Project(
        id=labelled.id,
        source=Source(line, labelled.brief),
        title=labelled.title,
        description=labelled.description,
        purpose_codes=labelled.purpose_codes,
        recipients=tuple(Recipient(code=code) for code in labelled.recipient.split(", ") if code),
        aid_types=(labelled.aid_type,) if labelled.aid_type else (),
        flow_type=labelled.flow_type,
        finance_type=labelled.finance_type,
        channel_code=channel if channel.isdigit() else "",
        channel_name="" if channel.isdigit() else channel,
        donor=labelled.publisher,
        year=labelled.year,
    )
