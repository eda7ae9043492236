from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from classifier.tokens import fold, tokenise


def test_fold_takes_off_case_accents_and_ligatures() -> None:
    assert [fold(word) for word in ("Réfugiés", "ŒUVRE", "Türkiye", "mensen")] == [
        "refugies",
        "oeuvre",
        "turkiye",
        "mensen",
    ]


def test_apostrophes_and_hyphens_separate() -> None:
    assert tokenise("L'accueil des ex-combattants").forms == [
        "l",
        "accueil",
        "des",
        "ex",
        "combattants",
    ]


@given(st.text(max_size=200))
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = tokenise(text)
    assert [fold(text[start:end]) for start, end in tokens.spans] == tokens.forms
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(tokens.spans))


def test_no_word_folds_to_nothing() -> None:
    assert tokenise("\uff9e water").forms == ["\uff9e", "water"]
