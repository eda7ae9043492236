"""Invented judgements, and settled projects that carry them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from classifier.tagging import Evidence, Risk
from service.desk.judgement import Answer, Judgement, write_answers
from service.desk.labels import AREAS, CITABLE, MAIN_AREA, NO, NONE, RISK, RULES, UNKNOWN, YES, labels_of
from service.desk.settled import Opinion, Settled
from service.desk.states import Seat

GROUPS = ("gender", "human_rights", "areas", "main_area", "risk", "rules")
LABELS = labels_of(GROUPS)
#: Texts in three fields, with letters beyond ASCII and beyond the first plane.
PROJECT = {
    "id": "P-1",
    "title": "Aide juridique – été",
    "short_description": "Des avocats 🧭 défendent les réfugiés.",
    "objectives": "Rechtshulp voor vluchtelingen\nin de hele provincie.",
}


@st.composite
def judgements(draw: Callable[[Any], Any]) -> Judgement:
    """Draw a judgement that answers everything."""
    values = {area: draw(st.sampled_from((YES, NO, UNKNOWN))) for area in AREAS}
    given = [area for area in AREAS if values[area] == YES]
    values[MAIN_AREA] = draw(st.sampled_from([*(given or [NONE]), UNKNOWN]))
    values |= {marker: draw(st.sampled_from(("0", "1", "2", UNKNOWN))) for marker in ("gender", "human_rights")}
    values[RISK] = draw(st.sampled_from([*map(str, Risk), UNKNOWN]))
    rules = draw(st.sets(st.sampled_from(("BOR-10", "RET-02", "REF-01"))))
    values[RULES] = " ".join(sorted(rules)) or draw(st.sampled_from((NONE, UNKNOWN)))
    answers = {label: Answer(values[label], draw(_evidence()) if label in CITABLE else ()) for label in LABELS}
    return Judgement(answers, draw(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)).strip())


@st.composite
def _evidence(draw: Callable[[Any], Any]) -> tuple[Evidence, ...]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        field = draw(st.sampled_from(("title", "short_description", "objectives")))
        text = PROJECT[field]
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            found.append(Evidence(field, start, end, text[start:end]))
    return tuple(dict.fromkeys(found))


def settled(judgement: Judgement, project_id: str = "P-1") -> Settled:
    """Return a project that one person settled like this."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    opinion = Opinion(Seat.ANNOTATOR, "user", 7, moment, write_answers(judgement.answers), judgement.note)
    project = {**PROJECT, "id": project_id}
    return Settled(1, project_id, 1, "fr", ("UG",), False, "annotator", moment, "tiny", project, opinion, [opinion])
