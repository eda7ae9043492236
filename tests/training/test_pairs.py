from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifier.errors import CorpusError
from classifier.project import Project
from classifier.tagging import Risk
from training.pairs import load_pairs, score_pairs


def side(description: str, risk: str, **changes: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "title": "",
        "description": description,
        "recipient": "",
        "purpose_codes": [],
        "aid_type": "",
        "flow_type": "",
        "year": None,
        "risk": risk,
    }
    return {**fields, **changes}


def write(path: Path, *pairs: tuple[dict[str, object], dict[str, object]]) -> Path:
    rows = [
        {"id": f"X-{number}", "lang": "en", "group": "RET", "trait": "negation", "why": "", "a": a, "b": b}
        for number, (a, b) in enumerate(pairs, 1)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_pair_is_right_when_both_sides_are(tmp_path: Path) -> None:
    path = write(
        tmp_path / "pairs.jsonl",
        (side("no drones", "low"), side("drones", "high")),
        (side("drones too", "low"), side("drones", "high")),
    )

    def assess(project: Project) -> Risk:
        return Risk.LOW if project.description.startswith("no") else Risk.HIGH

    score = score_pairs(load_pairs(path), assess)
    assert (score.right, score.pairs, score.share) == (1, 2, 0.5)
    assert score.by["trait"] == {"negation": (1, 2)}
    assert score.confusion[Risk.LOW, Risk.HIGH] == 1


def test_fields_of_a_side_reach_the_project(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.jsonl", (side("x", "low", recipient="JO, UG"), side("x", "high", aid_type="H02")))
    first, second = load_pairs(path)[0].sides
    assert [recipient.code for recipient in first.project.recipients] == ["JO", "UG"]
    assert second.project.aid_types == ("H02",)


@pytest.mark.parametrize(
    "pair",
    [
        (side("x", "low"), side("y", "low")),
        (side("x", "low"), side("y", "blue")),
        (side("x", "low"), {**side("y", "high"), "colour": "blue"}),
    ],
)
def test_broken_pair_is_named(tmp_path: Path, pair: tuple[dict[str, object], dict[str, object]]) -> None:
    with pytest.raises(CorpusError, match=r"pairs\.jsonl, line 1"):
        load_pairs(write(tmp_path / "pairs.jsonl", pair))


@pytest.mark.parametrize("name", ["parts", "frozen"])
def test_our_own_pairs_load(name: str) -> None:
    folder = Path(__file__).parents[2] / "labelled_data" / "oda_pairs"
    pairs = load_pairs(folder / f"{name}.jsonl")
    assert len({pair.id for pair in pairs}) == len(pairs) >= 150
    assert {pair.language for pair in pairs} == {"en", "fr", "nl"}
