"""What may be said of a project."""

from __future__ import annotations

import pytest
from desk_case import make_judgement
from tagged_projects import make_project, make_tagging

from classifier.errors import UsageError
from classifier.tagging import Evidence
from service.desk.faults import JudgementError
from service.desk.judgement import Answer, Judgement, Questions, check_judgement, read_answers, write_answers
from service.desk.labels import AREAS, GROUPS, USUAL_GROUPS, is_value, labels_of, suggested_values

PROJECT = make_project(title="Return of migrants to their villages")
WORDS = Evidence("title", 0, 6, "Return")


def check(judgement: Judgement, *, evidence_required: bool = False, groups: tuple[str, ...] = USUAL_GROUPS) -> None:
    check_judgement(judgement, Questions(groups, evidence_required), PROJECT)


def changed(base: Judgement, **answers: Answer) -> Judgement:
    return Judgement({**base.answers, **answers}, base.note)


def test_what_can_be_meant_is_accepted() -> None:
    check(make_judgement())
    check(make_judgement("4.6", "3.2", gender="unknown", risk="unknown"))
    check(changed(make_judgement("4.6"), main_area=Answer("unknown")))
    check(changed(make_judgement("4.6"), rules=Answer("BOR-10 RET-02")), groups=(*USUAL_GROUPS, "rules"))
    check(changed(make_judgement("4.6"), **{"4.6": Answer("yes", (WORDS,))}), evidence_required=True)


@pytest.mark.parametrize(
    ("answers", "code", "label"),
    [
        ({"colour": Answer("red")}, "label-unknown", "colour"),
        ({"rules": Answer("none")}, "label-unknown", "rules"),
        ({"gender": Answer("3")}, "value-invalid", "gender"),
        ({"gender": Answer("")}, "value-invalid", "gender"),
        ({"3.2": Answer("maybe")}, "value-invalid", "3.2"),
        ({"risk": Answer("none")}, "value-invalid", "risk"),
        ({"main_area": Answer("3.2")}, "main-area", "main_area"),
        ({"4.6": Answer("no")}, "main-area", "main_area"),
        ({"4.6": Answer("yes", (Evidence("title", 0, 6, "return"),))}, "evidence-invalid", "4.6"),
        ({"4.6": Answer("yes", (Evidence("title", 6, 6, ""),))}, "evidence-invalid", "4.6"),
        ({"4.6": Answer("yes", (Evidence("title", -6, -1, "illag"),))}, "evidence-invalid", "4.6"),
        ({"4.6": Answer("yes", (Evidence("title", 0, 99, PROJECT.title),))}, "evidence-invalid", "4.6"),
        ({"4.6": Answer("yes", (Evidence("title", 6, 7, " "),))}, "evidence-invalid", "4.6"),
        ({"4.6": Answer("yes", (Evidence("columns", 0, 6, "Return"),))}, "evidence-invalid", "4.6"),  # type: ignore[arg-type]
        ({"main_area": Answer("4.6", (WORDS,))}, "evidence-invalid", "main_area"),
    ],
)
def test_what_cannot_be_meant_is_named(answers: dict[str, Answer], code: str, label: str) -> None:
    with pytest.raises(JudgementError) as refused:
        check(changed(make_judgement("4.6"), **answers))
    assert (refused.value.code, refused.value.label) == (code, label)
    assert "Return" not in str(refused.value)


def test_an_answer_or_words_that_are_missing_are_named() -> None:
    answers = dict(make_judgement().answers)
    del answers["gender"]
    with pytest.raises(JudgementError) as refused:
        check(Judgement(answers))
    assert (refused.value.code, refused.value.label) == ("label-missing", "gender")
    for judgement, label in ((make_judgement("3.2"), "3.2"), (make_judgement(gender="1"), "gender")):
        with pytest.raises(JudgementError) as refused:
            check(judgement, evidence_required=True)
        assert (refused.value.code, refused.value.label) == ("evidence-missing", label)
    with pytest.raises(JudgementError) as refused:
        check(make_judgement(note="x" * 5_000))
    assert refused.value.code == "note-too-long"


def test_answers_come_back_as_they_were() -> None:
    answers = {"3.2": Answer("yes", (WORDS,)), "gender": Answer("0")}
    assert read_answers(write_answers(answers)) == answers


def test_labels_of_groups_stand_in_the_order_of_the_page() -> None:
    assert labels_of(("risk", "gender")) == ("gender", "risk")
    assert labels_of(tuple(GROUPS))[2:20] == AREAS
    for groups in ((), ("colour",), ("main_area",)):
        with pytest.raises(UsageError):
            labels_of(groups)


def test_rules_are_ids_in_order() -> None:
    assert is_value("rules", "BOR-10")
    for value in ("", "RET-02 BOR-10", "BOR-10 BOR-10", "BOR-10  RET-02", "XXX-01"):
        assert not is_value("rules", value)
    assert not is_value("colour", "unknown")


def test_a_tagging_speaks_the_words_of_the_desk() -> None:
    tagging = make_tagging(PROJECT, areas=("3.2",), gender=None)
    values = suggested_values(tagging)
    assert set(values) == set(labels_of(tuple(GROUPS)))
    assert (values["3.2"], values["4.6"], values["main_area"]) == ("yes", "no", "3.2")
    assert (values["gender"], values["human_rights"], values["risk"]) == ("unknown", "2", "high")
    assert values["rules"] == "AID-01 RET-02"
    assert all(is_value(label, value) for label, value in values.items() if label != "rules")
