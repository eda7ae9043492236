from __future__ import annotations

import pytest

from classifier.language import identify_language, is_function_word


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The project supports the families of the district with seeds and tools.", "en"),
        ("Le projet appuie les familles du district avec des semences et des outils.", "fr"),
        ("Het project steunt de gezinnen van het district met zaaigoed en werktuigen.", "nl"),
        ("ABRIS POUR DÉPLACÉS", "fr"),
        ("Onderdak voor ontheemden", "nl"),
        ("El proyecto apoya a las familias del distrito con semillas y herramientas para la siembra.", "other"),
        ("Das Projekt unterstützt die Familien des Bezirks mit Saatgut und Werkzeugen für die Ernte.", "other"),
        ("مشروع لدعم الأسر في المنطقة", "other"),
        ("12 345 - 678", ""),
        ("", ""),
    ],
)
def test_language_is_identified(text: str, language: str) -> None:
    assert identify_language(text) == language


def test_short_title_of_names_is_one_of_the_three() -> None:
    assert identify_language("Zanzibar Mombasa Kigoma") in {"en", "fr", "nl"}


def test_function_words_are_known_in_every_language() -> None:
    assert all(map(is_function_word, ("the", "les", "het")))
    assert not is_function_word("refugees")
