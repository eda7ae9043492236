from __future__ import annotations

import pytest

from classifier.oda.recipients import list_year_remark, load_nationalities, read_recipients, resolve
from classifier.project import Project, Recipient, Source


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("RDC", "COD"),
        ("DRC", "COD"),
        ("Congo-Kinshasa", "COD"),
        ("Congo, Democratic Republic of", "COD"),
        ("Congo", "COG"),
        ("OPT", "PSE"),
        ("Bezette Palestijnse Gebieden", "PSE"),
        ("Cote d Ivoire", "CIV"),
        ("Côte d'Ivoire", "CIV"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("55", "TUR"),
        ("SUD", "SDN"),
        ("SSD", "SSD"),
        ("MM-", "MMR"),
        ("Oeganda", "UGA"),
        ("NER", "NER"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("ne", "NER"),
        ("Guinea-Bissau", "GNB"),
        ("Russian Federation", "RUS"),
        ("Grèce", "GRC"),
    ],
)
def test_country_is_recognised(text: str, iso3: str) -> None:
    (place,) = read_recipients(text)
    assert place.country is not None
    assert place.country.iso3 == iso3


@pytest.mark.parametrize(
    ("text", "year", "status"),
    [
        ("Chile", 2010, "listed"),
        ("Chile", 2024, "not-listed"),
        ("Nauru", 2025, "listed"),
        ("Nauru", 2026, "not-listed"),
        ("Panama", 2027, "graduating"),
        ("Belgium", 2024, "provider"),
        ("Greece", None, "provider"),
        ("Benin", 2024, "listed"),
        ("Bilateral, unspecified", 2024, "unspecified"),
        ("998", 2024, "unspecified"),
        ("Africa, regional", 2024, "region"),
    ],
)
def test_status_follows_the_year(text: str, year: int | None, status: str) -> None:
    (place,) = read_recipients(text, year)
    assert place.status == status


def test_several_countries_in_one_cell() -> None:
    for text in ("BF; GH; MW; ZM", "BF, GH, MW, ZM", "Burkina Faso | Ghana | Malawi | Zambia"):
        assert [place.country.iso3 for place in read_recipients(text) if place.country] == ["BFA", "GHA", "MWI", "ZMB"]


def test_name_with_a_comma_stays_whole_among_others() -> None:
    names = [
        place.country.iso3 for place in read_recipients("Congo, Democratic Republic, Nepal, Sudan") if place.country
    ]
    assert names == ["COD", "NPL", "SDN"]


def test_domestic_money_is_noticed() -> None:
    (place,) = read_recipients("BE (domestic EU fund, not ODA)")
    assert place.domestic
    assert place.status == "provider"


def test_unknown_recipient_is_kept_and_not_called_unlisted() -> None:
    (place,) = read_recipients("Atlantis")
    assert (place.status, place.given) == ("unknown", "Atlantis")


def test_code_is_tried_before_the_name() -> None:
    project = Project(id="p", source=Source(1), recipients=(Recipient(code="BJ", name="something else"),))
    (place,) = resolve(project)
    assert place.country is not None
    assert place.country.iso3 == "BEN"


def test_year_without_a_list_is_remarked() -> None:
    assert list_year_remark(2010) == "recipient-list-year: 2010"
    assert list_year_remark(2024) == ""
    assert list_year_remark(None) == ""


@pytest.mark.parametrize("word", ["services", "serve", "serveurs", "indien", "tunes", "turkana", "colombo", "malines"])
def test_names_of_peoples_match_no_other_words(word: str) -> None:
    forms = [form for found in load_nationalities().values() for form in found]
    assert not [form for form in forms if word == form or (form.endswith("*") and word.startswith(form[:-1]))]
