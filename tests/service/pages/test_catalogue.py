"""The catalogues of the pages: the same texts in three languages, and refusals said in each."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from classifier.taxonomy import LANGUAGES
from service.api.problems import Problem, as_problem
from service.desk.faults import ImportRefusedError
from service.pages.catalogue import load_catalogue, refuser

SERVICE = Path(__file__).parents[3] / "service"
#: What only the command line says, where labels of other tools come in and files go out.
COMMAND_LINE = {"file-unreadable", "judge-unknown", "output-exists", "output-unwritable", "wrong-format"}
CODES = re.compile(r'code="([a-z-]+)"|Problem\(\s*\d{3}, "([a-z-]+)"')


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_languages_say_the_same_things_of_the_same_facts() -> None:
    english = load_catalogue("en")
    for language in LANGUAGES:
        texts = load_catalogue(language)
        assert list(texts) == list(english)
        assert {key for key in texts if places(texts[key]) != places(english[key])} == set()


def test_every_refusal_of_the_desk_is_in_the_catalogue() -> None:
    files = [path for folder in (SERVICE / "desk", SERVICE / "pages" / "desk") for path in folder.glob("*.py")]
    codes = {one or other for path in files for one, other in CODES.findall(path.read_text("utf-8"))}
    assert "ids-present" in codes
    assert {code for code in codes - COMMAND_LINE if f"refusal.{code}" not in load_catalogue("en")} == set()


@pytest.mark.parametrize(("language", "said"), [("en", "line 7"), ("fr", "ligne 7"), ("nl", "regel 7")])
def test_a_refusal_is_said_with_its_facts(language: str, said: str) -> None:
    fault = ImportRefusedError(
        "The id in line 7 is too long.", code="id-too-long", remedy="Shorten it.", facts={"line": 7, "most": 255}
    )
    assert said in refuser(language)(fault)
    assert refuser(language)(as_problem(fault)) == refuser(language)(fault)
    assert refuser(language)(fault.to_record()) == refuser(language)(fault)


def test_what_the_catalogue_cannot_say_keeps_the_words_of_its_error() -> None:
    say = refuser("fr")
    assert say(Problem(409, "never-heard-of", "It does not fit.", remedy="Change it.")) == "It does not fit. Change it."
    older = {"code": "id-too-long", "title": "", "detail": "The id in line 7 is too long.", "remedy": "Shorten it."}
    assert say(older) == "The id in line 7 is too long. Shorten it."


def test_a_form_of_a_campaign_is_refused_for_its_own_reason() -> None:
    texts = load_catalogue("nl")
    said = refuser("nl")(ImportRefusedError("No.", code="bad-campaign", facts={"reason": "name"}))
    assert said == texts["refusal.bad-campaign.name"] != texts["refusal.bad-campaign"]


def test_the_words_of_a_reader_stay_beside_the_sentence() -> None:
    said = refuser("fr")(ImportRefusedError("a.csv: no column. Columns found: Foo.", code="no-text-column"))
    assert said.startswith("Aucune colonne")
    assert "Columns found: Foo." in said
