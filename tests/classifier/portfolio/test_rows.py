from __future__ import annotations

from classifier.errors import RowError
from classifier.portfolio.headers import recognise
from classifier.portfolio.rows import ProjectBuilder
from classifier.project import Amount, Project, Recipient


def build(columns: list[str], *row: object) -> Project:
    project = ProjectBuilder(recognise(columns)).build(row, 2, {})
    assert isinstance(project, Project)
    return project


def test_texts_arrive_as_they_stood() -> None:
    project = build(["id", "title", "objectives", "specific objective"], " 7 ", "  A &amp; B \n", "x ", " y")
    assert (project.id, project.title, project.objectives) == ("7", "  A &amp; B \n", "x \n y")


def test_translations_become_parallel_texts() -> None:
    columns = ["title_en", "title_fr", "description_fr", "description_en"]
    project = build(columns, "Wells", "Puits", "Eau", "Water")
    assert (project.title, project.description, project.declared_language) == ("Wells", "Water", "en")
    assert project.parallel == (("fr", "title", "Puits"), ("fr", "description", "Eau"))


def test_a_missing_translation_falls_back() -> None:
    project = build(["title_en", "title_fr"], "", "Puits")
    assert (project.title, project.declared_language, project.parallel) == ("Puits", "fr", ())


def test_crs_dollars_are_millions() -> None:
    columns = ["title", "year", "USD_Commitment", "USD_Disbursement", "Commitment_National", "CurrencyCode"]
    project = build(columns, "a", 2020, 1.5, "", "1.4", 918)
    assert project.amounts == (Amount("commitment", "1.5", 1_500_000.0, "USD", 2020),)


def test_national_amounts_stand_in_for_dollars() -> None:
    columns = ["title", "USD_Commitment", "Commitment_National", "CurrencyCode"]
    assert build(columns, "a", "", "1.4", 918).amounts == (Amount("commitment", "1.4", 1_400_000.0, "EUR"),)


def test_dollars_that_cannot_be_millions() -> None:
    builder = ProjectBuilder(recognise(["title", "usd_commitment"]))
    assert builder.observe([("a", "250"), ("b", "30963600")])
    project = builder.build(("a", "250"), 2, {})
    assert isinstance(project, Project)
    assert project.amounts[0].value == 250.0


def test_unreadable_amount_keeps_its_text() -> None:
    assert build(["title", "budget"], "a", "to be agreed").amounts == (Amount("budget", "to be agreed", None),)


def test_iso_codes_go_before_numbers() -> None:
    columns = ["title", "recipient_code", "recipient_iso3_code", "recipient_name"]
    assert build(columns, "a", 248, "KEN", "Kenya").recipients == (Recipient("KEN", "Kenya"),)
    assert build(columns, "a", 298, "F_X", "Africa, regional").recipients == (Recipient("298", "Africa, regional"),)


def test_region_only_without_country() -> None:
    columns = ["title", "country", "region_name"]
    assert build(columns, "a", "", "South of Sahara").recipients == (Recipient("", "South of Sahara", "region"),)
    assert build(columns, "a", "Kenya", "South of Sahara").recipients == (Recipient("", "Kenya"),)


def test_sector_code_only_without_purpose_code() -> None:
    columns = ["title", "purpose_code", "sector_code"]
    assert build(columns, "a", 15190, 151).purpose_codes == ("15190",)
    assert build(columns, "a", None, 151).purpose_codes == ("151",)


def test_declared_labels() -> None:
    columns = ["title", "gender", "DIG", "human rights", "result areas"]
    project = build(columns, "a", 2, "", "1", "RA4.6; 3.2")
    assert (project.declared_gender, project.declared_governance, project.declared_human_rights) == (2, None, 1)
    assert project.declared_areas == ("4.6", "3.2")


def test_year_comes_from_a_date_when_there_is_none() -> None:
    assert build(["title", "year", "start date"], "a", "", "2019-05-01").year == 2019


def test_bad_date_beside_a_good_year_is_harmless() -> None:
    assert build(["title", "year", "start date"], "a", "2020", "soon").year == 2020


def test_bad_date_is_a_row_error() -> None:
    builder = ProjectBuilder(recognise(["title", "start date"]))
    error = builder.build(("a", "soon"), 9, {})
    assert isinstance(error, RowError)
    assert (error.line, error.field, error.code) == (9, "start date", "bad-date")
    assert "soon" not in error.message


def test_implementers_of_all_columns_once() -> None:
    columns = ["title", "partner_implementing", "partner_accountable"]
    assert build(columns, "a", "Works; Water", "Works").implementers == ("Works", "Water")
