from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.portfolio.headers import header_names, normalise, recognise

CRS = [
    *("Year", "DonorCode", "DonorName", "AgencyName", "CrsID", "ProjectNumber", "RecipientCode", "RecipientName"),
    *("FlowCode", "Bi_Multi", "Finance_t", "Aid_t", "USD_Commitment", "USD_Disbursement", "USD_Commitment_Defl"),
    *("CurrencyCode", "Commitment_National", "ShortDescription", "ProjectTitle", "PurposeCode", "SectorCode"),
    *("ChannelCode", "ChannelName", "LongDescription", "Gender", "{governance}"),
]


def found(columns: list[str]) -> dict[str, str]:
    return {name: columns[positions[0]] for name, positions in recognise(columns).fields.items()}


@pytest.mark.parametrize("governance", ["PDGG", "DIG", "GOVERNANCE", "Pdgg"])
def test_crs_microdata(governance: str) -> None:
    columns = [name.format(governance=governance) for name in CRS]
    fields = found(columns)
    assert fields["id"] == "CrsID"
    assert fields["title"] == "ProjectTitle"
    assert fields["short_description"] == "ShortDescription"
    assert fields["description"] == "LongDescription"
    assert fields["purpose_codes"] == "PurposeCode"
    assert fields["declared_governance"] == governance
    assert fields["donor"] == "DonorName"
    header = recognise(columns)
    assert header.crs_amounts == {"commitment": (12, 16), "disbursement": (13, -1)}


@pytest.mark.parametrize("spelling", [str.upper, str.lower, lambda name: name.replace("_", " ")])
def test_spelling_does_not_matter(spelling: object) -> None:
    assert callable(spelling)
    columns = [spelling(name.format(governance="dig")) for name in CRS]
    assert set(found(columns)) == set(found([name.format(governance="dig") for name in CRS]))


def test_api_names() -> None:
    columns = ["TIME_PERIOD", "RECIPIENT", "SECTOR", "OECD_ID", "PROJECT_TITLE", "GENDER_EQUALITY"]
    fields = found(columns)
    assert fields["year"] == "TIME_PERIOD"
    assert fields["id"] == "OECD_ID"
    assert fields["sector_codes"] == "SECTOR"
    assert fields["declared_gender"] == "GENDER_EQUALITY"


def test_pooled_fund_names() -> None:
    fields = found(["PFId", "AllYr", "PrjCode", "OrgNm", "PrjTitle", "PrgBdg"])
    assert fields == {
        "year": "AllYr", "id": "PrjCode", "implementers": "OrgNm", "title": "PrjTitle", "budget": "PrgBdg"
    }  # fmt: skip
    assert recognise(["PrjTitle", "PrgBdg"]).currencies == {"budget": "USD"}


@pytest.mark.parametrize(
    ("columns", "title", "description", "country"),
    [
        (["N° projet", "Intitulé du projet", "Description détaillée", "Pays"], 1, 2, 3),
        (["Projectnummer", "Titel van het project", "Omschrijving", "Land"], 1, 2, 3),
        (["Titre / Titel", "Résumé", "Pays / Land"], 0, 1, 2),
        (["TITRE", "RESUME", "PAYS BENEFICIAIRE"], 0, 1, 2),
    ],
)
def test_three_languages(columns: list[str], title: int, description: int, country: int) -> None:
    fields = found(columns)
    assert fields["title"] == columns[title]
    assert fields["description"] == columns[description]
    assert fields["recipient_names"] == columns[country]


def test_columns_in_one_language_each_are_translations() -> None:
    header = recognise(["id", "title_en", "Title (FR)", "description.nl"])
    assert header.translations == {"title": (("en", 1), ("fr", 2)), "description": (("nl", 3),)}
    assert header.has_text


def test_second_description_is_kept() -> None:
    fields = found(["title", "description", "summary"])
    assert (fields["description"], fields["short_description"]) == ("description", "summary")


def test_currency_in_the_name() -> None:
    header = recognise(["title", "Budget (€)", "Commitment GBP"])
    assert header.currencies == {"budget": "EUR", "commitment": "GBP"}


def test_deflated_amounts_are_not_commitments() -> None:
    header = recognise(["title", "usd_commitment_deflated"])
    assert "commitment" not in header.fields
    assert not header.crs_amounts


def test_aliases_are_normal_letters() -> None:
    assert all(alias and alias == normalise(alias) for alias in header_names().ranks)


@given(st.lists(st.text(max_size=12), max_size=12))
def test_names_become_unique_and_keep_their_number(columns: list[str]) -> None:
    names = recognise(columns).columns
    assert len(names) == len(set(names)) == len(columns)
    assert all(name.strip() for name in names)
