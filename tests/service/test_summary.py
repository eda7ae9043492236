"""The closing summary of a run."""

from __future__ import annotations

import json

import pytest
from tagged_projects import make_project, make_tagging

from classifier.errors import PortfolioError, RowError
from service.summary import RunSummary

ROW = RowError(7, "", "too-few-fields", "2 cells instead of 3.")


def make_summary(projects: int = 2) -> RunSummary:
    summary = RunSummary("portfolio.csv", "csv")
    for number in range(projects):
        summary.count(make_tagging(make_project(f"P-{number}"), language="fr" if number else "en"))
    return summary


def test_each_label_of_each_project_is_counted() -> None:
    summary = make_summary()
    assert summary.projects == 2
    assert summary.areas == {"3.2": 2, "4.6": 2}
    assert summary.gender == {"1": 2}
    assert summary.oda_risk == {"high": 2}
    assert summary.reasons == {"near_threshold": 2, "rules": 2}


def test_a_project_without_area_or_score_is_counted_as_such() -> None:
    summary = RunSummary("portfolio.csv")
    summary.count(make_tagging(make_project(), areas=(), gender=None))
    assert summary.without_area == 1
    assert summary.gender == {"none": 1}


def test_only_the_first_rejected_rows_are_kept() -> None:
    summary = RunSummary("portfolio.csv")
    for _ in range(9):
        summary.reject(ROW)
    assert summary.rejected_rows == summary.rejections["too-few-fields"] == 9
    assert len(summary.first_rejections) == 5


@pytest.mark.parametrize(("rejected", "faulty", "status"), [(0, False, 0), (1, False, 3), (1, True, 1), (0, True, 1)])
def test_exit_status(rejected: int, faulty: bool, status: int) -> None:
    summary = make_summary()
    summary.fault = PortfolioError("cut", code="cut") if faulty else None
    for _ in range(rejected):
        summary.reject(ROW)
    assert summary.exit_status == status


def test_the_summary_is_json_with_the_largest_first() -> None:
    summary = make_summary(3)
    summary.reject(ROW)
    summary.fault = PortfolioError("It ends early.", code="cut")
    data = json.loads(json.dumps(summary.to_json()))
    assert list(data["languages"].items()) == [("fr", 2), ("en", 1)]
    assert data["fault"]["code"] == "cut"
    assert data["first_rejections"][0]["line"] == 7


def test_facts_do_not_depend_on_the_clock() -> None:
    one, other = make_summary(), make_summary()
    other.seconds = 5.0
    assert one.facts() == other.facts()
