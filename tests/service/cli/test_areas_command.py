"""``portolan areas``."""

from __future__ import annotations

import pytest

from service.cli import run


def test_all_labels_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["areas", "--lang", "nl"]) == 0
    text = capsys.readouterr().out
    assert "4.5  Geldtransfers van migranten" in text
    assert "human_rights: Mensenrechten" in text


@pytest.mark.parametrize("code", ["4.6", "RA4.6"])
def test_an_area_is_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["areas", code]) == 0
    text = capsys.readouterr().out
    assert text.startswith("4.6  Sustainable return")
    assert "In doubt: " in text
    assert "15190" in text


def test_a_marker_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["areas", "human-rights"]) == 0
    assert "This is not a 0." in capsys.readouterr().out
