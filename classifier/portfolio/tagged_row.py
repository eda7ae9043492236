"""A tagged project as one flat row: the input's cells, our cells, and one entry for each piece of evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from classifier.portfolio.serialise import DIGITS
from classifier.project import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from classifier.project import Cell, Project, Recipient
    from classifier.tagging import Evidence, MarkerTag, Tagging

#: Our columns in order. All start with ``portolan_``, so that they never meet a column of the input.
TAGGING_COLUMNS = (
    "portolan_result_areas",
    "portolan_result_area_probabilities",
    "portolan_main_area",
    "portolan_gender",
    "portolan_gender_probability",
    "portolan_human_rights",
    "portolan_human_rights_probability",
    "portolan_oda_risk",
    "portolan_oda_rules",
    "portolan_decision",
    "portolan_reasons",
    "portolan_evidence",
    "portolan_language",
    "portolan_model_version",
    "portolan_rules_version",
)
_OURS = frozenset(TAGGING_COLUMNS)

#: Columns for a project whose source is no table (IATI).
PROJECT_COLUMNS = (
    "id",
    *TEXT_FIELDS,
    "declared_language",
    "purpose_codes",
    "recipients",
    "aid_types",
    "flow_type",
    "finance_type",
    "channel_code",
    "channel_name",
    "donor",
    "implementers",
    "year",
    "amounts",
    "declared_gender",
    "declared_governance",
    "declared_human_rights",
    "declared_areas",
)

SEPARATOR = "; "


class EvidenceEntry(NamedTuple):
    """One piece of evidence with the label that it stands for; a label without evidence has one empty entry.

    `name` is what the label is called, as far as it is known here: the verdict of a rule.
    """

    kind: str
    label: str
    name: str
    probability: float | None
    threshold: float | None
    decision: str
    field: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class TaggedRow:
    """One project, ready for any table.

    Parameters
    ----------
    id, title
        The project's, for tables that hold evidence apart.
    language
        The language that was found, to name labels in.
    cells
        The input's own columns.
    tags
        Our columns, in the order of `TAGGING_COLUMNS`.
    evidence
        Every selected label and counting finding, with its words.
    """

    id: str
    title: str
    language: str
    cells: Mapping[str, Cell]
    tags: tuple[Cell, ...]
    evidence: tuple[EvidenceEntry, ...]


def keep_input_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns without those that an earlier run added: ours replace them."""
    return tuple(column for column in columns if column not in _OURS)


def make_row(project: Project, tagging: Tagging) -> TaggedRow:
    """Return the row of a project."""
    entries = tuple(_entries(tagging))
    cells = project.columns if project.columns else project_cells(project)
    return TaggedRow(project.id, project.title, tagging.language, cells, _tags(tagging, entries), entries)


def project_cells(project: Project) -> dict[str, Cell]:
    """Return a project as cells, for sources that have no columns."""
    cells: dict[str, Cell] = {}
    for column in PROJECT_COLUMNS:
        value = getattr(project, column)
        cells[column] = SEPARATOR.join(map(str, value)) if isinstance(value, tuple) else value
    cells["recipients"] = SEPARATOR.join(map(_recipient, project.recipients))
    cells["amounts"] = SEPARATOR.join(
        " ".join(filter(None, (one.kind, str(one.year or ""), one.currency, one.text))) for one in project.amounts
    )
    return cells


def _recipient(recipient: Recipient) -> str:
    share = "" if recipient.percentage is None else f"{recipient.percentage:g}%"
    return " ".join(filter(None, (recipient.code, recipient.name, share)))


def _tags(tagging: Tagging, entries: Iterable[EvidenceEntry]) -> tuple[Cell, ...]:
    selected = [area for area in tagging.areas if area.selected]
    rules = dict.fromkeys(finding.rule for finding in tagging.oda.findings if finding.counts)
    quotes = (f"{entry.label}: “{entry.quote}”" for entry in entries if entry.quote)
    return (
        SEPARATOR.join(area.code for area in selected),
        SEPARATOR.join(f"{area.code} {area.probability:.{DIGITS}f}" for area in selected),
        tagging.main_area,
        tagging.gender.score,
        _score_probability(tagging.gender),
        tagging.human_rights.score,
        _score_probability(tagging.human_rights),
        tagging.oda.risk.value,
        SEPARATOR.join(rules),
        tagging.decision.value,
        SEPARATOR.join(tagging.reasons),
        SEPARATOR.join(dict.fromkeys(quotes)),
        tagging.language,
        tagging.model_version,
        tagging.rules_version,
    )


def _score_probability(marker: MarkerTag) -> float | None:
    """Return the probability of the score that was given."""
    if marker.score is None:
        return None
    levels = (1 - marker.at_least_1, marker.at_least_1 - marker.at_least_2, marker.at_least_2)
    return round(levels[marker.score], DIGITS)


def _entries(tagging: Tagging) -> Iterator[EvidenceEntry]:
    for area in tagging.areas:
        if area.selected:
            chance, bar = round(area.probability, DIGITS), round(area.threshold, DIGITS)
            entry = EvidenceEntry("result area", area.code, "", chance, bar, area.decision.value)
            yield from _cite(entry, area.evidence)
    for name, marker in (("gender", tagging.gender), ("human_rights", tagging.human_rights)):
        if marker.score:
            bar = round(marker.thresholds[marker.score - 1], DIGITS)
            label, likely = f"{name} {marker.score}", _score_probability(marker)
            entry = EvidenceEntry("marker", label, "", likely, bar, marker.decision.value)
            yield from _cite(entry, marker.evidence)
    for finding in tagging.oda.findings:
        if finding.counts:
            verdict, decision = finding.verdict.value, tagging.oda.decision.value
            entry = EvidenceEntry("oda rule", finding.rule, verdict, None, None, decision)
            if finding.given and not finding.evidence:
                yield entry._replace(field="given", quote=finding.given)
            else:
                yield from _cite(entry, finding.evidence)


def _cite(entry: EvidenceEntry, evidence: tuple[Evidence, ...]) -> Iterator[EvidenceEntry]:
    for one in evidence:
        yield entry._replace(field=one.field, start=one.start, end=one.end, quote=one.quote)
    if not evidence:
        yield entry
