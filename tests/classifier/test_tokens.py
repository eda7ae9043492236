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
    assert [token.form for token in tokenise("L'accueil des ex-combattants")] == [
        "l",
        "accueil",
        "des",
        "ex",
        "combattants",
    ]


@given(st.text(max_size=200))
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = tokenise(text)
    assert all(fold(text[token.start : token.end]) == token.form for token in tokens)
    assert all(one.end <= other.start for one, other in itertools.pairwise(tokens))
