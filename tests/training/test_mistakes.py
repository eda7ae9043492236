from __future__ import annotations

from tagged_samples import labels, tagging

from training.mistakes import count_confusions, list_mistakes


def test_the_most_surprising_mistake_comes_first() -> None:
    gold = [labels("a", "3.2"), labels("b", "3.3", gender=2, risk="high")]
    said = [tagging("a", {"3.2": 0.4, "3.1": 0.95}), tagging("b", {"3.3": 0.9}, gender=1)]
    found = [(one.kind, one.label, one.id, one.gold, one.said, one.surprise) for one in list_mistakes(gold, said)]
    assert found == [
        ("area", "3.1", "a", "no", "yes", 0.95),
        ("area", "3.2", "a", "yes", "no", 0.6),
        ("gender", "gender", "b", "2", "1", 0.75),
        ("risk", "risk", "b", "high", "low", 0.9),
    ]


def test_no_score_is_no_mistake() -> None:
    assert list_mistakes([labels("a", gender=None)], [tagging("a", gender=2)]) == ()
    assert list_mistakes([labels("a", gender=2)], [tagging("a", gender=None)]) == ()


def test_neighbours_said_for_one_another_are_counted() -> None:
    gold = [labels("a", "3.2"), labels("b", "3.3"), labels("c", "3.2 3.3"), labels("d", "3.2")]
    said = [
        tagging("a", {"3.3": 0.9}),
        tagging("b", {"3.3": 0.9}),
        tagging("c", {"3.2": 0.9}),
        tagging("d", {"3.2": 0.9, "3.3": 0.8}),
    ]
    (found,) = count_confusions(gold, said, [("3.2", "3.3")])
    assert (found.first_said_second, found.second_said_first) == (1, 0)
    assert (found.first_support, found.second_support) == (3, 2)
