"""What the eligibility report counts and lists."""

from __future__ import annotations

import json

from report_samples import FORCED_FR, HARMLESS, book, gather, make_about, make_project

from classifier.project import Amount, Recipient
from service.reporting.money import Rates
from service.reporting.settling import DECLARED, DECLARED_OTHER, NOT_DECLARED


def test_money_and_projects_by_risk() -> None:
    report = gather(make_project("A"), make_project("B", HARMLESS, 500.0), make_project("C", HARMLESS, None))
    assert dict(report.total.projects) == {"high": 1, "low": 2}
    assert report.total.amounts() == {"EUR": 1500.0}
    assert report.total.amounts(("high",)) == {"EUR": 1000.0}


def test_each_group_country_year_and_agency_counts() -> None:
    recipients = (Recipient("UGA", percentage=40.0), Recipient("KEN", percentage=60.0))
    report = gather(make_project(recipients=recipients))
    assert report.groups.tallies["RET"].projects["high"] == 1
    assert report.countries.tallies["Kenya"].amounts() == {"EUR": 600.0}
    assert report.years.tallies["2024"].amounts() == {"EUR": 1000.0}
    assert list(report.agencies.tallies) == ["Belgium: DGD"]


def test_currencies_are_never_added_without_rates() -> None:
    dollars = make_project("B", amounts=(Amount("budget", "10", 10.0, "USD", 2024),))
    assert gather(make_project("A"), dollars).total.amounts() == {"EUR": 1000.0, "USD": 10.0}
    rates = Rates("EUR", {("EUR", None): 1.0, ("USD", None): 0.5})
    assert gather(make_project("A"), dollars, rates=rates).total.amounts() == {"EUR": 1005.0}


def test_the_list_has_most_money_first_and_no_low_project() -> None:
    report = gather(make_project("A", money=10.0), make_project("B", HARMLESS), make_project("C", money=90.0))
    assert [one.subject.id for one in report.at_risk] == ["C", "A"]


def test_projects_without_an_amount_come_last() -> None:
    report = gather(make_project("A", money=None), make_project("B", money=1.0))
    assert [one.subject.id for one in report.at_risk] == ["B", "A"]


def test_an_entry_names_rule_words_and_question_in_its_language() -> None:
    (entry,) = gather(make_project(text=FORCED_FR, title="Retour forcé de migrants")).at_risk
    (cited,) = [one for one in entry.findings if one.rule == "RET-02"]
    assert any("retours forcés" in quote for excerpt in cited.excerpts for quote in excerpt.quotes())
    said = entry.to_json(book())["findings"]
    assert "renvoyée contre son gré" in json.dumps(said, ensure_ascii=False)


def test_declared_as_oda_but_at_risk() -> None:
    projects = [make_project(str(number), flow_type=flow) for number, flow in enumerate(("11", "ODA Loans", "30", ""))]
    declared = gather(*projects).declared.tallies
    counts = {name: tally.projects["high"] for name, tally in declared.items()}
    assert counts == {DECLARED: 2, DECLARED_OTHER: 1, NOT_DECLARED: 1}


def test_a_text_that_shows_nothing_is_listed_apart() -> None:
    report = gather(make_project(title="Core support", text="Contribution 2024"))
    assert [one.subject.id for one in report.unjudged] == ["P-1"]
    assert report.at_risk == []


def test_the_report_is_plain_data() -> None:
    report = gather(make_project())
    data = json.loads(json.dumps(report.to_json(make_about())))
    assert data["by_risk"]["money"]["EUR"]["high"] == {"projects": 1, "amount": 1000.0}
    assert data["to_settle"][0]["findings"][0]["excerpts"][0]["words"]
    assert (data["date"], data["rules_version"]) == ("2026-10-01", book().version)


def test_unreadable_amounts_are_remarked() -> None:
    report = gather(make_project(amounts=(Amount("commitment", "much", None, "EUR"),)))
    assert report.money.unreadable == 1
    assert report.total.amounts() == {}


def test_money_of_all_recipients_is_the_money_of_the_portfolio() -> None:
    recipients = (Recipient("UGA", percentage=40.0), Recipient("KEN"), Recipient(name="Niger; Chad"))
    report = gather(make_project("A", recipients=recipients), make_project("B", HARMLESS, recipients=()))
    shared = sum(tally.amounts()["EUR"] for tally in report.countries.tallies.values())
    assert round(shared, 6) == report.total.amounts()["EUR"]
