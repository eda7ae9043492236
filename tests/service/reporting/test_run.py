"""A report from file to file, by the rules alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from report_samples import DAY, FORCED, HARMLESS, HOSTILE

from classifier.errors import ReferenceDataError, UsageError
from service.reporting.eligibility_workbook import ANSWERS
from service.reporting.run import ReportOrder, report_portfolio

HEADER = "id,title,description,commitment,currency,recipient,year\n"


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    path = tmp_path / "portfolio.csv"
    rows = (
        f'P-1,Return flights,"{FORCED}",1000,EUR,Uganda,2024\n'
        f'P-2,Schools,"{HARMLESS}",50,EUR,Kenya,2024\n'
        f'=1+1,"{HOSTILE}","{HOSTILE}",much,EUR,Kenya,2024\n'
    )
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def order(portfolio: Path, name: str = "", **more: object) -> ReportOrder:
    target = str(portfolio.with_name(name)) if name else ""
    return ReportOrder(source=str(portfolio), kind="eligibility", day=DAY, model_dir=None, target=target, **more)  # type: ignore[arg-type]


def test_without_a_name_the_page_stands_beside_the_portfolio(portfolio: Path) -> None:
    summary = report_portfolio(order(portfolio))
    assert summary.output == str(portfolio.with_name("portfolio.eligibility.html"))
    assert "<title>ODA eligibility: portfolio.csv</title>" in Path(summary.output).read_text("utf-8")
    assert summary.exit_status == 0


def test_json_holds_every_project_and_the_report(portfolio: Path) -> None:
    report_portfolio(order(portfolio, "a.json"))
    data = json.loads(portfolio.with_name("a.json").read_text("utf-8"))
    assert [one["id"] for one in data["taggings"]] == ["P-1", "P-2", "=1+1"]
    assert data["by_risk"]["projects"]["low"] == 1
    assert data["money_remarks"]["unreadable"] == 1


def test_the_workbook_is_a_form_without_formulas(portfolio: Path) -> None:
    report_portfolio(order(portfolio, "a.xlsx"))
    book = load_workbook(portfolio.with_name("a.xlsx"))
    assert book.properties.created.date() == DAY
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    form = book["To settle"]
    header = [cell.value for cell in form[1]]
    assert {"answer", "name", "date"} <= set(header)
    lists = [one for one in form.data_validations.dataValidation if one.type == "list"]
    assert [one.formula1 for one in lists] == [f'"{",".join(ANSWERS)}"']
    assert form.cell(2, header.index("id") + 1).value == "P-1"
    assert "«" in str(form.cell(2, header.index("words in their sentence") + 1).value)
    assert [row[0].value for row in book["All projects"].iter_rows(min_row=2)] == ["P-1", "P-2", "=1+1"]


def test_two_runs_give_the_same_bytes(portfolio: Path) -> None:
    for suffix in ("html", "json"):
        for name in ("a", "b"):
            report_portfolio(order(portfolio, f"{name}.{suffix}"))
        first, second = (portfolio.with_name(f"{name}.{suffix}").read_bytes() for name in ("a", "b"))
        assert first == second


def test_rejected_rows_are_put_aside_and_said(portfolio: Path) -> None:
    with portfolio.open("a", encoding="utf-8") as file:
        file.write("P-9\n")
    summary = report_portfolio(order(portfolio, "a.html"))
    assert summary.exit_status == 3
    assert portfolio.with_name("a.html.rejected.csv").exists()
    assert "not in this report: 1" in portfolio.with_name("a.html").read_text("utf-8")


def test_rates_make_one_sum(portfolio: Path) -> None:
    rates = portfolio.with_name("rates.csv")
    rates.write_text("currency,rate_to_USD\nEUR,1.1\n", encoding="utf-8")
    report_portfolio(order(portfolio, "a.json", rates=rates))
    data = json.loads(portfolio.with_name("a.json").read_text("utf-8"))
    assert data["converted_to"] == "USD"
    assert list(data["by_risk"]["money"]) == ["USD"]


def test_wrong_calls_leave_nothing_behind(portfolio: Path) -> None:
    before = set(portfolio.parent.iterdir())
    with pytest.raises(UsageError, match="html, xlsx, json"):
        report_portfolio(order(portfolio, "a.pdf"))
    with pytest.raises(ReferenceDataError):
        report_portfolio(order(portfolio, "a.html", rates=portfolio))
    with pytest.raises(UsageError, match="-o FILE"):
        report_portfolio(ReportOrder(source="-", kind="eligibility", day=DAY, model_dir=None))
    assert set(portfolio.parent.iterdir()) == before


def test_an_existing_report_is_kept_without_force(portfolio: Path) -> None:
    report_portfolio(order(portfolio, "a.html"))
    with pytest.raises(UsageError, match="--force"):
        report_portfolio(order(portfolio, "a.html"))
    report_portfolio(order(portfolio, "a.html", force=True))


def test_a_report_that_fails_at_the_end_leaves_nothing(portfolio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.reporting.eligibility_workbook.EligibilityWorkbook.end", fail)
    before = set(portfolio.parent.iterdir())
    with pytest.raises(Exception, match="no room left"):
        report_portfolio(order(portfolio, "a.xlsx"))
    assert set(portfolio.parent.iterdir()) == before
