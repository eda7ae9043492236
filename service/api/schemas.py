"""The shapes of what comes in and goes out, as the OpenAPI document shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from service.jobs.states import State

_TEXT = "May be missing, null or empty."


class ProjectDocument(BaseModel):
    """One project, under the names of the batch command; any of its aliases and further members may stand beside."""

    model_config = ConfigDict(strict=True, extra="allow")

    id: str | int | None = Field(None, description="Identifier; one is derived from the content when there is none.")
    title: str | None = Field(None, description=_TEXT)
    short_description: str | None = Field(None, description=_TEXT)
    description: str | None = Field(None, description=_TEXT)
    objectives: str | None = Field(None, description=_TEXT)
    target_groups: str | None = Field(None, description=_TEXT)
    other_text: str | None = Field(None, description=_TEXT)
    conditions: str | None = Field(None, description=_TEXT)


class TagRequestBase(BaseModel):
    """Projects to tag."""

    model_config = ConfigDict(strict=True, extra="forbid")


def make_request_model(most_projects: int) -> type[TagRequestBase]:
    """Return the shape of a call with at most so many projects."""
    projects: Any = Field(description="The projects.", min_length=1, max_length=most_projects)
    return create_model("TagRequest", __base__=TagRequestBase, projects=(list[ProjectDocument], projects))


class EvidenceDocument(BaseModel):
    """Words of the project: its `field` from `start` to `end` is `quote`."""

    field: str
    start: int
    end: int
    quote: str


Verdict = Literal["accepted", "to review", "abstained"]
Risk = Literal["low", "review", "high", "insufficient"]


class AreaDocument(BaseModel):
    """One result area."""

    code: str = Field(examples=["3.2"])
    selected: bool
    probability: float
    threshold: float
    decision: Verdict
    evidence: list[EvidenceDocument]


class MarkerDocument(BaseModel):
    """A marker: its score, null when the text cannot tell."""

    score: Literal[0, 1, 2] | None
    probability_at_least_1: float
    probability_at_least_2: float
    thresholds: list[float]
    decision: Verdict
    reasons: list[str]
    evidence: list[EvidenceDocument]


class FindingDocument(BaseModel):
    """A rule that fired."""

    rule: str = Field(examples=["RET-02"])
    verdict: Literal["eligible", "conditional", "ineligible"]
    polarity: Literal["affirmed", "negated", "context", "unclear"]
    section: str
    given: str
    counts: bool
    evidence: list[EvidenceDocument]


class OdaDocument(BaseModel):
    """The ODA risk and everything behind it."""

    risk: Risk
    decided_by: str
    rules_risk: Risk
    model_risk: Risk | None
    probabilities: dict[str, float]
    findings: list[FindingDocument]
    questions: list[str]
    remarks: list[str]
    decision: Verdict
    reasons: list[str]


class TaggingDocument(BaseModel):
    """Everything about one project, as the batch command writes it."""

    id: str
    language: Literal["en", "fr", "nl", "other", ""] = Field(description="Empty where there is no text.")
    result_areas: list[AreaDocument]
    main_area: str | None
    gender: MarkerDocument
    human_rights: MarkerDocument
    oda: OdaDocument
    decision: Verdict
    reasons: list[str]
    model_version: str
    rules_version: str


class RejectedDocument(BaseModel):
    """A project that could not be read; `line` is its place in the call, from 1."""

    line: int
    field: str
    code: str
    message: str


class TagAnswer(BaseModel):
    """The taggings in the order of the call."""

    model_version: str
    rules_version: str
    taggings: list[TaggingDocument]
    rejected: list[RejectedDocument]


class RuleText(BaseModel):
    """What a rule that fired says."""

    activity: str
    reason: str
    question: str


class AssessmentDocument(BaseModel):
    """The ODA risk of one project, with what the rules that fired say."""

    id: str
    language: str
    oda: OdaDocument
    rules: dict[str, RuleText]


class OdaAnswer(BaseModel):
    """The assessments in the order of the call."""

    model_version: str
    rules_version: str
    assessments: list[AssessmentDocument]
    rejected: list[RejectedDocument]


class ResultDocument(BaseModel):
    """The tagged portfolio, or the report on it."""

    name: str
    bytes: int
    sha256: str
    href: str


class JobDocument(BaseModel):
    """A portfolio that is tagged in the background."""

    id: str
    state: State
    file_name: str
    input_bytes: int
    report: Literal["", "oda", "portfolio"] = Field(description="The report that it makes; empty tags the portfolio.")
    output_format: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    expires: datetime | None
    progress: float | None = Field(description="From 0 to 1; null where it cannot be told.")
    projects: int = Field(description="Tagged projects, known at the end.")
    rejected_rows: int
    model_version: str
    rules_version: str
    summary: dict[str, Any] | None = Field(description="The closing summary of the batch command.")
    problem: dict[str, str] | None = Field(description="Why the job failed: code, title, detail, remedy.")
    result: ResultDocument | None


class JobList(BaseModel):
    """The newest jobs of the caller, newest first."""

    jobs: list[JobDocument]


class Health(BaseModel):
    """A sign of life."""

    status: Literal["ok"]


class Readiness(BaseModel):
    """Everything that a request needs is there."""

    status: Literal["ready"]
    model_version: str
    rules_version: str
