"""What was tagged against the training corpus."""

from __future__ import annotations

import json
import random

import pytest
from desk_case import Desk

from service.desk.drift import chance_bound, measure_drift, stability_index


def give_profile(desk: Desk, languages: dict[str, int]) -> None:
    """Let the tiny model tell of a training corpus."""
    path = desk.folder / "models" / "tiny" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    total = sum(languages.values())
    manifest["metrics"]["training_profile"] = {
        "languages": languages,
        "characters": {"bounds": [50, 100], "counts": [0, total, 0]},
        "scores": {"bounds": [0.5, 0.9], "counts": [total // 2, 0, total - total // 2]},
    }
    path.write_text(json.dumps(manifest), "utf-8")


def test_languages_lengths_and_scores_are_held_against_the_corpus(desk: Desk) -> None:
    desk.fill(10)
    give_profile(desk, {"en": 600, "fr": 200, "nl": 200})
    found = measure_drift(desk.database, [desk.campaign_id], desk.folder / "models", "tiny")
    assert found is not None
    by_name = {one.name: one for one in found}
    assert list(by_name) == ["languages", "characters", "scores"]
    assert by_name["languages"].tagged.bins == ("en", "fr", "nl")
    assert by_name["languages"].tagged.counts == (6, 2, 2)
    assert by_name["languages"].grade == "chance"
    assert by_name["characters"].tagged.bins == ("< 50", "50–100", "≥ 100")
    assert sum(by_name["characters"].tagged.counts) == 10
    assert by_name["scores"].tagged.counts == (6, 0, 4)


def test_another_language_is_much_drift(desk: Desk) -> None:
    desk.fill(100)
    give_profile(desk, {"nl": 1000})
    found = measure_drift(desk.database, [desk.campaign_id], desk.folder / "models", "tiny")
    assert found is not None
    assert found[0].grade == "much"


def test_versions_without_a_profile_and_nothing_tagged_are_told_apart(desk: Desk) -> None:
    models = desk.folder / "models"
    assert measure_drift(desk.database, [desk.campaign_id], models, "tiny") is None
    assert measure_drift(desk.database, [desk.campaign_id], models, "gone") is None
    give_profile(desk, {"en": 10})
    assert measure_drift(desk.database, [desk.campaign_id], models, "tiny") == []


def test_the_index_is_zero_for_equal_shares_and_symmetric() -> None:
    assert stability_index([10, 20, 30], [10, 20, 30]) == pytest.approx(0.0)
    assert stability_index([100, 300], [300, 100]) == pytest.approx(stability_index([300, 100], [100, 300]))
    # 2 x 0.5 x ln 3 without the half cases.
    assert stability_index([10_000, 30_000], [30_000, 10_000]) == pytest.approx(1.0986, abs=1e-3)


def test_samples_of_one_source_stay_under_the_bound_as_often_as_it_says() -> None:
    generator = random.Random(7)
    shares, under = (0.5, 0.2, 0.2, 0.1), 0

    def draw(size: int) -> list[int]:
        drawn = generator.choices(range(4), shares, k=size)
        return [drawn.count(one) for one in range(4)]

    for _ in range(400):
        under += stability_index(draw(500), draw(200)) <= chance_bound(4, 500, 200)
    assert 0.92 <= under / 400 <= 0.98
