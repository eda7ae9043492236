"""One amount for each project, never added across currencies without rates."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from report_samples import make_project

from classifier.errors import ReferenceDataError
from classifier.project import Amount
from service.reporting.money import Part, ProjectMoney, choose_money, read_rates, show_amount


def amount(kind: Literal["commitment", "disbursement", "budget"], value: float | None, currency: str = "EUR") -> Amount:
    return Amount(kind, str(value), value, currency, 2024)


def test_the_commitment_comes_before_disbursement_and_budget() -> None:
    amounts = (amount("budget", 3.0), amount("disbursement", 2.0), amount("commitment", 1.0))
    money = choose_money(make_project(amounts=amounts))
    assert (money.kind, money.totals()) == ("commitment", {"EUR": 1.0})


def test_a_zero_gives_way_to_the_next_kind() -> None:
    money = choose_money(make_project(amounts=(amount("commitment", 0.0), amount("disbursement", 2.0))))
    assert money.kind == "disbursement"


def test_only_zeros_stay_zero() -> None:
    money = choose_money(make_project(amounts=(amount("commitment", 0.0),)))
    assert (money.kind, money.totals()) == ("commitment", {"EUR": 0.0})


def test_an_unreadable_amount_is_remarked_and_no_zero() -> None:
    money = choose_money(make_project(amounts=(amount("commitment", None), amount("budget", 5.0))))
    assert (money.kind, money.unreadable) == ("budget", 1)
    alone = choose_money(make_project(amounts=(amount("commitment", None),)))
    assert alone == ProjectMoney(unreadable=1)


def test_currencies_stay_apart() -> None:
    money = choose_money(
        make_project(amounts=(amount("budget", 1.0, "USD"), amount("budget", 2.0), amount("budget", 3.0)))
    )
    assert money.totals() == {"USD": 1.0, "EUR": 5.0}


def test_rates_convert_by_year_and_leave_what_has_none(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("currency,rate_to_EUR,year\nUSD,0.9,\nUSD,0.8,2024\nGBP,1.2,2023\n", encoding="utf-8")
    rates = read_rates(path)
    parts = (Part("USD", 2024, 10.0), Part("USD", 2020, 10.0), Part("GBP", 2024, 5.0), Part("EUR", 2024, 1.0))
    converted = rates.convert(ProjectMoney("budget", parts))
    assert converted.totals() == {"EUR": 18.0, "GBP": 5.0}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("currency,rate\nUSD,1\n", "rate_to_EUR"),
        ("currency,rate_to_EUR\nUSD,none\n", "line 2"),
        ("currency,rate_to_EUR\nUSD,1\nGBP,-1\n", "line 3"),
        ("currency,rate_to_EUR\nUSD,nan\n", "line 2"),
        ("currency,rate_to_EUR\nDollar,1\n", "line 2"),
        ("", "rate_to_EUR"),
    ],
)
def test_a_wrong_file_of_rates_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=says) as caught:
        read_rates(path)
    assert caught.value.code == "rates-invalid"


def test_a_missing_file_of_rates_is_an_expected_error(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError):
        read_rates(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("currency", "value", "shown"),
    [
        ("EUR", 830_000, "EUR 830,000"),
        ("USD", 12_340_000, "USD 12.3 m"),
        ("EUR", -1_500_000_000, "EUR -1.50 bn"),
        ("", 7, "7 (no currency)"),
    ],
)
def test_amounts_are_shown_for_people(currency: str, value: float, shown: str) -> None:
    assert show_amount(currency, value) == shown
