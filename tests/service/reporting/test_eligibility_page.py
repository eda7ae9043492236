"""The eligibility page: self-contained, readable, and safe whatever the texts hold."""

from __future__ import annotations

from dataclasses import replace

from report_samples import FORCED_FR, HARMLESS, HOSTILE, gather, make_about, make_project, query

from classifier.project import Project
from classifier.tagging import Risk
from service.reporting.eligibility_page import render_eligibility
from service.reporting.sections import LISTED
from service.reporting.settling import ModelView


def render(*projects: Project) -> str:
    return "".join(render_eligibility(gather(*projects), make_about(len(projects))))


def test_the_page_is_self_contained_and_needs_no_script() -> None:
    page = render(make_project(), make_project("B", HARMLESS))
    assert query(page, "//script | //link | //img | //iframe | //@src | //@onclick") == []
    assert all(href.startswith("#") for href in query(page, "//@href"))
    assert query(page, "//style")
    assert query(page, "//svg[not(@aria-label)]") == []


def test_the_links_at_the_top_lead_somewhere() -> None:
    page = render(make_project())
    assert {href[1:] for href in query(page, "//nav//@href")} <= set(query(page, "//@id"))


def test_markup_scripts_and_formulas_are_shown_as_text() -> None:
    page = render(make_project(HOSTILE, HOSTILE, title=HOSTILE, agency=HOSTILE, donor="<i>"))
    assert "<script" not in page
    assert "<b>charter" not in page
    assert any(HOSTILE in article for article in query(page, "//article"))


def test_the_words_are_marked_in_their_sentence() -> None:
    page = render(make_project())
    quotes = query(page, "//article//blockquote")
    sentence = "The project pays charter flights for removals of migrants."
    assert any(quote.startswith(sentence) for quote in quotes)
    assert any("charter flights" in mark for mark in query(page, "//article//blockquote//mark"))
    assert not any("school" in quote for quote in quotes)


def test_an_entry_says_rule_reason_source_and_question() -> None:
    (text,) = query(render(make_project()), "//article")
    assert "RET-02 ineligible" in text
    assert "15190 leaves out assistance to forced returns" in text
    assert "confirmed in its source (S1)" in text
    assert "Is any person returned against their will with this money?" in text
    assert "EUR 1,000 (commitment)" in text
    assert "declared as ODA" in text


def test_the_question_is_in_the_language_of_the_project() -> None:
    page = render(make_project(text=FORCED_FR, title="Retour forcé de migrants"))
    questions = query(page, "//p[@class='question' and @lang='fr']")
    assert any("Une personne est-elle renvoyée" in question for question in questions)


def test_the_model_is_heard_where_it_disagrees() -> None:
    report = gather(make_project())
    report.at_risk = [replace(one, model=ModelView(Risk.LOW, 0.91, disagrees=True)) for one in report.at_risk]
    page = "".join(render_eligibility(report, make_about(1, "m-1")))
    assert "it says low (91%), the rules say high" in page
    assert "model m-1" in page


def test_what_cannot_be_judged_comes_with_the_question_to_ask() -> None:
    page = render(make_project(title="Core support", text="Contribution 2024"))
    assert "To ask of each: What is done, for whom and where?" in page


def test_versions_and_date_stand_on_the_page() -> None:
    about = make_about()
    page = render(make_project())
    assert about.rules_version in page
    assert "2026-10-01" in page


def test_a_long_list_is_cut_and_says_so() -> None:
    page = render(*(make_project(f"P-{number}") for number in range(LISTED + 3)))
    assert page.count("<article") == LISTED
    assert "3 further projects to settle stand in the Excel and JSON forms" in page


def test_an_empty_portfolio_gives_a_page() -> None:
    assert "Nothing to settle." in render()
